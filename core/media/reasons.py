"""Why a file cannot be read: one class of reason each, and the sentence that the user sees."""

import errno
from enum import StrEnum

from core.values.errors import UnreadableFileError


class Reason(StrEnum):
    """The class of a reason; the value is the sentence shown."""

    GONE = "The file is no longer there."
    NO_PERMISSION = "No permission to read the file."
    NOT_A_FILE = "Not an ordinary file."
    UNREACHABLE = "The system could not read the file."
    EMPTY = "The file is empty."
    UNKNOWN_FORMAT = "Not a photo or video of a known format."
    NEEDS_PLUGIN = "This format needs an additional package."
    UNSUPPORTED = "A variant of the format that cannot be decoded here."
    CUT_SHORT = "The file is cut short; it may not have been copied completely."
    DAMAGED = "The file is damaged."
    NO_PICTURE = "There is no picture in the file."
    TOO_LARGE = "The picture has too many pixels."
    CRASHED = "The decoder crashed on this file."
    TIMED_OUT = "Decoding took too long."
    OUT_OF_MEMORY = "Decoding needs too much memory."


class MediaError(UnreadableFileError):
    """`UnreadableFileError` with the class of its reason.

    Attributes:
        reason: the class.
        detail: what exactly, for the curious; may be empty.
    """

    def __init__(self, reason: Reason, detail: str = "") -> None:
        # Both stay in `args`, so that the error survives pickling on its way out of a decode worker.
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

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
    return MediaError(reason, error.strerror or "" if reason is Reason.UNREACHABLE else "")


_CUT_SHORT_WORDS = ("truncated", "end of file", "unexpected end", "premature", "not enough data", "eof")


def of_decoder_error(error: Exception) -> MediaError:
    """Return the reason that a decoder's error stands for, judged by its words."""
    words = " ".join(str(error).split())[:200]
    lower = words.lower()
    if any(word in lower for word in _CUT_SHORT_WORDS):
        return MediaError(Reason.CUT_SHORT, words)
    if "security limit" in lower or "decompression bomb" in lower or "exceeds the maximum" in lower:
        return MediaError(Reason.TOO_LARGE, words)
    if "unsupported" in lower or "not supported" in lower or "has not been built in" in lower:
        return MediaError(Reason.UNSUPPORTED, words)
    return MediaError(Reason.DAMAGED, words or type(error).__name__)
