"""Why a file cannot be read: which of the reasons a system's or a decoder's error stands for."""

import errno

from core.values.errors import UnreadableFileError
from core.values.reasons import Reason


class MediaError(UnreadableFileError):
    """`UnreadableFileError` with the class of its reason.

    Attributes:
        reason: the class.
        detail: what exactly, in words for the user; may be empty.
        words: the decoder's own, for whoever looks for a bug; no user sees them.
    """

    def __init__(self, reason: Reason, detail: str = "", words: str = "") -> None:
        # All stay in `args`, so that the error survives pickling on its way out of a decode worker.
        super().__init__(reason, detail, words)
        self.reason = reason
        self.detail = detail
        self.words = words

    def __str__(self) -> str:
        return f"{self.reason.value} ({self.detail})" if self.detail else self.reason.value


_BY_ERRNO = {
    errno.ENOENT: Reason.GONE,
    errno.ENOTDIR: Reason.GONE,
    errno.ESTALE: Reason.GONE,
    errno.EACCES: Reason.NO_PERMISSION,
    errno.EPERM: Reason.NO_PERMISSION,
    errno.EISDIR: Reason.NOT_A_FILE,
    errno.ENXIO: Reason.NOT_A_FILE,
    errno.ELOOP: Reason.NOT_A_FILE,
    errno.ENOMEM: Reason.OUT_OF_MEMORY,
}


def of_os_error(error: OSError) -> MediaError:
    """Return the reason that an operating system's error stands for."""
    reason = _BY_ERRNO.get(error.errno or 0, Reason.UNREACHABLE)
    return MediaError(reason)


_CUT_SHORT_WORDS = ("truncated", "end of file", "unexpected end", "premature", "not enough data", "eof")
_UNSUPPORTED_WORDS = ("unsupported", "not supported", "has not been built in", "unknown pixel mode", "cannot decode")


def of_decoder_error(error: Exception) -> MediaError:
    """Return the reason that a decoder's error stands for, judged by its words."""
    said = f"{type(error).__name__}: {' '.join(str(error).split())}"[:200]
    lower = said.lower()
    if any(word in lower for word in _CUT_SHORT_WORDS):
        return MediaError(Reason.CUT_SHORT, words=said)
    if "security limit" in lower or "decompression bomb" in lower or "exceeds the maximum" in lower:
        return MediaError(Reason.TOO_LARGE, words=said)
    if any(word in lower for word in _UNSUPPORTED_WORDS):
        return MediaError(Reason.UNSUPPORTED, words=said)
    return MediaError(Reason.DAMAGED, words=said)
