"""Everything about the photo in focus: the facts, why it was found, and its marks; of several, what they share."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.values.photo import PhotoId
from core.values.query import Hit, MatchedIn
from desktop_app.details import photo_facts
from desktop_app.details.annotation_form import AnnotationForm
from desktop_app.theme.flow_layout import FlowLayout
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import (
    IconButton,
    IconLabel,
    button,
    centred_texts,
    column,
    discard,
    label,
    put_icon,
    row,
)

if TYPE_CHECKING:
    from core.catalog.reader import PhotoDetails

WIDTH = 320
TEXT_WIDTH = 228


class DetailsPanel(QFrame):
    """Shows a `PhotoDetails`.

    Signals:
        action_wanted: with the name of an action: similar, more, less, open, show, copy.

    Attributes:
        marks: favourite, rating and tags, between what is above and below them.
    """

    action_wanted = Signal(str)

    _ACTIONS = ("similar", "open", "show", "copy")
    _ACTIONS_OF_SEVERAL = ("open", "copy")

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._photo_id: PhotoId | None = None
        self._above: QWidget | None = None
        self._below: QWidget | None = None
        self.annotations = AnnotationForm(theme)
        self.setObjectName("details")
        self.setAccessibleName(self.tr("Details"))
        self.setFixedWidth(theme.wide(WIDTH))
        self._scroll = QScrollArea(widgetResizable=True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.viewport().setAutoFillBackground(False)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        frame = QWidget()
        frame.setObjectName("scrollBody")
        self._frame = QVBoxLayout(frame)
        self._frame.setContentsMargins(20, 22, 16, 16)
        self._frame.setSpacing(14)
        self._frame.addWidget(self.annotations)
        self._scroll.setWidget(frame)
        self.show_nothing()

    @property
    def photo_id(self) -> PhotoId | None:
        """The photo that is shown."""
        return self._photo_id

    def texts(self) -> list[str]:
        """Return all that is written on the panel, from top to bottom."""
        parts = [
            part for part in (self._above, self.annotations, self._below) if part is not None and not _is_put_away(part)
        ]
        found = [found for part in parts for found in part.findChildren(QLabel)]
        return [part.text() for part in found if part.text() and not _is_put_away(part)]

    def show_nothing(self, listed: int = 0, *, is_search: bool = False) -> None:
        """Say that no photo is selected, of how many `listed`, and what one can do."""
        self._photo_id = None
        box, _ = self._fresh(annotations=False)
        if is_search:
            title = self.tr("%Ln result(s)", "", listed)
            hint = self.tr("Select one to see why it was found, and to ask for more like it.")
        else:
            title = self.tr("%Ln photo(s)", "", listed)
            hint = self.tr("Select one to see when, where and how it was taken.")
        if not listed:
            title, hint = self.tr("No photos"), self.tr("Select a photo, and what is known about it is shown here.")
        box.addStretch(2)
        sign = IconLabel(self._theme, "photos", size=32, colour="tile_text")
        box.addLayout(row(1, sign, 1))
        box.addLayout(
            centred_texts(self._theme.wide(TEXT_WIDTH), label(title, "subheading"), label(hint, "muted", wrap=True))
        )
        if listed:
            box.addSpacing(6)
            box.addLayout(self._keys(is_search=is_search))
        box.addStretch(3)

    def show_several(self, selected: int, *, is_search: bool) -> None:
        """Say how many photos are selected, and what is done with all of them."""
        self._photo_id = None
        above, below = self._fresh(annotations=True)
        above.addWidget(label(self.tr("%Ln photo(s) selected", "", selected), "subheading", wrap=True))
        above.addLayout(self._actions(self._ACTIONS_OF_SEVERAL))
        if is_search:
            below.addWidget(self._more_and_less())
        hint = self.tr("Rating, tags and favourite are set for all of them. Right-click shows what else can be done.")
        below.addWidget(label(hint, "small", wrap=True))
        below.addStretch(1)

    def show_photo(self, details: "PhotoDetails", hit: Hit | None) -> None:
        """Show one photo; `hit`: how it was found, if it was searched for."""
        self._photo_id = details.row.photo_id
        above, below = self._fresh(annotations=True)
        name = label(photo_facts.name(details), "subheading", wrap=True)
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        above.addWidget(name)
        if details.title or details.caption:
            above.addWidget(label(details.title or details.caption or "", "muted", wrap=True))
        above.addLayout(self._actions(self._ACTIONS))
        if details.row.offline:
            above.addWidget(label(details.row.offline, "muted", wrap=True))
        if hit is not None:
            below.addLayout(self._why(hit))
        if details.labels:
            below.addLayout(self._labels(details.labels))
        below.addLayout(self._facts(details))
        if details.notes:
            below.addWidget(label(details.notes, "small", wrap=True))
        below.addStretch(1)

    def _fresh(self, *, annotations: bool) -> tuple[QVBoxLayout, QVBoxLayout]:
        """Make anew what is above the marks and below; without them, all is above."""
        for part in (self._above, self._below):
            if part is not None:
                discard(part)
        self._above, self._below = QWidget(), QWidget()
        self._frame.insertWidget(0, self._above, 0 if annotations else 1)
        self._frame.addWidget(self._below, 1 if annotations else 0)
        self.annotations.setVisible(annotations)
        self._below.setVisible(annotations)
        return self._box_in(self._above), self._box_in(self._below)

    def _box_in(self, part: QWidget) -> QVBoxLayout:
        box = QVBoxLayout(part)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(14)
        return box

    def _actions(self, actions: Sequence[str]) -> QHBoxLayout:
        box = QHBoxLayout()
        box.setSpacing(4)
        known = {
            "similar": ("similar", self.tr("Find similar")),
            "open": ("open", self.tr("Open")),
            "show": ("folder", self.tr("Show in the file manager")),
            "copy": ("copy", self.tr("Copy")),
        }
        for action in actions:
            made = IconButton(self._theme, *known[action])
            made.clicked.connect(lambda _checked=False, action=action: self.action_wanted.emit(action))
            box.addWidget(made)
        box.addStretch(1)
        return box

    def _keys(self, *, is_search: bool) -> QHBoxLayout:
        """Return the keys that are worth knowing, in two columns in the middle."""
        known = [
            ("Space", self.tr("See it large")),
            ("Ctrl+E", self.tr("Find similar")),
            ("Ctrl+D", self.tr("Favourite")),
            ("Ctrl+1", self.tr("One star, and so to five")),
            ("Ctrl+T", self.tr("Add a tag")),
        ]
        if is_search:
            known.append(("Ctrl+M", self.tr("More like this")))
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        for line, (key, text) in enumerate(known):
            shown = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
            grid.addWidget(label(shown, "key"), line, 0, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            grid.addWidget(label(text, "small"), line, 1)
        middle = QHBoxLayout()
        middle.addStretch(1)
        middle.addLayout(grid)
        middle.addStretch(1)
        return middle

    def _labels(self, labels: Sequence[str]) -> QVBoxLayout:
        made = QWidget()
        flow = FlowLayout(made, spacing=6)
        for text in labels:
            flow.addWidget(label(text, "label"))
        return column(label(self.tr("Seen in the picture"), "section"), made, spacing=6)

    def _facts(self, details: "PhotoDetails") -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(12)
        grid.setColumnStretch(1, 1)
        for line, fact in enumerate(photo_facts.facts(details)):
            sign = IconLabel(self._theme, fact.icon, size=18)
            sign.setToolTip(fact.name)
            text = label(fact.text, "", wrap=True)
            text.setAccessibleName(f"{fact.name}: {fact.text}")
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(sign, line, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(text, line, 1)
        return grid

    def _why(self, hit: Hit) -> QVBoxLayout:
        box = QVBoxLayout()
        box.setSpacing(6)
        strength = self.tr("Fits") if hit.relevant else self.tr("Fits less well")
        score = self.tr("%1 (score %2)").replace("%1", strength).replace("%2", f"{hit.score:.2f}")
        box.addWidget(label(score, "section"))
        for reason in hit.reasons[:5]:
            where = self._where(reason.matched_in)
            text = f"“{reason.part}” {where}" + (f": {reason.detail}" if reason.detail else "")
            box.addWidget(label(text, "", wrap=True))
        box.addWidget(self._more_and_less())
        return box

    def _more_and_less(self) -> QWidget:
        made = QWidget()
        flow = FlowLayout(made, spacing=6)
        flow.addWidget(self._refining("more", self.tr("More like this")))
        flow.addWidget(self._refining("less", self.tr("Less like this")))
        return made

    def _refining(self, action: str, text: str) -> QPushButton:
        made = button(text, "small", clicked=lambda: self.action_wanted.emit(action))
        made.setObjectName(action)
        put_icon(made, self._theme, "plus" if action == "more" else "minus", 14)
        return made

    def _where(self, matched_in: MatchedIn) -> str:
        return {
            MatchedIn.PICTURE: self.tr("in the picture"),
            MatchedIn.EXAMPLE: self.tr("looks alike"),
            MatchedIn.NAME: self.tr("in the name"),
            MatchedIn.FOLDER: self.tr("in the folder"),
            MatchedIn.PLACE: self.tr("in the place"),
            MatchedIn.CAMERA: self.tr("in the camera"),
            MatchedIn.TAG: self.tr("in a tag"),
            MatchedIn.CAPTION: self.tr("in the caption"),
            MatchedIn.LABEL: self.tr("is seen in it"),
            MatchedIn.TEXT: self.tr("in its text"),
        }[matched_in]


def _is_put_away(part: QWidget) -> bool:
    """Tell whether a part is hidden on purpose; what was just made is hidden until Qt comes round to it."""
    return part.isHidden() and part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)
