"""The built-in model's image encoder: an ONNX graph with everything in it, from pixels to unit vectors."""

import os
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from core.embedding.builtin.weights import Floats
from core.values.errors import ModelUnavailableError

BATCH: Final = 16
"""Pictures that come together."""
_TOGETHER: Final = 2
"""Pictures that go through the network together: more are no faster, and sixteen take 500 MB more."""
_MOST_THREADS: Final = 8


class BuiltInImageEncoder:
    """Implements `protocol.ImageEncoder` by ONNX Runtime on the processor.

    Raises ModelUnavailableError when the file is damaged.
    """

    def __init__(self, path: Path, size: int) -> None:
        # Imported here: a search by words alone needs none of it.
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = min(os.cpu_count() or 1, _MOST_THREADS)
        # As for torch: threads that spin take the cores from the decode workers.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime has no base class for its errors
            raise ModelUnavailableError(f"{path} cannot be loaded: {error}. Install Eidetic again.") from error
        self._size, self._width = size, self._session.get_outputs()[0].shape[1]

    @property
    def batch_size(self) -> int:
        return BATCH

    def encode_images(self, pixels: npt.NDArray[np.uint8]) -> Floats:
        """See the protocol.

        Raises ValueError when the array has another shape than (n, size, size, 3), or is not uint8.
        """
        size = self._size
        if pixels.dtype != np.uint8 or pixels.shape[1:] != (size, size, 3):
            raise ValueError(f"expected uint8 (n, {size}, {size}, 3), got {pixels.dtype} {pixels.shape}")
        starts = range(0, len(pixels), _TOGETHER)
        found = [self._session.run(["vectors"], {"pixels": pixels[start : start + _TOGETHER]})[0] for start in starts]
        return np.concatenate(found) if found else np.empty((0, self._width), np.float32)
