"""Reads EXIF: when, with what, and where a photo was taken. Values that make no sense are dropped one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from core.media.metadata import values
from core.media.metadata.apple import content_identifier
from core.media.metadata.dates import DateKind, Dates, dated
from core.values.photo import DatePrecision, GeoPoint, Metadata, TakenAt

_XP_TITLE, _XP_COMMENT, _XP_AUTHOR, _XP_KEYWORDS = 0x9C9B, 0x9C9C, 0x9C9D, 0x9C9E
_RATING, _RATING_PERCENT = 0x4746, 0x4749
_LENS_MODEL, _CUSTOM_RENDERED = 0xA434, 0xA401
_APPLE_PANORAMA = 6
_OFTEN_MISPLACED = (
    Base.DateTimeOriginal,
    Base.DateTimeDigitized,
    Base.ExposureTime,
    Base.FNumber,
    Base.ISOSpeedRatings,
    Base.FocalLength,
    Base.UserComment,
    Base.OffsetTime,
    Base.OffsetTimeOriginal,
    Base.SubsecTimeOriginal,
    _LENS_MODEL,
)


@dataclass(frozen=True, slots=True)
class ExifFacts:
    """What EXIF gave.

    Attributes:
        dates: when it was taken, digitised and changed.
        orientation: 1 to 8.
        comment: the user comment, where programs leave marks such as `Screenshot`.
    """

    metadata: Metadata
    dates: Dates = ()
    orientation: int = 1
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Directories:
    """The three directories that matter: tag to value, as Pillow decodes it; and what could not be decoded."""

    main: Mapping[int, object]
    detail: Mapping[int, object]
    gps: Mapping[int, object]
    notes: tuple[str, ...] = ()


def directories(exif: Image.Exif) -> Directories:
    """Return the directories of what Pillow has loaded."""
    notes = values.Notes("EXIF")
    main, detail, gps = (_directory(exif, which, notes) for which in (None, IFD.Exif, IFD.GPSInfo))
    return Directories(main, detail, gps, tuple(notes.lines))


def read_exif(found: Directories) -> ExifFacts:
    """Return what the directories say."""
    notes = values.Notes("EXIF")
    main, gps = found.main, found.gps
    # Some programs put the tags of the Exif directory into the main one.
    detail = {**{tag: main[tag] for tag in _OFTEN_MISPLACED if tag in main}, **found.detail}
    metadata = Metadata(
        camera_make=notes.take("Make", main.get(Base.Make), values.name),
        camera_model=notes.take("Model", main.get(Base.Model), values.name),
        lens=notes.take("LensModel", detail.get(_LENS_MODEL), values.name),
        iso=notes.take("ISO", detail.get(Base.ISOSpeedRatings), values.iso_speed),
        f_number=notes.take("FNumber", detail.get(Base.FNumber), values.between(0.1, 1000)),
        exposure_s=notes.take("ExposureTime", detail.get(Base.ExposureTime), values.between(1e-7, 1e6)),
        focal_mm=notes.take("FocalLength", detail.get(Base.FocalLength), values.between(0.1, 1e5)),
        position=_position(gps, notes),
        rating=_rating(main, notes),
        title=notes.take("XPTitle", main.get(_XP_TITLE), _wide),
        caption=notes.take("ImageDescription", main.get(Base.ImageDescription), values.caption)
        or notes.take("XPComment", main.get(_XP_COMMENT), _wide),
        keywords=_keywords(main, notes),
        creator=notes.take("Artist", main.get(Base.Artist), values.caption)
        or notes.take("XPAuthor", main.get(_XP_AUTHOR), _wide),
        content_identifier=content_identifier(detail.get(Base.MakerNote)),
        panorama=True if detail.get(_CUSTOM_RENDERED) == _APPLE_PANORAMA else None,
    )
    dates = _dates(main, detail, gps, notes)
    orientation = _orientation(main, notes)
    comment = _comment(detail.get(Base.UserComment))
    return ExifFacts(replace(metadata, notes=(*found.notes, *notes.lines)), dates, orientation, comment)


def _directory(exif: Image.Exif, which: IFD | None, notes: values.Notes) -> dict[int, object]:
    """Return one directory's values; a damaged one is empty, a damaged value is left out."""
    try:
        directory: Mapping[int, object] = exif if which is None else exif.get_ifd(which)
        tags = list(directory)
    except Exception as error:  # Pillow raises whatever its parser stumbles on (struct, Key, Type...)
        notes.add("main" if which is None else which.name, error or "malformed")
        return {}
    found = {}
    for tag in tags:
        try:
            found[int(tag)] = directory[tag]
        except Exception as error:  # as above, for one value
            notes.add(f"tag {tag:#06x}", error or "malformed")
    return found


