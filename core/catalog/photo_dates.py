"""How a photo's date is stored: its span, where it comes from, and how it is ordered."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from core.values.photo import DatePrecision, DateSource, TakenAt

EPOCH = datetime(1970, 1, 1)

WHEN_TAKEN = frozenset({DateSource.SIDECAR, DateSource.FILE, DateSource.DIGITISED})
"""Sources that know the moment, not only of the day or of a copy."""

UNDATED = -(2**40)
"""`sort_at` of a photo that was read and has no date: before every date, so it is never the newest."""


def date_columns(taken: TakenAt | None, source: DateSource | None) -> dict[str, str | int | None]:
    """Return the columns of `photos` that hold a date; of None, those of a photo without one."""
    if taken is None:
        return {
            "taken_wall": None,
            "taken_until": None,
            "taken_offset_minutes": None,
            "date_precision": None,
            "date_source": None,
            "sort_at": UNDATED,
        }
    wall = seconds_of(taken.wall)
    return {
        "taken_wall": wall,
        "taken_until": max(wall, seconds_of(taken.end()) - 1),
        "taken_offset_minutes": taken.offset_minutes,
        "date_precision": taken.precision,
        "date_source": source,
        "sort_at": wall,
    }


def taken_at(photo: Row[*tuple[Any, ...]]) -> TakenAt | None:
    """Return the date of a row of `photos`."""
    if photo.taken_wall is None:
        return None
    precision = DatePrecision(photo.date_precision or DatePrecision.SECOND)
    return TakenAt(EPOCH + timedelta(seconds=photo.taken_wall), photo.taken_offset_minutes, precision)


def exact_wall(row: Row[*tuple[Any, ...]]) -> int | None:
    """Return when the file itself says a photo was taken, as the catalog keeps it, if it says so to the second.

    `row`: with `taken_wall`, `date_precision` and `date_source` of `photos`.
    """
    is_exact = row.date_source in WHEN_TAKEN and row.date_precision == DatePrecision.SECOND
    return int(row.taken_wall) if is_exact and row.taken_wall is not None else None


def seconds_of(moment: datetime) -> int:
    """Return a naive wall-clock time as the catalog keeps it."""
    return (moment - EPOCH) // timedelta(seconds=1)
