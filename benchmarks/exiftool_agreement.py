"""How far our metadata agree with exiftool's. `python -m benchmarks.exiftool_agreement [FOLDER]`; needs exiftool.

Of each file that we read, each field that exiftool has is compared; it counts as agreed when we give the value of the
first of the tags below that exiftool has. The order is ours (docs/decisions/0012). Of dates in UTC the same moment is
meant. A nought that stands for "not known" (ISO, aperture, exposure, focal length, a position of 0, 0) is no value.
"""

import argparse
import json
import math
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from benchmarks.report import write
from core.media.metadata import values
from core.media.pool import DecodePool
from core.media.request import ReadRequest, ReadResult
from core.values.photo import DatePrecision, DateSource, TakenAt

FOLDER = Path(__file__).parents[2] / "shared" / "data" / "formats"

Tags = Mapping[str, object]
T = TypeVar("T")

_DATES = (
    "ExifIFD:DateTimeOriginal",
    "IFD0:DateTimeOriginal",
    "XMP-exif:DateTimeOriginal",
    "XMP-photoshop:DateCreated",
    "IPTC:DateCreated",
    "Keys:CreationDate",
    "UserData:DateTimeOriginal",
    "QuickTime:CreateDate",
    "ExifIFD:CreateDate",
    "XMP-exif:DateTimeDigitized",
    "XMP-xmp:CreateDate",
    "IFD0:ModifyDate",
    "XMP-xmp:ModifyDate",
)
_ZONES = ("ExifIFD:OffsetTimeOriginal", "ExifIFD:OffsetTime", "XMP-exif:OffsetTimeOriginal")
_TEXTS: dict[str, tuple[str, ...]] = {
    "make": ("IFD0:Make", "XMP-tiff:Make", "Keys:Make", "UserData:Make"),
    "model": ("IFD0:Model", "XMP-tiff:Model", "Keys:Model", "UserData:Model"),
    "lens": ("ExifIFD:LensModel", "XMP-exifEX:LensModel", "XMP-aux:Lens"),
    "title": ("XMP-dc:Title", "XMP-photoshop:Headline", "IPTC:ObjectName", "IFD0:XPTitle", "Keys:Title"),
    "caption": ("XMP-dc:Description", "IPTC:Caption-Abstract", "IFD0:ImageDescription", "IFD0:XPComment"),
}
_NUMBERS: dict[str, tuple[str, ...]] = {
    "ISO": ("ExifIFD:ISO", "IFD0:ISO", "XMP-exif:ISO"),
    "aperture": ("ExifIFD:FNumber", "IFD0:FNumber", "XMP-exif:FNumber"),
    "exposure": ("ExifIFD:ExposureTime", "IFD0:ExposureTime", "XMP-exif:ExposureTime"),
    "focal length": ("ExifIFD:FocalLength", "XMP-exif:FocalLength"),
    "rating": ("XMP-xmp:Rating", "IFD0:Rating", "XMP-microsoft:RatingPercent"),
    "latitude": ("Composite:GPSLatitude",),
    "longitude": ("Composite:GPSLongitude",),
    "altitude": ("Composite:GPSAltitude",),
}
_NEVER_NOUGHT = ("ISO", "aperture", "exposure", "focal length")
_OF_POSITIONS = ("latitude", "longitude", "altitude")
_KEYWORDS = ("XMP-dc:Subject", "IPTC:Keywords", "XMP-digiKam:TagsList", "XMP-lr:HierarchicalSubject")


