"""Five stars to rate with."""

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, row

MOST = 5


class Stars(QWidget):
    """Shows a rating, and lets it be changed.

    Signals:
        rated: with 0 to 5; a click on the last full star removes the rating.

    Attributes:
        buttons: one for each star.
    """

    rated = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._stars = 0
        self.setAccessibleName(self.tr("Rating"))
        self.buttons = [IconButton(theme, "star", self.tr("%Ln star(s)", "", n), size=20) for n in range(1, MOST + 1)]
        for stars, made in enumerate(self.buttons, 1):
            made.setProperty("kind", "star")
            made.clicked.connect(partial(self._clicked, stars))
        self.setLayout(row(*self.buttons, spacing=0))

    @property
    def stars(self) -> int:
        """How many are full."""
        return self._stars

    def show_stars(self, stars: int) -> None:
        """Fill so many."""
        self._stars = stars
        for number, made in enumerate(self.buttons, 1):
            made.set_icon("star-full" if number <= stars else "star", "star" if number <= stars else "muted")
        self.setAccessibleDescription(self.tr("%Ln star(s)", "", stars))

    def _clicked(self, stars: int) -> None:
        self.rated.emit(0 if stars == self._stars else stars)
