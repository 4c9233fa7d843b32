"""`--healthcheck` does the main job once. Packages are tested by it, so it must be able to fail."""

import subprocess
import sys

from tests.e2e.command_line.conftest import CommandLine


def test_an_installation_that_works_says_so(eidetic: CommandLine) -> None:
    done = eidetic.succeed("--healthcheck")
    assert "3 photos indexed and found" in done.text
    assert done.messages == ""


def test_a_module_that_is_missing_fails_it() -> None:
    program = (
        "import sys; sys.modules['core.search.searcher'] = None\n"
        "from core.engine.healthcheck import healthcheck\n"
        "healthcheck(print)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "core.search.searcher" in done.stderr
