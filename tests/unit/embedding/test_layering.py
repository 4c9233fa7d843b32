"""Front ends and decode workers import this room's values; that must cost them neither torch nor open_clip."""

import subprocess
import sys

import pytest


@pytest.mark.parametrize("module", ["protocol", "models.registry", "models.locate", "models.install", "runtime.dtype"])
def test_importing_the_values_does_not_import_torch(module: str) -> None:
    program = f"import sys, core.embedding.{module}; print(*sorted({{'torch', 'open_clip'}} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
