"""Reads EXIF: when, with what, and where a photo was taken. Values that make no sense are dropped one by one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from core.media.metadata import values
from core.values.photo import GeoPoint, Metadata, TakenAt

_XP_TITLE, _XP_COMMENT, _XP_KEYWORDS = 0x9C9B, 0x9C9C, 0x9C9E
_RATING, _RATING_PERCENT = 0x4746, 0x4749
_LENS_MODEL = 0xA434
_ZONE_STEP = 15
_LATEST_FIX_S = 90


@dataclass(frozen=True, slots=True)
class ExifFacts:
    """What EXIF gave.

    Attributes:
        last_resort: a date that may be that of editing, for when nothing else gives one.
        orientation: 1 to 8.
        comment: the user comment, where programs leave marks such as `Screenshot`.
    """

    metadata: Metadata
    last_resort: TakenAt | None = None
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
    main, detail, gps = found.main, found.detail, found.gps
    taken = _taken_at(main, detail, gps, notes)
    metadata = Metadata(
        taken_at=taken,
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
    )
    last_resort = notes.take("DateTime", main.get(Base.DateTime), values.moment) or _gps_time(gps, notes)
    orientation = _orientation(main, notes)
    comment = _comment(detail.get(Base.UserComment))
    return ExifFacts(replace(metadata, notes=(*found.notes, *notes.lines)), last_resort, orientation, comment)


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


def _taken_at(
    main: Mapping[int, object], detail: Mapping[int, object], gps: Mapping[int, object], notes: values.Notes
) -> TakenAt | None:
    for name, stamp_tag, fraction_tag, zone_tag in (
        ("DateTimeOriginal", Base.DateTimeOriginal, Base.SubsecTimeOriginal, Base.OffsetTimeOriginal),
        ("DateTimeDigitized", Base.DateTimeDigitized, Base.SubsecTimeDigitized, Base.OffsetTimeDigitized),
    ):
        # Some programs put the tags of the Exif directory into the main one.
        stamp = notes.take(name, detail.get(stamp_tag, main.get(stamp_tag)), values.moment)
        if stamp is None:
            continue
        wall, zone = stamp.wall, stamp.offset_minutes
        fraction = detail.get(fraction_tag)
        digits = str(fraction).strip(" \x00") if fraction is not None else ""
        if digits.isascii() and digits.isdigit():
            wall = wall.replace(microsecond=int(f"{digits:0<6.6}"))
        if zone is None:
            zone = notes.take("OffsetTime", detail.get(zone_tag, detail.get(Base.OffsetTime)), values.offset_minutes)
        if zone is None:
            zone = _zone_by_satellite(wall, _gps_time(gps, notes))
        return TakenAt(wall, zone)
    return None


def _zone_by_satellite(wall: datetime, satellite: TakenAt | None) -> int | None:
    """Return the zone in which `wall` is the satellites' time, if they agree closely enough to tell."""
    if satellite is None:
        return None
    ahead = (wall - satellite.wall).total_seconds()
    minutes = round(ahead / 60 / _ZONE_STEP) * _ZONE_STEP
    return minutes if abs(minutes) <= 14 * 60 and abs(ahead - minutes * 60) <= _LATEST_FIX_S else None


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
    percent = notes.take("RatingPercent", main.get(_RATING_PERCENT), values.between(0, 100))
    return None if percent is None else (0 if percent == 0 else min(5, 1 + round(percent / 25)))


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
