"""The number format of texts that are learnt and towers that look: bfloat16 if the processor has it, else float32.

A processor without bfloat16 computes it by way of float32, ten times slower than float32 itself.
"""

import torch

from core.embedding.runtime.device import fast_dtypes


def has_bfloat16() -> bool:
    """Whether the processor computes bfloat16 itself."""
    return "bfloat16" in fast_dtypes(torch.device("cpu"))


def autocast() -> torch.autocast:
    """A context in which networks compute in the format that is quick here."""
    return torch.autocast("cpu", torch.bfloat16, enabled=has_bfloat16())
