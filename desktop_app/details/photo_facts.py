"""Puts what is known about a photo into words for the details panel. No widgets."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDate, QDateTime, QLocale, QTime

from core.values.paths import shown
from core.values.photo import DatePrecision, DateSource
from desktop_app.grid.marks import clock

if TYPE_CHECKING:
    from core.catalog.reader import PhotoDetails


@dataclass(frozen=True, slots=True)
class Fact:
    """One line. `name`: what it is, for screen readers and the tooltip."""

    icon: str
    name: str
    text: str


def name(details: "PhotoDetails") -> str:
    """Return the file's name."""
    return shown(PurePath(details.row.path).name)


def facts(details: "PhotoDetails") -> list[Fact]:
    """Return the lines there is something to say about, the most asked for first."""
    lines = [
        Fact("calendar", _tr("Date"), _date(details)),
        Fact("picture", _tr("Size"), _size(details)),
        Fact("camera", _tr("Camera"), _camera(details)),
        Fact("place", _tr("Place"), _place(details)),
        Fact("folder", _tr("Folder"), shown(PurePath(details.row.path).parent)),
        Fact("copy", _tr("Other files"), "\n".join(shown(path) for path in details.paths[1:])),
    ]
    return [line for line in lines if line.text]


def long_date(details: "PhotoDetails") -> str:
    """Return day and time in one line; empty for a photo without a date of its own."""
    if details.taken_at is None:
        return ""
    wall = _qt(details.taken_at.wall)
    day = QLocale().toString(wall.date(), QLocale.FormatType.LongFormat)
    return f"{day}, {QLocale().toString(wall.time(), QLocale.FormatType.ShortFormat)}"


def _date(details: "PhotoDetails") -> str:
    locale = QLocale()
    taken = details.taken_at
    if taken is None:
        changed = locale.toString(_qt(details.modified_at), QLocale.FormatType.ShortFormat)
        return _tr("No date. File changed %1").replace("%1", changed)
    wall = _qt(taken.wall)
    match taken.precision:
        case DatePrecision.YEAR:
            text = _tr("About %1").replace("%1", locale.toString(wall.date(), "yyyy"))
        case DatePrecision.MONTH:
            text = _tr("About %1").replace("%1", locale.toString(wall.date(), "MMMM yyyy"))
        case DatePrecision.DAY:
            text = locale.toString(wall.date(), QLocale.FormatType.LongFormat)
        case DatePrecision.SECOND:
            day = locale.toString(wall.date(), QLocale.FormatType.LongFormat)
            text = f"{day}\n{locale.toString(wall.time(), QLocale.FormatType.ShortFormat)}"
    offset = taken.offset_minutes
    if offset is not None:
        text += f" (UTC{'+' if offset >= 0 else '−'}{abs(offset) // 60}:{abs(offset) % 60:02})"
    source = _source(details.date_source)
    return f"{text}\n{source}" if source else text


def _source(source: DateSource | None) -> str:
    """Return where a date comes from, unless the file says plainly when it was taken."""
    match source:
        case DateSource.DIGITISED:
            return _tr("When it was digitised")
        case DateSource.CHANGED:
            return _tr("When it was last changed")
        case DateSource.NAME:
            return _tr("From the file’s name")
        case DateSource.TAKEOUT:
            return _tr("From Google Takeout")
        case DateSource.FOLDER:
            return _tr("From the folder’s name")
        case _:
            return ""


def _size(details: "PhotoDetails") -> str:
    width, height = details.row.width, details.row.height
    parts = []
    if width and height:
        parts.append(f"{width} × {height}")
        if width * height >= 950_000:
            parts.append(_tr("%1 MP").replace("%1", f"{width * height / 1e6:.0f}"))
    if details.row.duration_ms is not None:
        parts.append(clock(details.row.duration_ms))
    weight = QLocale().formattedDataSize(details.size, 1, QLocale.DataSizeFormat.DataSizeTraditionalFormat)
    parts.append(f"{details.format} {weight}" if details.format else weight)
    return "  ·  ".join(parts)


def _camera(details: "PhotoDetails") -> str:
    exposure = []
    if details.focal_mm:
        exposure.append(f"{details.focal_mm:g} mm")
    if details.f_number:
        exposure.append(f"f/{details.f_number:g}")
    if details.exposure_s:
        exposure.append(exposure_time(details.exposure_s))
    if details.iso:
        exposure.append(f"ISO {details.iso}")
    lines = [details.camera or "", details.lens or "", "  ".join(exposure)]
    return "\n".join(line for line in lines if line)


def _place(details: "PhotoDetails") -> str:
    lines = [details.place or ""]
    if details.position is not None:
        lines.append(f"{details.position.latitude:.4f}, {details.position.longitude:.4f}")
    return "\n".join(line for line in lines if line)


def exposure_time(seconds: float) -> str:
    """Return an exposure as photographers write it: 1/250 s, 2.5 s."""
    return f"1/{round(1 / seconds)} s" if seconds < 0.3 else f"{seconds:g} s"


def _qt(moment: datetime) -> QDateTime:
    day = QDate(moment.year, moment.month, moment.day)
    return QDateTime(day, QTime(moment.hour, moment.minute, moment.second))


def _tr(text: str) -> str:
    return QCoreApplication.translate("PhotoFacts", text)
