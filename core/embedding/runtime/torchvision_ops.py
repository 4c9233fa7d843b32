"""Makes `import torchvision` work where it was built for another torch. Nothing of ours uses its operators.

WORKAROUND: the torchvision that PyPI has for Linux is built for CUDA. Beside a CPU build of torch its compiled part
cannot be loaded, and `import torchvision` then fails with "operator torchvision::nms does not exist": its
`_meta_registrations.py` describes the two operators below without checking that they are there. timm, and so
open_clip, import it for its transforms only. Declaring the two, without giving them a body, is enough; calling one
would still fail.
"""

import importlib
import sys
import threading

_SCHEMAS = {
    "nms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
    "qnms": "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor",
}
_LOCK = threading.Lock()


def ensure_torchvision_ops() -> None:
    """Import torchvision, declaring its missing operators when that is what it fails for. Call it before open_clip.

    Cheap when called again. Raises ImportError or RuntimeError as the import does when it fails for another reason.
    """
    with _LOCK:
        if "torchvision" in sys.modules:
            return
        try:
            importlib.import_module("torchvision")
        except RuntimeError as error:
            if "torchvision::" not in str(error):
                raise
            for name in [name for name in sys.modules if name.partition(".")[0] == "torchvision"]:
                del sys.modules[name]
            _declare_missing()
            importlib.import_module("torchvision")


def _declare_missing() -> None:
    import torch

    for name, schema in _SCHEMAS.items():
        if not hasattr(torch.ops.torchvision, name):
            torch.library.define(f"torchvision::{name}", schema)
