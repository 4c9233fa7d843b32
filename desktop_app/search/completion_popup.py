"""The list below the search box: how the text may go on, or what was searched for before."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QEnterEvent, QMouseEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import ElidedLabel, IconButton, IconLabel, discard, label, restyle, row

if TYPE_CHECKING:
    from core.query.completion import Completion

GAP = 6
ROW_HEIGHT = 34


class CompletionRow(QFrame):
    """One entry.

    Signals:
        entered: the mouse came.
        clicked: it is taken.
        removed: its cross was clicked.

    Attributes:
        remove: the cross, where there is one.
    """

    entered = Signal()
    clicked = Signal()
    removed = Signal()

    def __init__(self, theme: Theme, icon: str, text: str, hint: str = "", *, removable: bool = False) -> None:
        super().__init__()
        self.setObjectName("completion")
        self.setProperty("current", False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFixedHeight(theme.high(ROW_HEIGHT))
        self.setAccessibleName(f"{text}, {hint}" if hint else text)
        parts: list[QWidget | int] = [IconLabel(theme, icon, size=16), ElidedLabel(text)]
        if hint:
            detail = ElidedLabel(hint, "small", elide=Qt.TextElideMode.ElideRight)
            detail.setAlignment(Qt.AlignmentFlag.AlignRight)
            box = row(*parts, margins=(10, 0, 12, 0), spacing=10)
            box.addWidget(detail, 1)
        else:
            box = row(*parts, margins=(10, 0, 6, 0), spacing=10)
            box.setStretch(1, 1)
        self.remove: IconButton | None = None
        if removable:
            self.remove = IconButton(theme, "close", self.tr("Remove %1").replace("%1", text), size=14)
            self.remove.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.remove.clicked.connect(self.removed)
            box.addWidget(self.remove)
        self.setLayout(box)

    def enterEvent(self, event: QEnterEvent) -> None:  # noqa: N802
        super().enterEvent(event)
        self.entered.emit()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.button() is Qt.MouseButton.LeftButton and self.rect().contains(event.position().toPoint()):
            self.clicked.emit()


class CompletionPopup(QFrame):
    """Lies over the window, below `box`; never has the focus, which stays in the box. `icon`: of a completion.

    Nothing is chosen until an arrow or the mouse chooses it, so that Return still searches for what is typed.

    Signals:
        taken: with the `Completion`.
        removed: with the `Completion` that is not to be offered again.
        cleared: all recent searches are to be forgotten.
    """

    taken = Signal(object)
    removed = Signal(object)
    cleared = Signal()

    def __init__(self, theme: Theme, box: QWidget, *, icon: str = "filter") -> None:
        super().__init__(box)
        self._theme = theme
        self._box = box
        self._icon = icon
        self._completions: tuple[Completion, ...] = ()
        self._recent = False
        self._rows: list[CompletionRow] = []
        self._current: int | None = None
        self.setObjectName("completions")
        self.setAccessibleName(self.tr("Suggestions"))
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6, 6, 6, 6)
        self._layout.setSpacing(0)
        self._body: QWidget | None = None
        self.hide()

    @property
    def completions(self) -> "tuple[Completion, ...]":
        """What is offered."""
        return self._completions

    @property
    def is_recent(self) -> bool:
        """Whether these are recent searches."""
        return self._recent

    @property
    def rows(self) -> Sequence[CompletionRow]:
        """The entries, and last the one that clears the recent searches."""
        return self._rows

    @property
    def current(self) -> int | None:
        """The chosen row."""
        return self._current

    def offer(self, completions: "tuple[Completion, ...]", *, recent: bool) -> None:
        """Show these; nothing to offer hides the list."""
        if not completions:
            self.dismiss()
            return
        if (completions, recent) != (self._completions, self._recent):
            self._fill(completions, recent)
        else:
            self._choose(None)
        self.place()
        self.show()
        self.raise_()

    def dismiss(self) -> None:
        """Hide the list."""
        self.hide()
        self._choose(None)

    def step(self, by: int) -> None:
        """Choose the next or the previous; beyond the ends, none, which is the text that was typed."""
        places = [None, *range(len(self._rows))]
        self._choose(places[(places.index(self._current) + by) % len(places)])

    def take(self, *, first: bool = False) -> bool:
        """Take what is chosen, or the first. Returns whether there was anything."""
        place = 0 if self._current is None and first else self._current
        if not self.isVisible() or place is None:
            return False
        if place == len(self._completions):
            self.cleared.emit()
        else:
            self.taken.emit(self._completions[place])
        return True

    def remove_current(self) -> bool:
        """Remove the chosen recent search. Returns whether there was one."""
        place = self._current
        if not self.isVisible() or not self._recent or place is None or place >= len(self._completions):
            return False
        self.removed.emit(self._completions[place])
        return True

    def place(self) -> None:
        """Lie below the box, as wide as it is."""
        window = self._box.window()
        if self.parent() is not window:
            self.setParent(window)
        at = self._box.mapTo(window, QPoint(0, self._box.height() + GAP))
        room = max(0, window.height() - at.y() - GAP)
        self.setGeometry(at.x(), at.y(), self._box.width(), min(self._layout.totalSizeHint().height(), room))

    def _fill(self, completions: "tuple[Completion, ...]", recent: bool) -> None:
        if self._body is not None:
            discard(self._body)
        self._completions, self._recent, self._current = completions, recent, None
        self._body = QWidget()
        box = QVBoxLayout(self._body)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(0)
        if recent:
            title = label(self.tr("Recent searches"), "section")
            title.setContentsMargins(10, 4, 10, 6)
            box.addWidget(title)
        self._rows = []
        for completion in completions:
            made = CompletionRow(
                self._theme,
                "clock" if recent else self._icon,
                completion.label,
                completion.hint,
                removable=recent,
            )
            made.removed.connect(partial(self.removed.emit, completion))
            self._add(box, made, partial(self.taken.emit, completion))
        if recent:
            self._add(box, CompletionRow(self._theme, "remove", self.tr("Clear recent searches")), self.cleared.emit)
        self._layout.addWidget(self._body)
        # In a popup that is seen already the layout shows it only later, and until then it counts as having no height.
        self._body.show()

    def _add(self, box: QVBoxLayout, made: CompletionRow, take: Callable[[], None]) -> None:
        made.entered.connect(partial(self._choose, len(self._rows)))
        made.clicked.connect(take)
        self._rows.append(made)
        box.addWidget(made)

    def _choose(self, place: int | None) -> None:
        if place == self._current:
            return
        for number in (self._current, place):
            if number is not None:
                restyle(self._rows[number], current=number == place)
        self._current = place
        if place is not None:
            # The focus stays in the box; this is how a screen reader hears what the arrows choose.
            QAccessible.updateAccessibility(QAccessibleEvent(self._rows[place], QAccessible.Event.Selection))