def _dates(
    main: Mapping[int, object], detail: Mapping[int, object], gps: Mapping[int, object], notes: values.Notes
) -> Dates:
    changed = notes.take("DateTime", main.get(Base.DateTime), values.moment)
    return (
        *dated(_taken_at("Original", detail, notes), DateKind.TAKEN),
        *dated(_taken_at("Digitized", detail, notes), DateKind.DIGITISED),
        *dated(changed and _with_zone(changed, detail.get(Base.OffsetTime), notes), DateKind.CHANGED),
        *dated(_gps_time(gps, notes), DateKind.SATELLITE, is_instant=True),
    )


def _taken_at(which: str, detail: Mapping[int, object], notes: values.Notes) -> TakenAt | None:
    stamp = notes.take(f"DateTime{which}", detail.get(Base[f"DateTime{which}"]), values.moment)
    if stamp is None:
        return None
    fraction = detail.get(Base[f"SubsecTime{which}"])
    digits = str(fraction).strip(" \x00") if fraction is not None else ""
    if digits.isascii() and digits.isdigit() and stamp.precision is DatePrecision.SECOND:
        stamp = replace(stamp, wall=stamp.wall.replace(microsecond=int(f"{digits:0<6.6}")))
    return _with_zone(stamp, detail.get(Base[f"OffsetTime{which}"], detail.get(Base.OffsetTime)), notes)


def _with_zone(stamp: TakenAt, zone: object, notes: values.Notes) -> TakenAt:
    if stamp.offset_minutes is not None:
        return stamp
    return replace(stamp, offset_minutes=notes.take("OffsetTime", zone, values.offset_minutes))


def _gps_time(gps: Mapping[int, object], notes: values.Notes) -> TakenAt | None:
    def parse(stamp: object) -> TakenAt | None:
        day = values.moment(gps.get(GPS.GPSDateStamp))
        if day is None or not isinstance(stamp, tuple) or len(stamp) != 3:
            return None
        hours, minutes, seconds = (values.number(part) for part in stamp)
        return TakenAt(day.wall + timedelta(hours=hours, minutes=minutes, seconds=int(seconds)), 0)

    return notes.take("GPSTimeStamp", gps.get(GPS.GPSTimeStamp), parse)


def _position(gps: Mapping[int, object], notes: values.Notes) -> GeoPoint | None:
    def degrees(value: object, reference: object, negative: str) -> float | None:
        if not isinstance(value, tuple) or len(value) != 3:
            raise ValueError(f"not degrees, minutes, seconds: {value!r}")
        parts = [0.0 if _blank(part) else values.number(part) for part in value]
        if all(_blank(part) for part in value):
            return None
        total = parts[0] + parts[1] / 60 + parts[2] / 3600
        return -total if (values.name(reference) or "").upper().startswith(negative) else total

    def parse(value: object) -> GeoPoint | None:
        latitude = degrees(value, gps.get(GPS.GPSLatitudeRef, ""), "S")
        longitude = degrees(gps.get(GPS.GPSLongitude), gps.get(GPS.GPSLongitudeRef, ""), "W")
        if latitude is None or longitude is None:
            return None
        altitude = notes.take("GPSAltitude", gps.get(GPS.GPSAltitude), values.number)
        if altitude is not None and gps.get(GPS.GPSAltitudeRef) in (1, b"\x01"):
            altitude = -altitude
        return values.position(latitude, longitude, altitude)

    return notes.take("GPSLatitude", gps.get(GPS.GPSLatitude), parse)


def _blank(part: object) -> bool:
    """Tell whether a rational is 0/0, which means `not known`."""
    return getattr(part, "denominator", 1) == 0 and getattr(part, "numerator", 1) == 0


def _rating(main: Mapping[int, object], notes: values.Notes) -> int | None:
    rating = notes.take("Rating", main.get(_RATING), values.stars)
    if rating is not None:
        return rating
    return notes.take("RatingPercent", main.get(_RATING_PERCENT), values.stars_of_percent)


def _wide(value: object) -> str | None:
    """Return one of Windows' texts: UTF-16 in a row of bytes."""
    if isinstance(value, tuple):
        value = bytes(value)
    if not isinstance(value, bytes):
        return values.caption(value)
    return values.caption(value.decode("utf-16-le", "ignore"))


def _keywords(main: Mapping[int, object], notes: values.Notes) -> tuple[str, ...]:
    joined = notes.take("XPKeywords", main.get(_XP_KEYWORDS), _wide)
    return tuple(word.strip() for word in (joined or "").split(";") if word.strip())


def _orientation(main: Mapping[int, object], notes: values.Notes) -> int:
    def parse(value: object) -> int | None:
        result = values.number(value)
        if result == 0:
            return None
        if result not in range(1, 9):
            raise ValueError(f"{result:g} is none of 1 to 8")
        return int(result)

    return notes.take("Orientation", main.get(Base.Orientation), parse) or 1


def _comment(value: object) -> str:
    if isinstance(value, bytes):
        charset, text = value[:8], value[8:]
        if charset.startswith(b"UNICODE"):
            return text.decode("utf-16-be" if text[:1] == b"\x00" else "utf-16-le", "ignore").strip("\x00 ")
        return text.decode("ascii", "ignore").strip("\x00 ")
    return value if isinstance(value, str) else ""
