"""Takes a date from a file's name, as phones, messengers, cameras and screenshot tools write it.

Pure. A run of digits that is no date of the calendar (`IMG_20001234`), a telephone number, an ISBN or a counter gives
nothing: a missing date is better than a wrong one.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from core.values.photo import DatePrecision, TakenAt

_EARLIEST_YEAR = 1826  # the first photograph
_EARLIEST_COMPACT_YEAR = 1900
"""Of a date without separators: longer ago, eight digits are more often something else."""
_MILLISECONDS = range(1_000_000_000_000, 2_200_000_000_000)
"""2001 to 2039. An ISBN begins with 978 or 979, and telephone numbers of 13 digits with other codes than 1 and 20."""
_LONGEST_NAME = 300


@dataclass(frozen=True, slots=True)
class NameDate:
    """A date in a name. `is_instant`: on the clock of UTC, as Pixel phones and counters of milliseconds have it."""

    taken_at: TakenAt
    is_instant: bool = False


_Found = NameDate | None

_MONTH_NAMES = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH = r"(?P<word>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"

# A time of the day behind a date: 10-11-12, 10.11.12, 101112, "at 10.11.12 PM", with milliseconds.
_CLOCK = (
    r"(?:[ T_\-.,;@]{0,3}(?:at|um|kl\.?|à|a las|alle|om|às|o|v|в|—|–)? ?_?"
    r"(?P<hour>[01]?\d|2[0-3])(?P<gap>[:.\-_h∶꞉ ]?)(?P<minute>[0-5]\d)"
    r"(?:(?P=gap)(?:(?<=h)|m)?(?P<second>[0-5]\d)(?:[._\-]?\d{1,3})?s?)?(?!\d)(?!-WA)"
    r"(?:[ \u202f\u00a0_]?(?P<half>[AaPp])\.?[Mm]\.?)?(?P<zone>Z|[+-]\d\d:?\d\d(?!\d))?)?"
)
_SPACED = re.compile(
    r"(?<!\d)(?<!\d[.\-])(?P<year>1[89]\d\d|20\d\d)(?P<mark>[-._ ]|年)(?P<month>0?[1-9]|1[0-2])(?:(?P=mark)|月)"
    r"(?P<day>0[1-9]|[12]\d|3[01]|[1-9](?!\d))日?(?!\d)" + _CLOCK,
    re.IGNORECASE,
)
_COMPACT = re.compile(
    r"(?<!\d)(?<!\d\.)(?P<year>19\d\d|20\d\d)(?P<month>0[1-9]|1[0-2])(?P<day>0[1-9]|[12]\d|3[01])"
    r"(?:[ T_\-.]{0,2}(?P<hour>[01]\d|2[0-3])(?P<gap>[.\-_:]?)(?P<minute>[0-5]\d)(?P=gap)(?P<second>[0-5]\d)"
    r"(?:[._\-]?\d{1,3}(?!\d))?)?(?P<rest>\d*)"
    r"(?P<zone>Z(?![A-Za-z]))?"
)
# Day before month: only with dots, as whoever writes dots does, or where a program is known to.
_DOTTED = re.compile(
    r"(?<!\d)(?<!\d[.\-_])(?P<day>0[1-9]|[12]\d|3[01])\.(?P<month>0[1-9]|1[0-2])\.(?P<year>19\d\d|20\d\d)(?!\d)"
    + _CLOCK,
    re.IGNORECASE,
)
_TELEGRAM = re.compile(
    r"^(?:photo|video|file|audio|animation|round_video)_\d+@(?P<day>\d\d)-(?P<month>\d\d)-(?P<year>20\d\d)"
    r"(?:_(?P<hour>\d\d)-(?P<minute>\d\d)-(?P<second>\d\d))?"
)
_DAY_FIRST = re.compile(
    r"(?<!\d)(?<!\d[.\-_])(?P<day>1[3-9]|2\d|3[01])(?P<mark>[-_])(?P<month>0[1-9]|1[0-2])(?P=mark)(?P<year>19\d\d|20\d\d)(?!\d)"
    + _CLOCK,
    re.IGNORECASE,
)
_WRITTEN = (
    re.compile(rf"(?<![\da-z])(?P<day>[0-3]?\d)[ ._-]{{1,2}}{_MONTH}[ ._,-]{{1,2}}(?P<year>19\d\d|20\d\d)(?!\d)", re.I),
    re.compile(rf"(?<![a-z]){_MONTH}[ ._-]{{1,2}}(?P<day>[0-3]?\d),?[ ._,-]{{1,2}}(?P<year>19\d\d|20\d\d)(?!\d)", re.I),
)
_MONTH_ONLY = re.compile(r"^(?P<year>1[89]\d\d|20\d\d)(?P<mark>[-_.])(?P<month>0[1-9]|1[0-2])(?![\d.])(?!(?P=mark)\d)")
# A counter of milliseconds: alone, or behind the prefix of a program that is known for it.
_UNIX = re.compile(
    r"^(?:FB_IMG_|FB_VID_|mmexport|wx_camera_|microMsg\.|IMG_|VID_|image_picker_?|image|photo_?|Screenshot_|retouch_|"
    r"InShot_|collage_?|Polish_|SAVE_|received_|TikTok_|lv_|pic_|Picsart_|temp_?|MTXX_|MEITU_|share_|line_|cache_|"
    r"InsTake_|Video_?|Resized_|compress_?|scaled_|\d{1,3}_)?(?P<unix>\d{13})(?!\d)",
    re.IGNORECASE,
)
_PIXEL = re.compile(r"^PXL_\d{8}_\d{6}")


def date_in_name(name: str, latest: datetime | None = None) -> NameDate | None:
    """Return the date that a file's `name` (without folders) gives, or None.

    Args:
        name: with or without extension.
        latest: now. Whatever lies more than a day behind it is no date.
    """
    stem = re.sub(r"\.[A-Za-z]\w{1,4}$", "", name[:_LONGEST_NAME])
    for pattern, make in _PATTERNS:
        for match in pattern.finditer(stem):
            found = make(stem, match)
            if found is not None and _is_past(found.taken_at.wall, latest):
                return found
    return None


def _is_past(wall: datetime, latest: datetime | None) -> bool:
    return latest is None or wall <= latest + timedelta(days=1)


def _of_parts(_: str, match: "re.Match[str]") -> _Found:
    groups = match.groupdict()
    if groups.get("word"):
        groups["month"] = str(_MONTH_NAMES.index(groups["word"].lower()) + 1)
    try:
        day = datetime(int(groups["year"]), int(groups["month"]), int(groups["day"]))
    except ValueError:  # 31 February
        return None
    if day.year < _EARLIEST_YEAR:
        return None
    wall = _on_clock(day, groups)
    if wall is None:
        return NameDate(TakenAt(day, precision=DatePrecision.DAY))
    return NameDate(TakenAt(wall, _offset(groups.get("zone"))))


def _on_clock(day: datetime, groups: Mapping[str, str | None]) -> datetime | None:
    """Return the time of `day` that is told; None where none is."""
    hour, half = groups.get("hour"), (groups.get("half") or "").lower()
    if not hour or (half and not 1 <= int(hour) <= 12):
        return None
    # Hours and minutes alone, with nothing between, are as likely a counter: `2014-01-02-0001`.
    if not groups.get("second") and not groups.get("gap") and not half:
        return None
    hours = int(hour) % 12 + (12 if half == "p" else 0) if half else int(hour)
    return day.replace(hour=hours, minute=int(groups["minute"] or 0), second=int(groups.get("second") or 0))


def _offset(zone: str | None) -> int | None:
    if not zone:
        return None
    if zone.upper() == "Z":
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return None if minutes > 14 * 60 else -minutes if zone[0] == "-" else minutes


def _of_run(stem: str, match: "re.Match[str]") -> _Found:
    """Return the date of a run of digits; longer runs than a date with milliseconds are numbers."""
    if match["rest"] or int(match["year"]) < _EARLIEST_COMPACT_YEAR:
        return None
    found = _of_parts(stem, match)
    if found is not None and _PIXEL.match(stem):
        return NameDate(TakenAt(found.taken_at.wall, 0), is_instant=True)
    return found


def _of_month(_: str, match: "re.Match[str]") -> _Found:
    return NameDate(TakenAt(datetime(int(match["year"]), int(match["month"]), 1), precision=DatePrecision.MONTH))


def _of_milliseconds(_: str, match: "re.Match[str]") -> _Found:
    milliseconds = int(match["unix"])
    if milliseconds not in _MILLISECONDS:
        return None
    wall = datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None, microsecond=0)
    return NameDate(TakenAt(wall, 0), is_instant=True)


_PATTERNS: tuple[tuple["re.Pattern[str]", Callable[[str, "re.Match[str]"], _Found]], ...] = (
    (_TELEGRAM, _of_parts),
    (_UNIX, _of_milliseconds),
    (_SPACED, _of_parts),
    (_COMPACT, _of_run),
    (_DOTTED, _of_parts),
    (_DAY_FIRST, _of_parts),
    *((pattern, _of_parts) for pattern in _WRITTEN),
    (_MONTH_ONLY, _of_month),
)
