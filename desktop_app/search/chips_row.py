"""The chips in the search box, each a part of the query to be changed or removed; below, what a phrase may mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QMenu, QPushButton, QWidget

from core.query.chips import Chip, ChipKind
from core.query.parser import Reading
from core.query.writer import label as written
from core.values.filters import Filter
from desktop_app.search.chip_words import choices, words
from desktop_app.theme.flow_layout import FlowLayout
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, button, discard, label, plain_tip, put_icon, row

HEIGHT = 26
SUGGESTION_HEIGHT = 28
LONGEST = 32
SHARE = 0.6
"""How much of the box chips may take; the first ones give way to a number."""


@dataclass(frozen=True, slots=True)
class ShownChip:
    """A chip with what an example looks like. `text` stands for the chip's own where that is a path."""

    chip: Chip
    text: str
    picture: QPixmap | None = None


class ChipStrip(QWidget):
    """Chips side by side, for the inside of the search box.

    Signals:
        removed: with the `Chip` whose cross was clicked.
        changed: with a `Chip` and the part to have in its place.
    """

    removed = Signal(object)
    changed = Signal(object, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._frames: list[QFrame] = []
        self._room = 0
        self.setAccessibleName(self.tr("Parts of the search"))
        self._hidden = label("", "small")
        self._box = row(self._hidden, spacing=6)
        self.setLayout(self._box)
        self.hide()

    def show_chips(self, chips: Sequence[ShownChip]) -> None:
        """Show these."""
        for made in self._frames:
            discard(made)
        self._frames = [self._chip(shown) for shown in chips]
        for made in self._frames:
            self._box.addWidget(made)
        self.setVisible(bool(chips))
        self._fit()

    def set_room(self, width: int) -> None:
        """Say how wide the box is."""
        self._room = round(SHARE * width)
        self._fit()

    def _fit(self) -> None:
        """Show the last chips, as many as there is room for."""
        room, shown = self._room, 0
        for made in reversed(self._frames):
            room -= made.sizeHint().width() + self._box.spacing()
            made.setVisible(room >= 0 or shown == 0)
            shown += not made.isHidden()
        left = len(self._frames) - shown
        self._hidden.setText(f"+{left}")
        self._hidden.setVisible(left > 0)

    def _chip(self, shown: ShownChip) -> QFrame:
        chip = shown.chip
        said = words(chip.part, shown.text)
        made = QFrame(self)
        made.setObjectName("chip")
        made.setProperty("kind", str(chip.kind))
        made.setProperty("negated", chip.negated)
        made.setFixedHeight(self._theme.high(HEIGHT))
        parts: list[QWidget] = []
        if shown.picture is not None:
            sign = QLabel()
            sign.setPixmap(shown.picture)
            sign.setFixedSize(QSize(20, 20))
            sign.setScaledContents(True)
            parts.append(sign)
        short = said if len(said) <= LONGEST else f"{said[: LONGEST - 1]}…"
        others = choices(chip.part)
        text = button(short, clicked=partial(self._choose, made, chip, others)) if others else label(short)
        text.setToolTip(plain_tip(shown.text))
        parts.append(text)
        if isinstance(text, QPushButton):
            put_icon(text, self._theme, "down", 12)
            text.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
        close = IconButton(
            self._theme, "close", self.tr("Remove %1").replace("%1", said), size=14, colour="accent_text"
        )
        close.clicked.connect(lambda: self.removed.emit(chip))
        parts.append(close)
        made.setLayout(row(*parts, margins=(4 if shown.picture is not None else 8, 0, 4, 0), spacing=4))
        made.setAccessibleName(said)
        made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        return made

    def _choose(self, made: QFrame, chip: Chip, others: Sequence[tuple[str, Filter]]) -> None:
        """Offer what the chip may be changed to."""
        menu = QMenu(made)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for text, part in others:
            action = QAction(text, menu, checkable=True)
            action.setChecked(part == chip.part)
            action.triggered.connect(partial(self._changed, chip, part))
            menu.addAction(action)
        menu.popup(made.mapToGlobal(QPoint(0, made.height() + 4)))

    def _changed(self, chip: Chip, part: Filter, _checked: bool = False) -> None:
        self.changed.emit(chip, part)


class ChipsRow(QWidget):
    """Shows suggestions below the box, and chips in its `strip`.

    Signals:
        removed: with the `Chip` whose cross was clicked.
        changed: with a `Chip` and the part to have in its place.
        accepted: with the `Reading` that was clicked.

    Attributes:
        strip: belongs into the search box.
    """

    removed = Signal(object)
    changed = Signal(object, object)
    accepted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: tuple[ShownChip, ...] = ()
        self._suggestions: tuple[Reading, ...] = ()
        self.strip = ChipStrip(theme)
        self.strip.removed.connect(self.removed)
        self.strip.changed.connect(self.changed)
        self._flow = FlowLayout(self, spacing=8)
        self.hide()

    @property
    def chips(self) -> tuple[ShownChip, ...]:
        """The parts of the query; words that stand in the line are not drawn as chips."""
        return self._chips

    @property
    def suggestions(self) -> tuple[Reading, ...]:
        """The suggestions that are shown."""
        return self._suggestions

    def show_parts(self, chips: Sequence[ShownChip], suggestions: Sequence[Reading]) -> None:
        """Show these."""
        if (tuple(chips), tuple(suggestions)) == (self._chips, self._suggestions):
            return
        self._chips, self._suggestions = tuple(chips), tuple(suggestions)
        self.strip.show_chips([one for one in chips if one.chip.kind in {ChipKind.EXAMPLE, ChipKind.FILTER}])
        self._flow.clear()
        for suggestion in suggestions:
            text = self.tr("%1 as %2").replace("%1", f"“{suggestion.phrase}”").replace("%2", written(suggestion.part))
            made = button(text, "suggestion", clicked=partial(self.accepted.emit, suggestion))
            made.setFixedHeight(self._theme.high(SUGGESTION_HEIGHT))
            put_icon(made, self._theme, "plus", 16)
            self._flow.addWidget(made)
        self.setVisible(bool(suggestions))
