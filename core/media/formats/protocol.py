"""What a reader of one family of formats is, and what it hands back."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image

from core.media.metadata.dates import Dates
from core.media.model_input import Box
from core.media.source import Source
from core.values.photo import MediaKind, Metadata
from core.values.reasons import Reason


@dataclass(frozen=True, slots=True)
class Need:
    """What the pictures will be used for.

    Attributes:
        shortest_px: the shorter side must have at least this many pixels, where the file has them.
        moments: how many frames of a video are wanted at most; 1: only a representative one.
    """

    shortest_px: int
    moments: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture: upright, RGB, sRGB, no larger than is useful.

    Attributes:
        box: the part of `image` that is the picture, in its pixels; all of it when None.
        moment_ms: its time in a video.
    """

    image: Image.Image
    box: Box | None = None
    moment_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a reader made of a file.

    Attributes:
        format: see `ReadResult.format`.
        width, height: of the full picture, upright.
        pictures: at least one.
        dates: all that the file says; `metadata` holds none.
        cover: index of the picture for the thumbnail.
        comment: text in which programs leave marks such as `Screenshot`.
        motion_video: the file carries a clip of its own.
        flaw: why the picture is not whole; None where it is.
    """

    kind: MediaKind
    format: str
    width: int
    height: int
    pictures: Sequence[Picture]
    metadata: Metadata
    dates: Dates = ()
    cover: int = 0
    duration_ms: int | None = None
    comment: str = ""
    motion_video: bool = False
    flaw: Reason | None = None


class NotMineError(Exception):
    """A reader that took the first bytes finds that the file is not of its kind after all: the next may try."""


class Reader(Protocol):
    """Reads one family of formats. Each module of this package that is listed in `registry` has one as `READER`."""

    @property
    def name(self) -> str:
        """For messages and tests."""

    @property
    def extensions(self) -> frozenset[str]:
        """Extensions that such files usually have, lower case, with the dot. For scanning only."""

    @property
    def is_salvaged(self) -> bool:
        """Whether what is left of a flawed file is to be tried, by `salvage`; else the reader sees to it itself."""

    def takes(self, head: bytes) -> bool:
        """Tell by the first bytes (up to 1 MiB) whether this reader should try the file."""

    def read(self, source: Source, need: Need) -> Decoded:
        """Decode the file.

        Raises:
            NotMineError: it is of another kind.
            MediaError: it cannot be read.
            Exception: whatever the decoder raises; `core.media.reader` turns it into a reason.
        """
