"""The one entry for reading a file, run inside a decode worker. The request and the answer cross processes."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from core.media.model_input import ModelInput
from core.values.photo import ContentKey, MediaKind, Metadata


@dataclass(frozen=True, slots=True)
class ReadRequest:
    """What to make of one file.

    Attributes:
        path: as `os.fsdecode` gives it.
        sidecar: path of its XMP sidecar, if there is one.
        model_input: None to leave out the model's pictures.
        thumbnail: whether a thumbnail is wanted.
        known: contents of which everything is known: a file that holds one of them is not decoded.
        replaces: the key that a version before gave this very file; if the file still has it, nothing else is read.
        text: whether the words in the picture are wanted; needs the extra `ocr` (see `core.media.ocr`).
        takeout: path of Google Takeout's JSON for it, if there is one.
        view_px: the picture itself is wanted, to be looked at: its longer side, at most; 0 to leave it out.
        folders: names of the folders on the way to it from the library's, that one's included, for the dates in them.
    """

    path: str
    sidecar: str | None = None
    model_input: ModelInput | None = None
    thumbnail: bool = True
    known: tuple[ContentKey, ...] = ()
    replaces: ContentKey | None = None
    text: bool = False
    takeout: str | None = None
    folders: tuple[str, ...] = ()
    view_px: int = 0


@dataclass(frozen=True, slots=True)
class Frame:
    """One prepared picture, uint8 RGB (size, size, 3), and its time in a video (None for stills)."""

    pixels: npt.NDArray[np.uint8]
    moment_ms: int | None = None


@dataclass(frozen=True, slots=True)
class ReadResult:
    """What one open of a file gave.

    Attributes:
        format: as Pillow names it (JPEG, PNG, HEIF...), the RAW maker's name, or the video container.
        width, height: of the full picture, upright, in pixels.
        thumbnail: JPEG, upright, sRGB; None when not wanted.
        frames: one for a still, up to 16 for a video; empty without `model_input`.
        perceptual_hash: 64 bits, signed (as SQLite stores it).
        is_screenshot: made of a screen, by metadata or name.
        is_panorama: by what the file says, else by its shape.
        motion_video: the file carries a clip of its own (motion photo).
        flaw: why only a part of the picture is there, in a sentence; None where it is whole.
        text: the words in the picture, by lines; None when not wanted.
        view: JPEG of the picture in the size asked for, upright, sRGB; None when not wanted.
        is_known: the content is one of the request's `known`, or has the key that it `replaces`; nothing else was read.
        legacy: the key that versions before gave this content, where it is another.
    """

    content: ContentKey
    kind: MediaKind
    format: str
    width: int
    height: int
    metadata: Metadata
    thumbnail: bytes | None = None
    frames: tuple[Frame, ...] = ()
    perceptual_hash: int | None = None
    duration_ms: int | None = None
    is_screenshot: bool = False
    is_panorama: bool = False
    motion_video: bool = False
    flaw: str | None = None
    text: str | None = None
    view: bytes | None = None
    is_known: bool = False
    legacy: ContentKey | None = None

    def without_frames(self) -> "ReadResult":
        """Return the same without the model's pictures, once they are embedded: they are most of its weight."""
        return replace(self, frames=())
