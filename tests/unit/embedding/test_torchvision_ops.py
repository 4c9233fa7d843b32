"""torchvision can be imported beside the torch that is here; in a fresh interpreter, as an import cannot be undone."""

import subprocess
import sys

_PROGRAM = """
import gc, sys
from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops
assert "torch" not in sys.modules
ensure_torchvision_ops()
ensure_torchvision_ops()
gc.collect()
import torch, torchvision.transforms, timm.data
assert torch.ops.torchvision.nms and torch.ops.torchvision.qnms
"""


def test_torchvision_can_be_imported_and_asking_twice_does_no_harm() -> None:
    done = subprocess.run([sys.executable, "-W", "error", "-c", _PROGRAM], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
