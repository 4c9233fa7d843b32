"""Which device a model runs on, and what is special about this machine. Imports torch."""

import hashlib
import platform

import torch

from core.embedding.runtime.dtype import DType
from core.values.errors import UsageError

_NUMBERS: dict[str, tuple[DType, ...]] = {
    "cuda": ("float16", "bfloat16"),
    "mps": ("float16",),
    "xpu": ("bfloat16", "float16"),
}
_CPU_SUFFIXES: dict[DType, str] = {"bfloat16": "bf16", "float16": "fp16"}
"""How torch's names of processor features end (avx512_bf16, amx_fp16...). A processor without any of them computes
the format by way of float32, and may take minutes over one picture.
"""


def choose_device(wanted: str = "auto") -> torch.device:
    """Return the device that is wanted; for `auto` the best there is.

    Raises UsageError when it is not there.
    """
    there = _available()
    if wanted == "auto":
        return torch.device(there[0])
    if wanted not in there:
        raise UsageError(
            f"There is no device {wanted!r} here; the setting model.device can be auto, {', '.join(there)}."
        )
    return torch.device(wanted)


def fast_dtypes(device: torch.device) -> tuple[DType, ...]:
    """Return the short formats worth trying on `device`."""
    if device.type != "cpu":
        return _NUMBERS.get(device.type, ())
    features = _cpu_features()
    return tuple(dtype for dtype, end in _CPU_SUFFIXES.items() if any(name.endswith(end) for name in features))


def describe(device: torch.device) -> str:
    """Name the device so that another one, or another processor, has another name."""
    if device.type == "cuda":
        return f"cuda: {torch.cuda.get_device_name(device)}"
    if device.type == "xpu":
        return f"xpu: {torch.xpu.get_device_name(device)}"
    features = hashlib.blake2b(" ".join(sorted(_cpu_features())).encode(), digest_size=4).hexdigest()
    processor = torch.cpu.get_capabilities().get("cpu_name") or platform.processor() or platform.machine()
    return f"{device.type}: {processor}, features {features}"


def _available() -> list[str]:
    there = []
    if torch.cuda.is_available():
        there.append("cuda")
    if torch.backends.mps.is_available():
        there.append("mps")
    if torch.xpu.is_available():
        there.append("xpu")
    return [*there, "cpu"]


def _cpu_features() -> frozenset[str]:
    return frozenset(name for name, value in torch.cpu.get_capabilities().items() if value is True)