def main() -> None:
    """Compare and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)
    folder = parser.parse_args().folder
    if shutil.which("exiftool") is None:
        sys.exit("exiftool is not there. On Debian and Ubuntu: apt-get install libimage-exiftool-perl")
    if not folder.is_dir():
        sys.exit(f"There is no folder {folder}.")
    theirs = _exiftool(folder)
    had: dict[str, int] = defaultdict(int)
    differing: list[str] = []
    missed: dict[str, int] = defaultdict(int)
    files = 0
    for path, ours in _read(folder):
        tags = theirs.get(path.resolve())
        if tags is None:
            continue
        files += 1
        for field, agrees, theirs_is, ours_is in compared(tags, ours):
            had[field] += 1
            if not agrees:
                missed[field] += 1
                differing.append(f"{path.relative_to(folder)}\t{field}\texiftool: {theirs_is}\tours: {ours_is}")
    total, wrong = sum(had.values()), sum(missed.values())
    print(f"{'field':14} {'exiftool has':>12} {'agree':>7}  share")
    for field in sorted(had):
        print(f"{field:14} {had[field]:12} {had[field] - missed[field]:7} {_share(had[field], missed[field])}")
    print(f"{'all':14} {total:12} {total - wrong:7} {_share(total, wrong)}   of {files} files")
    for line in differing:
        print(line)
    write("exiftool-agreement", {"files": files, "values": total, "agree": total - wrong, "differing": list(differing)})


def _share(all_of_them: int, wrong: int) -> str:
    return f"{100 * (all_of_them - wrong) / max(1, all_of_them):6.2f} %"


def _exiftool(folder: Path) -> dict[Path, Tags]:
    command = ["exiftool", "-json", "-n", "-G1", "-recurse", "-quiet", "-charset", "utf8", str(folder)]
    # It ends with 1 when a single file could not be read.
    printed = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout
    return {Path(str(tags["SourceFile"])).resolve(): tags for tags in json.loads(printed)}


def _read(folder: Path) -> list[tuple[Path, ReadResult]]:
    with DecodePool(2, 60.0, 2048) as pool:
        asked = [
            (path, pool.submit(ReadRequest(str(path), thumbnail=False)))
            for path in sorted(folder.rglob("*"))
            if path.is_file()
        ]
        return [(path, future.result()) for path, future in asked if future.exception() is None]


def compared(tags: Tags, ours: ReadResult) -> list[tuple[str, bool, object, object]]:
    """Return field, agreement, exiftool's value and ours for each field that exiftool has."""
    metadata = ours.metadata
    found: list[tuple[str, bool, object, object]] = []

    def compare(field: str, theirs: object, own: object, same: Callable[[object, object], bool]) -> None:
        if theirs not in (None, "", (), []):
            found.append((field, same(theirs, own), theirs, own))

    taken = metadata.taken_at if metadata.date_source in _OF_FILES else None
    date = _first(tags, _DATES, _moment)
    compare("date", date and date.wall, taken, lambda theirs, own: _same_date(date, own))
    zone = _first(tags, _ZONES, values.offset_minutes)
    if date is not None and taken is not None:
        zone = date.offset_minutes if date.offset_minutes is not None else zone
        if "QuickTime:CreateDate" not in tags:
            compare("zone", zone, taken.offset_minutes, lambda theirs, own: theirs == own)
    texts = {
        "make": metadata.camera_make,
        "model": metadata.camera_model,
        "lens": metadata.lens,
        "title": metadata.title,
        "caption": metadata.caption,
    }
    for field, own in texts.items():
        compare(field, _first(tags, _TEXTS[field], _text), own, _same_text)
    position = metadata.position
    numbers = {
        "ISO": metadata.iso,
        "aperture": metadata.f_number,
        "exposure": metadata.exposure_s,
        "focal length": metadata.focal_mm,
        "rating": metadata.rating,
        "latitude": None if position is None else position.latitude,
        "longitude": None if position is None else position.longitude,
        "altitude": None if position is None else position.altitude,
    }
    nowhere = not any(_first(tags, _NUMBERS[field], _number) for field in ("latitude", "longitude"))
    for field, number in numbers.items():
        theirs_is = _first(tags, _NUMBERS[field], _number)
        is_unknown = (theirs_is == 0 and field in _NEVER_NOUGHT) or (nowhere and field in _OF_POSITIONS)
        compare(field, None if is_unknown else theirs_is, number, _same_number)
    words = {word for name in _KEYWORDS for word in _listed(tags.get(name))}
    own_words = {part.casefold() for tag in metadata.keywords for part in tag.split("/")}
    parts = {part.casefold() for word in words for part in word.replace("|", "/").split("/") if part}
    compare("keywords", sorted(parts), sorted(own_words), lambda theirs, own: parts <= own_words)
    return found


_OF_FILES = {DateSource.FILE, DateSource.DIGITISED, DateSource.CHANGED}


def _first(tags: Tags, names: Sequence[str], parse: Callable[[object], T | None]) -> T | None:
    for name in names:
        if name in tags:
            try:
                value = parse(tags[name])
            except (ValueError, TypeError, ArithmeticError):
                continue
            if value is not None:
                return value
    return None


def _moment(value: object) -> TakenAt | None:
    moment = values.moment(str(value))
    return None if moment is None or moment.wall.year in (1904, 1970) else moment


def _text(value: object) -> str | None:
    return values.caption(str(value))


def _number(value: object) -> float | None:
    number = values.number(value)
    return number if math.isfinite(number) else None


def _listed(value: object) -> list[str]:
    if value is None:
        return []
    return [str(word).strip() for word in (value if isinstance(value, list) else [value])]


def _same_date(theirs: object, ours: object) -> bool:
    if not isinstance(theirs, TakenAt) or not isinstance(ours, TakenAt):
        return False
    if theirs.precision is not DatePrecision.SECOND:  # the time stands in a field of its own
        return theirs.wall.date() == ours.wall.date()
    wall = ours.wall.replace(microsecond=0)
    if theirs.wall.replace(microsecond=0) == wall:
        return True
    # UTC of a video, which we show on the clock of its place.
    return theirs.wall == wall - timedelta(minutes=ours.offset_minutes or 0)


def _same_text(theirs: object, ours: object) -> bool:
    return ours is not None and _in_ascii(theirs) == _in_ascii(ours)


def _in_ascii(text: object) -> list[str]:
    """Return the words without signs beyond ASCII: of old texts nobody knows the character set."""
    return "".join(sign if sign.isascii() and sign != "?" else "" for sign in str(text)).split()


def _same_number(theirs: object, ours: object) -> bool:
    return isinstance(ours, int | float) and math.isclose(float(str(theirs)), ours, rel_tol=2e-3, abs_tol=1e-6)


if __name__ == "__main__":
    main()
