"""Where the photos of the grid stand, and where in them the view is."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QScrollBar, QWidget

from core.values.photo import PhotoId
from desktop_app.grid import sections
from desktop_app.grid.justified_layout import Box, Layout, lay_out
from desktop_app.grid.photo_model import PhotoModel
from desktop_app.grid.scrubber import NARROW_WIDTH, WIDTH, Bubble, Scrubber
from desktop_app.grid.sections import HEADER
from desktop_app.theme.theme import Theme

GAP = 4
MARGIN, NARROW_MARGIN = 24, 16
NARROW = 800
"""A window below this width has smaller margins and rows."""
NARROW_ROWS = 0.75
MONTHS_BELOW = 120
"""With rows lower than this, photos stand under months, not under days."""
FREE_BELOW = 72
"""What stays free under the last photos, for what floats over the lower edge."""
SLIM_BAR = 6


class ScrolledPhotos(QAbstractScrollArea):
    """Lays out the photos of a `PhotoModel` in rows, and scrolls over them; paints nothing.

    Attributes:
        layout_: where the photos stand.
        sections: what they stand under.
        strip: where in time the photos are, in place of a scroll bar.
    """

    def __init__(self, model: PhotoModel, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = model
        self._theme = theme
        self._tile_px = 150
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.strip = Scrubber(theme, Bubble(theme, self), self)
        self.strip.jumped.connect(self._jump)
        # Where the strip counts hits, and is not scrolled by.
        self._slim_bar = QScrollBar(Qt.Orientation.Vertical, self)
        self._slim_bar.setObjectName("slimBar")
        self._slim_bar.valueChanged.connect(self.verticalScrollBar().setValue)
        self.sections = sections.part(model.listing, by_month=False, below_is_open=False)
        self.layout_: Layout = self._made_layout()

    @property
    def count(self) -> int:
        """How many photos are laid out."""
        return self.layout_.count

    @property
    def margin(self) -> int:
        """How far photos stand from the left edge."""
        return NARROW_MARGIN if self.is_narrow else MARGIN

    @property
    def is_narrow(self) -> bool:
        """Whether the window is a small one."""
        return self.window().width() < self._theme.wide(NARROW)

    @property
    def row_px(self) -> int:
        """How high rows are to be, about."""
        return round(self._tile_px * NARROW_ROWS) if self.is_narrow else self._tile_px

    @property
    def content_width(self) -> int:
        """How wide rows are."""
        return max(1, self.viewport().width() - self.margin - (NARROW_MARGIN if self.is_narrow else 0))

    def scroll_to_place(self, place: int, *, top: bool = False) -> None:
        """Bring a photo into view. `top`: as the first row, under its header."""
        if not 0 <= place < self.count:
            return
        box, bar, height = self.layout_.box(place), self.verticalScrollBar(), self.viewport().height()
        lead = HEADER if self.sections.has_dates else 0
        first = self.layout_.section_of(place)
        above = box.y - lead
        if self.layout_.row_of(place) == self.layout_.row_of(int(self.sections.first[first])):
            above = min(above, int(self.layout_.section_y[first]))
        if top or above < bar.value():
            bar.setValue(above)
        elif box.y + box.height + FREE_BELOW > bar.value() + height:
            bar.setValue(min(box.y + box.height + FREE_BELOW - height, above))

    def place_box(self, place: int) -> QRect:
        """Return where a photo is in the view."""
        return self.to_view(self.layout_.box(place)).toRect()

    def first_place_in_view(self) -> int | None:
        """Return the first photo that is seen whole, or None."""
        return self._first_in_view() if self.count else None

    def top_photo(self) -> PhotoId | None:
        """Return the first photo in view; None at the very top."""
        anchor = self._anchor()
        return None if anchor is None else anchor[0]

    def to_content(self, at: QPointF) -> QPointF:
        """Return a point of the view as one of the content."""
        return QPointF(at.x() - self.margin, at.y() + self.verticalScrollBar().value())

    def to_view(self, box: Box) -> QRectF:
        """Return a box of the content as one of the view."""
        return QRectF(box.x + self.margin, box.y - self.verticalScrollBar().value(), box.width, box.height)

    def whole_layout(self) -> Layout:
        """Return how the photos above and below the line would stand as one."""
        whole = sections.part(self.model.listing.without_line(), by_month=False, below_is_open=True)
        aspects = self.model.listing.facts.aspects
        return lay_out(aspects, whole.first, whole.leads, width=self.content_width, target=self.row_px, gap=GAP)

    def _made_layout(self) -> Layout:
        shown = self.model.listing.facts.aspects[: self.sections.shown]
        return lay_out(
            shown, self.sections.first, self.sections.leads, width=self.content_width, target=self.row_px, gap=GAP
        )

    def _place_strip(self) -> None:
        wide = self._theme.wide(WIDTH) if not self.is_narrow else NARROW_WIDTH
        if self.viewportMargins().right() != wide:
            self.setViewportMargins(0, 0, wide, 0)
        self.strip.setGeometry(self.width() - wide, 0, wide, self.height())
        self._slim_bar.setGeometry(self.width() - wide + 1, 4, SLIM_BAR, self.height() - 8)
        self._slim_bar.raise_()

    def _show_strip(self) -> None:
        bar = self.verticalScrollBar()
        self.strip.show_listing(self.model.listing, self.count)
        self._slim_bar.setRange(bar.minimum(), bar.maximum())
        self._slim_bar.setPageStep(bar.pageStep())
        self._slim_bar.setSingleStep(bar.singleStep())
        self._slim_bar.setVisible(self.strip.is_histogram and bar.maximum() > 0)
        self._show_place()

    def _show_place(self) -> None:
        bar = self.verticalScrollBar()
        self._slim_bar.setValue(bar.value())
        at_end = bar.value() == bar.maximum() > 0
        self.strip.set_place(self.count if at_end else self._first_in_view())

    def _jump(self, place: int) -> None:
        self.scroll_to_place(place, top=True)

    def _first_in_view(self) -> int:
        scroll = self.verticalScrollBar().value()
        rows = self.layout_.rows_between(scroll + (HEADER if scroll else 0), self.layout_.height)
        return int(self.layout_.row_first[rows.start]) if rows else 0

    def _anchor(self) -> tuple[PhotoId, int] | None:
        """Return the first photo in view and how far down its row is; None at the very top."""
        scroll = self.verticalScrollBar().value()
        if not scroll or not self.count:
            return None
        place = self._first_in_view()
        photo_id = self.model.photo_at(place)
        return None if photo_id is None else (photo_id, self.layout_.box(place).y - scroll)

    def _scroll_to(self, anchor: tuple[PhotoId, int] | None) -> None:
        place = None if anchor is None else self.model.place_of(anchor[0])
        if anchor is not None and place is not None and place < self.count:
            self.verticalScrollBar().setValue(self.layout_.box(place).y - anchor[1])

    def _part(self, *, below_is_open: bool) -> None:
        """Part the listing into sections and lay it out anew, at the height of rows and the width there are now."""
        by_month = self._tile_px < MONTHS_BELOW
        self.sections = sections.part(self.model.listing, by_month=by_month, below_is_open=below_is_open)
        self.layout_ = self._made_layout()
        bar, height = self.verticalScrollBar(), self.viewport().height()
        bar.setPageStep(max(1, height - HEADER))
        bar.setSingleStep(max(1, self.row_px // 3))
        bar.setRange(0, max(0, self.layout_.height + FREE_BELOW - height))

    def _mouse_at(self) -> QPointF | None:
        at = self.viewport().mapFromGlobal(self.cursor().pos())
        return QPointF(at) if self.viewport().rect().contains(at) and self.underMouse() else None

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.viewport().update()
