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
        digest: BLAKE2b (20 bytes); `core.media.identity` says of what.
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


class DatePrecision(StrEnum):
    """How much of a date is known. Of `1968` only the year: the scan of an old print."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class DateSource(StrEnum):
    """Where a photo's date comes from.

    `SIDECAR` and `FILE` say when it was taken; `DIGITISED` and `CHANGED` are the next best that either says. `NAME`,
    `TAKEOUT` (Google's JSON) and `FOLDER` stand in where the file is silent. `USER`: set in the program.
    """

    SIDECAR = "sidecar"
    FILE = "file"
    DIGITISED = "digitised"
    CHANGED = "changed"
    NAME = "name"
    TAKEOUT = "takeout"
    FOLDER = "folder"
    USER = "user"


@dataclass(frozen=True, slots=True)
class TakenAt:
    """When a photo was taken: wall-clock time where it was taken, and the zone when the file tells it.

    Attributes:
        wall: naive local time; the first moment of the day, month or year when no more is known.
        offset_minutes: east of UTC; None when unknown.
        precision: how much of `wall` is known.
    """

    wall: datetime
    offset_minutes: int | None = None
    precision: DatePrecision = DatePrecision.SECOND

    def end(self) -> datetime:
        """Return the first moment after the second, day, month or year that `wall` begins."""
        match self.precision:
            case DatePrecision.SECOND:
                return self.wall + timedelta(seconds=1)
            case DatePrecision.DAY:
                return self.wall + timedelta(days=1)
            case DatePrecision.MONTH:
                year, month = divmod(self.wall.year * 12 + self.wall.month, 12)
                return self.wall.replace(year=year, month=month + 1, day=1)
            case DatePrecision.YEAR:
                return self.wall.replace(year=self.wall.year + 1)

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


class ColourLabel(StrEnum):
    """A coloured flag that photo managers put on a photo, by Lightroom's and digiKam's names."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    GREEN = "green"
    BLUE = "blue"
    PURPLE = "purple"
    GREY = "grey"
    BLACK = "black"
    WHITE = "white"


@dataclass(frozen=True, slots=True)
class PlaceText:
    """A place as somebody wrote it down (IPTC, XMP), with or without a position."""

    sublocation: str | None = None
    city: str | None = None
    region: str | None = None
    country: str | None = None

    def __bool__(self) -> bool:
        return bool(self.sublocation or self.city or self.region or self.country)

    def __str__(self) -> str:
        """Return e.g. "Fish market, Bergen, Norway"."""
        parts = (self.sublocation, self.city, self.region, self.country)
        return ", ".join(dict.fromkeys(part for part in parts if part))


@dataclass(frozen=True, slots=True)
class Metadata:
    """What EXIF, XMP (embedded or sidecar) and IPTC say. Malformed values are None and named in `notes`.

    Attributes:
        keywords: tags; one of a hierarchy as its path, `Places/Italy/Rome`.
        people: names of who is in the picture; they are among `keywords` too.
        label: the colour label.
        place: the place as text.
        favourite: marked as one by another program.
        content_identifier: Apple's, the same in a live photo's picture and movie.
        panorama: whether the file says that it is one; None where it says nothing.
    """

    taken_at: TakenAt | None = None
    date_source: DateSource | None = None
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
    people: tuple[str, ...] = ()
    creator: str | None = None
    label: ColourLabel | None = None
    place: PlaceText | None = None
    favourite: bool = False
    content_identifier: str | None = None
    panorama: bool | None = None
    notes: tuple[str, ...] = ()
