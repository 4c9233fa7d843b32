"""The strip at the right of the photos, in place of a scroll bar: years to jump along, or when the hits were taken."""

from datetime import date

from PySide6.QtCore import QEvent, QLocale, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from core.values.photo_facts import NO_DATE
from desktop_app.grid.listing import EMPTY, Listing
from desktop_app.grid.sections import month_name, title
from desktop_app.grid.time_strip import Bar, Tick, Unit, bars, ticks
from desktop_app.theme.theme import Theme

WIDTH, NARROW_WIDTH = 72, 20
EDGE = 24
"""What stays free above and below, so that the bubble and the first label have room."""
LONGEST_BAR = 30
TICK, YEAR_TICK = 5, 9
LABEL_HEIGHT = 18
BUBBLE = 28


class Scrubber(QWidget):
    """Shows where in time the photos are.

    Signals:
        jumped: with the place of the photo that was clicked or dragged to.
        dates_chosen: with the first and last day of the bars that were clicked or dragged over.

    Attributes:
        bubble: what is said beside the strip while the pointer is on it.
    """

    jumped = Signal(int)
    dates_chosen = Signal(object, object)

    def __init__(self, theme: Theme, bubble: "Bubble", parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._listing = EMPTY
        self._shown = 0
        self._ticks: list[Tick] = []
        self._bars: list[Bar] = []
        self._unit = Unit.YEAR
        self._at = 0.0
        self._brushed: tuple[int, int] | None = None
        self._is_down = False
        self.bubble = bubble
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Timeline"))
        theme.changed.connect(self.update)

    @property
    def is_histogram(self) -> bool:
        """Whether the hits of a search are counted, and not places jumped to."""
        return self._listing.relevant is not None

    @property
    def bars(self) -> list[Bar]:
        """The bars of the histogram, from the newest."""
        return self._bars

    def show_listing(self, listing: Listing, shown: int) -> None:
        """Show when the photos of a listing were taken, the first `shown` of which can be scrolled to."""
        self._listing, self._shown = listing, shown
        self._make()

    def set_place(self, place: int) -> None:
        """Mark which photo is the first in view."""
        at = place / max(1, self._shown)
        if at != self._at:
            self._at = at
            self.update()

    def y_of_bar(self, number: int) -> float:
        """Return the middle of a bar."""
        return EDGE + (number + 0.5) * self._pitch

    def resizeEvent(self, _event: QEvent) -> None:  # noqa: N802
        self._make()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), QColor(self._theme.colours.canvas))
        painter.setFont(self._theme.font("tiny"))
        if self.is_histogram:
            self._paint_bars(painter)
        elif self._shown:
            self._paint_ticks(painter)

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() is Qt.MouseButton.LeftButton:
            self._is_down = True
            if self.is_histogram:
                number = self._bar_at(event.position().y())
                self._brushed = None if number is None else (number, number)
            self._point(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._point(event.position())

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:  # noqa: N802
        brushed, self._brushed, self._is_down = self._brushed, None, False
        self.update()
        if brushed is not None:
            first, last = sorted(brushed)
            self.dates_chosen.emit(self._bars[last].first, self._bars[first].last)

    def leaveEvent(self, _event: QEvent) -> None:  # noqa: N802
        self.bubble.hide()

    def wheelEvent(self, event: QWheelEvent) -> None:  # noqa: N802
        event.ignore()

    def marker_left(self) -> float:
        """Return where the mark of the place begins, from the left: behind the name of a year, not across it."""
        if self.width() <= NARROW_WIDTH:
            return self.width() - 16.0
        labels = (EDGE + tick.at * self._room for tick in self._ticks if tick.label)
        is_at_label = any(abs(y - self._y_of_place) < LABEL_HEIGHT / 2 + 1 for y in labels)
        return self.width() - (YEAR_TICK + 2.0 if is_at_label else 44.0)

    @property
    def _y_of_place(self) -> float:
        return EDGE + self._at * self._room

    @property
    def _room(self) -> float:
        return max(1.0, self.height() - 2.0 * EDGE)

    @property
    def _pitch(self) -> float:
        return min(self._room / max(1, len(self._bars)), 40.0)

    def _make(self) -> None:
        if self.is_histogram:
            self._unit, self._bars = bars(self._listing.facts.days, self._listing.above)
        else:
            self._ticks = (
                ticks(self._listing.facts.days[: self._shown], int(self._room)) if self._listing.by_date else []
            )
        self.update()

    def _point(self, at: QPointF) -> None:
        if self.is_histogram:
            self._point_at_bar(at)
        elif self._shown:
            share = min(max((at.y() - EDGE) / self._room, 0.0), 1.0)
            place = min(int(share * self._shown), self._shown - 1)
            if self._listing.by_date:
                day = int(self._listing.facts.days[place])
                self.bubble.say(month_name(day) if day < NO_DATE else title(day, by_month=True), self, at.y())
            if self._is_down:
                self.jumped.emit(place)

    def _point_at_bar(self, at: QPointF) -> None:
        number = self._bar_at(at.y())
        if number is None:
            self.bubble.hide()
            return
        if self._brushed is not None:
            self._brushed = (self._brushed[0], number)
            self.update()
        first, last = sorted(self._brushed or (number, number))
        count = sum(bar.count for bar in self._bars[first : last + 1])
        words = self._name(self._bars[last].first)
        if first != last:
            words = f"{words} – {self._name(self._bars[first].first)}"
        self.bubble.say(f"{words}  {QLocale().toString(count)}", self, at.y())

    def _bar_at(self, y: float) -> int | None:
        if not self._bars:
            return None
        return min(max(int((y - EDGE) / self._pitch), 0), len(self._bars) - 1)

    def _name(self, day: date) -> str:
        since = (day - date(1970, 1, 1)).days
        if self._unit is Unit.YEAR:
            return str(day.year)
        return month_name(since) if self._unit is Unit.MONTH else title(since, by_month=False)

    def _paint_ticks(self, painter: QPainter) -> None:
        colours, width, wide = self._theme.colours, self.width(), self.width() > NARROW_WIDTH
        bold = self._theme.font("tiny", bold=True)
        here = next((tick for tick in reversed(self._ticks) if tick.label and tick.at <= self._at), None)
        for tick in self._ticks:
            y = EDGE + tick.at * self._room
            painter.setPen(QPen(QColor(colours.weaker), 1))
            painter.drawLine(QPointF(width - (YEAR_TICK if tick.label else TICK), y), QPointF(width, y))
            if tick.label and wide:
                painter.setFont(bold if tick is here else self._theme.font("tiny"))
                painter.setPen(QColor(colours.text if tick is here else colours.muted))
                painter.drawText(QRectF(0, y - 9, width - YEAR_TICK - 4, LABEL_HEIGHT), _RIGHT, tick.label)
        y = self._y_of_place
        painter.setPen(QPen(QColor(colours.accent), 2))
        painter.drawLine(QPointF(self.marker_left(), y), QPointF(width - 6, y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.accent))
        painter.drawRoundedRect(QRectF(width - 6, y - 7, 8, 14), 2, 2)

    def _paint_bars(self, painter: QPainter) -> None:
        colours, wide = self._theme.colours, self.width() > NARROW_WIDTH
        if not self._bars:
            return
        longest = LONGEST_BAR if wide else NARROW_WIDTH - 4
        scale = longest / max(1, *(bar.count for bar in self._bars))
        thick = max(1.0, min(self._pitch - 2, 10.0))
        last_label = -100.0
        brushed = sorted(self._brushed) if self._brushed is not None else None
        for number, bar in enumerate(self._bars):
            y, right = self.y_of_bar(number), float(self.width() - 2)
            if brushed is not None and brushed[0] <= number <= brushed[1]:
                soft = QRectF(0, y - self._pitch / 2, self.width(), self._pitch)
                painter.fillRect(soft, QColor(colours.accent_soft))
            for count, colour in ((bar.above, colours.accent), (bar.below, colours.weaker)):
                length = max(1.0, count * scale) if count else 0.0
                painter.fillRect(QRectF(right - length, y - thick / 2, length, thick), QColor(colour))
                right -= length
            if wide and y - last_label >= 18:
                painter.setFont(self._theme.font("tiny", bold=bar.above > 0))
                painter.setPen(QColor(colours.text if bar.above else colours.muted))
                painter.drawText(QRectF(0, y - 9, self.width() - longest - 8, 18), _RIGHT, self._short(bar.first))
                last_label = y
        if wide and self._unit is not Unit.YEAR:
            painter.setFont(self._theme.font("tiny", bold=True))
            painter.setPen(QColor(colours.text))
            painter.drawText(QRectF(0, 2, self.width() - 8, 18), _RIGHT, self._over())

    def _over(self) -> str:
        first = self._bars[0].first
        if self._unit is Unit.MONTH:
            return str(first.year)
        return f"{QLocale().standaloneMonthName(first.month, QLocale.FormatType.ShortFormat)} {first.year}"

    def _short(self, day: date) -> str:
        if self._unit is Unit.YEAR:
            return str(day.year)
        if self._unit is Unit.MONTH:
            return QLocale().standaloneMonthName(day.month, QLocale.FormatType.ShortFormat).rstrip(".")
        return str(day.day)


class Bubble(QWidget):
    """A few words beside the strip."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str, beside: QWidget, y: float) -> None:
        """Say something at a height of the strip."""
        self.text = text
        width = round(QFontMetricsF(self._theme.font("small", bold=True)).horizontalAdvance(text)) + 24
        top = min(max(round(y) - BUBBLE // 2, 2), max(2, beside.height() - BUBBLE - 2))
        self.setGeometry(beside.x() - width + 8, beside.y() + top, width, BUBBLE)
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colours.toast))
        painter.drawRoundedRect(QRectF(self.rect()), BUBBLE / 2, BUBBLE / 2)
        painter.setFont(self._theme.font("small", bold=True))
        painter.setPen(QColor(colours.toast_text))
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self.text)


_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
