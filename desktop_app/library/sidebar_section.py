"""A part of the sidebar under a title: folds, and may have a button that adds something to it."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.library.sidebar_row import SidebarRow
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, row

HEIGHT = 28


class SidebarSection(QWidget):
    """Holds rows.

    Signals:
        folded: with whether it is folded now.

    Attributes:
        add: the button, where something can be added.
    """

    folded = Signal(bool)

    def __init__(self, theme: Theme, title: str, *, add: str = "", on_add: Callable[[], None] | None = None) -> None:
        super().__init__()
        self._is_folded = False
        self._title = QPushButton(title)
        self._title.setObjectName("sectionTitle")
        self._title.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._title.setCheckable(True)
        self._title.setChecked(True)
        self._title.clicked.connect(self._toggle)
        head = row(self._title, 1, margins=(0, 0, 0, 0))
        self.add: IconButton | None = None
        if on_add is not None:
            self.add = IconButton(theme, "plus", add, size=16)
            self.add.setProperty("kind", "row")
            self.add.clicked.connect(lambda _checked=False: on_add())
            head.addWidget(self.add)
        self._head = QWidget()
        self._head.setLayout(head)
        self._head.setFixedHeight(theme.high(HEIGHT))
        self._body = QWidget()
        self._rows = QVBoxLayout(self._body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(self._body)

    @property
    def is_folded(self) -> bool:
        """Whether only the title is seen."""
        return self._is_folded

    def fold(self, folded: bool) -> None:
        """Show only the title, or all."""
        self._is_folded = folded
        self._title.setChecked(not folded)
        self._body.setVisible(not folded)

    def put(self, place: int, made: SidebarRow) -> None:
        """Put a row where it belongs."""
        self._rows.insertWidget(place, made)
        # In a sidebar that is seen already the layout shows it only later.
        made.show()

    def _toggle(self, _checked: bool) -> None:
        self.fold(not self._is_folded)
        self.folded.emit(self._is_folded)
