"""Why a file cannot be read, or not whole: the sentences that the user sees, in four kinds."""

from enum import StrEnum


class ReasonKind(StrEnum):
    """What a person can do about it: get another copy; use another program; nothing; look after drive and rights."""

    DAMAGED = "damaged"
    UNSUPPORTED = "unsupported"
    TOO_LARGE = "too large"
    UNREACHED = "could not be reached"


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

    @property
    def kind(self) -> ReasonKind:
        """The kind that it belongs to."""
        return _KINDS[self]

    @classmethod
    def of(cls, text: str) -> "Reason | None":
        """Return the reason that a stored text begins with; details may follow."""
        return next((reason for reason in cls if text.startswith(reason.value)), None)


_KINDS = {
    Reason.GONE: ReasonKind.UNREACHED,
    Reason.NO_PERMISSION: ReasonKind.UNREACHED,
    Reason.NOT_A_FILE: ReasonKind.UNREACHED,
    Reason.UNREACHABLE: ReasonKind.UNREACHED,
    Reason.EMPTY: ReasonKind.DAMAGED,
    Reason.UNKNOWN_FORMAT: ReasonKind.UNSUPPORTED,
    Reason.NEEDS_PLUGIN: ReasonKind.UNSUPPORTED,
    Reason.UNSUPPORTED: ReasonKind.UNSUPPORTED,
    Reason.CUT_SHORT: ReasonKind.DAMAGED,
    Reason.DAMAGED: ReasonKind.DAMAGED,
    Reason.NO_PICTURE: ReasonKind.DAMAGED,
    Reason.TOO_LARGE: ReasonKind.TOO_LARGE,
    Reason.CRASHED: ReasonKind.DAMAGED,
    Reason.TIMED_OUT: ReasonKind.TOO_LARGE,
    Reason.OUT_OF_MEMORY: ReasonKind.TOO_LARGE,
}
