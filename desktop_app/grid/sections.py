"""What photos stand under: days, months in small rows, one heading for what has no date; the line between two bands."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QCoreApplication, QDate, QLocale

from core.values.photo_facts import NO_DATE, NOT_READ
from desktop_app.grid.listing import Listing

HEADER = 40
LINE_BLOCK = 140
"""How high the line and the card of the weaker hits are together."""
CLOSED_BELOW = 40
"""What stays free under a closed card."""
EPOCH = date(1970, 1, 1)


class Lead(IntEnum):
    """What leads a section."""

    NOTHING = 0
    DATE = 1
    LINE = 2


@dataclass(frozen=True, slots=True)
class Sections:
    """How the photos of a listing are parted.

    Attributes:
        first: the first photo of each section, and their number; shape (s + 1,).
        leads: how high each one's lead is; shape (s,).
        line: which section is below the relevance line, or None.
        has_dates: whether the sections, but for the one below the line, are days or months.
        by_month: they are months.
        shown: how many of the photos are laid out: those below a closed line are not.
    """

    first: npt.NDArray[np.int64]
    leads: npt.NDArray[np.int64]
    line: int | None
    has_dates: bool
    by_month: bool
    shown: int

    def lead(self, section: int) -> Lead:
        """Return what leads a section."""
        if section == self.line:
            return Lead.LINE
        return Lead.DATE if self.has_dates else Lead.NOTHING

    def range(self, section: int) -> tuple[int, int]:
        """Return the first photo of a section and the one after its last."""
        return int(self.first[section]), int(self.first[section + 1])


def part(listing: Listing, *, by_month: bool, below_is_open: bool, header: int = HEADER) -> Sections:
    """Part a listing into sections."""
    above, total = listing.above, len(listing.facts)
    starts = np.zeros(0, dtype=np.int64)
    if above:
        starts = (
            _changes(_periods(listing.days_above(), by_month=by_month)) if listing.by_date else np.zeros(1, np.int64)
        )
    leads = np.full(len(starts), header if listing.by_date else 0, dtype=np.int64)
    line, end = None, above
    if listing.has_line:
        line, end = len(starts), total if below_is_open else above
        starts = np.append(starts, above)
        leads = np.append(leads, LINE_BLOCK)
    return Sections(np.append(starts, end), leads, line, listing.by_date, by_month, end)


def title(day: int, *, by_month: bool) -> str:
    """Return what stands over a day's photos, or a month's, in the user's language: Sat 11 June 2022."""
    if day == NO_DATE:
        return QCoreApplication.translate("Sections", "No date")
    if day == NOT_READ:
        return QCoreApplication.translate("Sections", "Not read yet")
    if by_month:
        return month_name(day)
    when = _qdate(day)
    locale = QLocale()
    weekday = locale.toString(when, "ddd").rstrip(".")
    return f"{weekday} {_long(locale, when)}"


def month_name(day: int) -> str:
    """Return the month and year of a day: June 2022."""
    locale, when = QLocale(), _qdate(day)
    if "年" in locale.dateFormat(QLocale.FormatType.LongFormat):
        return locale.toString(when, "yyyy年M月")
    return f"{locale.standaloneMonthName(when.month())} {locale.toString(when, 'yyyy')}"


def date_of(day: int) -> date | None:
    """Return a day as a date; None where it stands for none."""
    if day in {NO_DATE, NOT_READ}:
        return None
    try:
        return EPOCH + timedelta(days=day)
    except OverflowError:
        return None


def _long(locale: QLocale, when: QDate) -> str:
    """Return day, month and year in the order and with the marks of the language, without the weekday."""
    pattern = locale.dateFormat(QLocale.FormatType.LongFormat)
    for weekday in ("dddd, ", "dddd، ", "dddd ", ", dddd", " dddd", "dddd"):
        pattern = pattern.replace(weekday, "")
    return locale.toString(when, pattern.strip(" ,"))


def _qdate(day: int) -> QDate:
    return QDate(1970, 1, 1).addDays(day)


def _periods(days: npt.NDArray[np.int32], *, by_month: bool) -> npt.NDArray[np.int64]:
    whole = days.astype(np.int64)
    if not by_month:
        return whole
    months = whole.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    # What stands for no day lies beyond all months.
    return np.where(whole >= NO_DATE, whole, months)


def _changes(values: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.concatenate(([0], np.flatnonzero(np.diff(values)) + 1)).astype(np.int64)
