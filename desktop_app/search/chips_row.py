"""The chips under the search box: each part of the query, removable by itself, and what a phrase may mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFrame, QLabel, QWidget

from core.query.chips import Chip, ChipKind
from core.query.parser import Reading
from core.query.writer import label as written
from desktop_app.theme.flow_layout import FlowLayout
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, IconLabel, button, label, put_icon, row

HEIGHT = 32
LONGEST = 42


@dataclass(frozen=True, slots=True)
class ShownChip:
    """A chip with what an example looks like. `text` stands for the chip's own where that is a path."""

    chip: Chip
    text: str
    picture: QPixmap | None = None


class ChipsRow(QWidget):
    """Shows chips and suggestions.

    Signals:
        removed: with the `Chip` whose cross was clicked.
        accepted: with the `Reading` that was clicked.
    """

    removed = Signal(object)
    accepted = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: tuple[ShownChip, ...] = ()
        self._suggestions: tuple[Reading, ...] = ()
        self.setAccessibleName(self.tr("Parts of the search"))
        self._flow = FlowLayout(self, spacing=8)
        self.hide()

    @property
    def chips(self) -> tuple[ShownChip, ...]:
        """The chips that are shown."""
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
        self._flow.clear()
        for shown in chips:
            self._flow.addWidget(self._chip(shown))
        for suggestion in suggestions:
            text = self.tr("%1 as %2").replace("%1", f"“{suggestion.phrase}”").replace("%2", written(suggestion.part))
            made = button(text, "suggestion", clicked=partial(self.accepted.emit, suggestion))
            made.setFixedHeight(self._theme.high(HEIGHT))
            put_icon(made, self._theme, "plus", 16)
            self._flow.addWidget(made)
        self.setVisible(bool(chips or suggestions))

    def _chip(self, shown: ShownChip) -> QFrame:
        chip = shown.chip
        made = QFrame(self)
        made.setObjectName("chip")
        made.setProperty("kind", str(chip.kind))
        made.setProperty("negated", chip.negated)
        made.setFixedHeight(self._theme.high(HEIGHT))
        sign: QWidget
        if shown.picture is not None:
            sign = QLabel()
            sign.setPixmap(shown.picture)
            sign.setFixedSize(QSize(24, 24))
        else:
            sign = IconLabel(self._theme, _ICONS[chip.kind], size=16, colour=_colour(chip))
        short = shown.text if len(shown.text) <= LONGEST else f"{shown.text[: LONGEST - 1]}…"
        text = label(short)
        text.setToolTip("" if short == shown.text else shown.text)
        close = IconButton(self._theme, "close", self.tr("Remove %1").replace("%1", shown.text), size=14)
        close.clicked.connect(lambda: self.removed.emit(chip))
        made.setLayout(row(sign, text, close, margins=(5 if shown.picture is not None else 11, 0, 6, 0), spacing=6))
        made.setAccessibleName(shown.text)
        made.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        return made


_ICONS = {
    ChipKind.WORDS: "search",
    ChipKind.EXACT: "search",
    ChipKind.EXAMPLE: "picture",
    ChipKind.FILTER: "filter",
}


def _colour(chip: Chip) -> str:
    if chip.negated:
        return "problem"
    return "muted" if chip.kind is ChipKind.FILTER else "accent_text"
