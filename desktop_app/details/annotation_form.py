"""The part of the details that can be changed: favourite, rating and tags, of one photo or of several together."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.details.stars import Stars
from desktop_app.details.tag_line import TagLine
from desktop_app.theme.flow_layout import FlowLayout
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import ElidedLabel, IconButton, column, label, row

if TYPE_CHECKING:
    from core.catalog.annotation_reader import PhotoAnnotations


@dataclass(frozen=True, slots=True)
class Summary:
    """The marks of photos together.

    Attributes:
        stars: None when they are not rated alike.
        tags: each with how many of the photos have it.
        favourite: whether all are.
    """

    photos: int
    stars: int | None = 0
    tags: tuple[tuple[str, int], ...] = ()
    favourite: bool = False

    @classmethod
    def of(cls, annotations: "Collection[PhotoAnnotations]") -> "Summary":
        """Put together what is said of photos."""
        ratings = {one.stars for one in annotations}
        counts = Counter(name for one in annotations for name in one.tags)
        tags = tuple(sorted(counts.items(), key=lambda tag: (tag[0].casefold(), tag[0])))
        favourite = all(one.favourite for one in annotations)
        return cls(len(annotations), ratings.pop() if len(ratings) == 1 else None, tags, favourite)


class AnnotationForm(QWidget):
    """Shows a `Summary`, and asks for changes.

    It stays while the rest of the panel is made anew, so that one can go on typing.

    Signals:
        favourite_wanted: with whether they are to be favourites.
        rated: with 0 to 5.
        tag_added, tag_removed: with a tag.

    Attributes:
        heart: makes them favourites, or none of them.
        stars: the rating.
        line: where tags are typed.
    """

    favourite_wanted = Signal(bool)
    rated = Signal(int)
    tag_added = Signal(str)
    tag_removed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._summary: Summary | None = None
        self.heart = IconButton(theme, "heart", self.tr("Favourite"))
        self.heart.clicked.connect(self._heart_clicked)
        self.stars = Stars(theme)
        self.stars.rated.connect(self.rated)
        self._differ = label(self.tr("mixed"), "small")
        self.line = TagLine(theme)
        self.line.entered.connect(self.tag_added)
        self._pills = QWidget()
        self._flow = FlowLayout(self._pills, spacing=6)
        self.setLayout(column(spacing=10))
        parts = self.layout()
        assert parts is not None
        rating = QWidget()
        rating.setLayout(row(self.heart, self.stars, self._differ, 1, spacing=4))
        for part in (rating, self._pills, self.line):
            parts.addWidget(part)
        self.show_summary(Summary(1))

    def show_summary(self, summary: Summary) -> None:
        """Show other marks; what is being typed stays."""
        if summary == self._summary:
            return
        self._summary = summary
        self.heart.set_icon("heart-full" if summary.favourite else "heart", "heart" if summary.favourite else "muted")
        self.stars.show_stars(summary.stars or 0)
        self._differ.setVisible(summary.stars is None)
        self.line.use_known([name for name, count in summary.tags if count == summary.photos])
        self._flow.clear()
        for name, count in summary.tags:
            self._flow.addWidget(self._pill(name, count, summary.photos))
        self._pills.setVisible(bool(summary.tags))

    def names(self) -> list[str]:
        """Return the tags that are shown."""
        return [] if self._summary is None else [name for name, _ in self._summary.tags]

    def _heart_clicked(self) -> None:
        self.favourite_wanted.emit(self._summary is None or not self._summary.favourite)

    def _pill(self, name: str, count: int, photos: int) -> QFrame:
        made = QFrame()
        made.setObjectName("tag")
        on_all = count == photos
        made.setProperty("partial", not on_all)
        text = ElidedLabel(name)
        text.setMaximumWidth(text.fontMetrics().averageCharWidth() * 24)
        remove = IconButton(self._theme, "close", self.tr("Remove the tag %1").replace("%1", name), size=12)
        remove.setObjectName("removeTag")
        remove.clicked.connect(lambda: self.tag_removed.emit(name))
        parts: list[QWidget | int] = [text, remove]
        if not on_all:
            of = self.tr("%1 of %2").replace("%1", str(count)).replace("%2", str(photos))
            made.setToolTip(self.tr("On %1 photos").replace("%1", of))
            add = IconButton(self._theme, "plus", self.tr("Put %1 on all").replace("%1", name), size=12)
            add.setObjectName("tagAll")
            add.clicked.connect(lambda: self.tag_added.emit(name))
            parts = [add, *parts]
        made.setLayout(row(*parts, margins=(3 if not on_all else 9, 1, 3, 1), spacing=3))
        made.setAccessibleName(name)
        return made
