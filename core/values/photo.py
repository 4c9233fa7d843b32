"""What a photo is, apart from where it is stored.

A photo is one picture or clip as the user thinks of it. It has one or more files: copies with the same
content, and companions (the RAW beside a JPEG, the movie of a live photo).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from enum import StrEnum
from typing import NewType, Self

PhotoId = NewType("PhotoId", int)
FileId = NewType("FileId", int)
RootId = NewType("RootId", int)
EmbeddingId = NewType("EmbeddingId", int)

DIGEST_BYTES = 20


class MediaKind(StrEnum):
    """What kind of medium a file holds."""

    IMAGE = "image"
    RAW = "raw"
    VIDEO = "video"


class PhotoState(StrEnum):
    """How far a photo has come.

    `WAITING`: known by name, folder and date only. `READY`: read and embedded with the active model.
    `FAILED`: none of its files could be read. `MISSING`: its files are gone; hidden, purged after a grace period.
    """

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    MISSING = "missing"


class FileState(StrEnum):
    """The same for one file. A file on an offline root keeps its state; the root says that it is offline."""

    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    MISSING = "missing"


class FileRole(StrEnum):
    """What a file is to its photo."""

    PRIMARY = "primary"
    COMPANION_RAW = "companion_raw"
    COMPANION_MOVIE = "companion_movie"


@dataclass(frozen=True, slots=True)
class ContentKey:
    """Identity of a file's content.

    Attributes:
        size: length in bytes.
        digest: BLAKE2b (20 bytes) of the first 1 MiB and the last 64 KiB.
    """

    size: int
    digest: bytes

    def to_bytes(self) -> bytes:
        """Return 28 bytes: the size, big-endian, then the digest."""
        return self.size.to_bytes(8, "big") + self.digest

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """Undo `to_bytes`."""
        if len(data) != 8 + DIGEST_BYTES:
            raise ValueError(f"a content key has {8 + DIGEST_BYTES} bytes, not {len(data)}")
        return cls(int.from_bytes(data[:8], "big"), data[8:])


@dataclass(frozen=True, slots=True)
class TakenAt:
    """When a photo was taken: wall-clock time where it was taken, and the zone when the file tells it.

    Attributes:
        wall: naive local time.
        offset_minutes: east of UTC; None when unknown.
    """

    wall: datetime
    offset_minutes: int | None = None

    def aware(self) -> datetime | None:
        """Return the instant, or None when the zone is unknown."""
        if self.offset_minutes is None:
            return None
        return self.wall.replace(tzinfo=timezone(timedelta(minutes=self.offset_minutes)))


@dataclass(frozen=True, slots=True)
class GeoPoint:
    """A position: degrees north and east (WGS 84), metres above sea level when known."""

    latitude: float
    longitude: float
    altitude: float | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What EXIF, XMP (embedded or sidecar) and IPTC say. Malformed values are None and named in `notes`."""

    taken_at: TakenAt | None = None
    camera_make: str | None = None
    camera_model: str | None = None
    lens: str | None = None
    iso: int | None = None
    f_number: float | None = None
    exposure_s: float | None = None
    focal_mm: float | None = None
    position: GeoPoint | None = None
    rating: int | None = None
    title: str | None = None
    caption: str | None = None
    keywords: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
