"""Where a question is put together: from the box, the chips, dropped pictures, the order menu and the settings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, QObject, QTemporaryDir, Signal
from PySide6.QtGui import QGuiApplication, QImage, QPixmap

from core.engine.protocol import ForgetSearches, ModelStatus, RememberSearch
from core.query.chips import Chip, ChipKind
from core.query.feedback import is_feedback
from core.query.filter_values import write
from core.query.parser import Reading
from core.query.refining import refine
from core.query.spec import Example, QuerySpec
from core.query.understanding import Understanding
from core.query.writer import label, to_text
from core.settings.schema import Settings
from core.values.filters import Filter
from core.values.paths import shown
from core.values.photo import PhotoId
from core.values.query import ExactWords, ExampleFile, ExamplePhoto, Order, SearchResult
from core.values.scope import Scope
from desktop_app.backend.session import Session
from desktop_app.grid.header_row import HeaderRow
from desktop_app.grid.thumbnail_loader import tile
from desktop_app.search import examples
from desktop_app.search.chip_words import words
from desktop_app.search.chips_row import ChipsRow, ShownChip
from desktop_app.search.completions import Completions
from desktop_app.search.runner import SearchRunner
from desktop_app.search.search_box import SearchBox
from desktop_app.search.state import SearchState, is_search, refined, with_text, without_chip, without_example

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow

PICTURE_PX = 24
FEEDBACK = "feedback"
"""Its kind of step in `Undo`."""


class SearchController(QObject):
    """Couples what is typed, dropped and chosen with the `SearchRunner`.

    Signals:
        warned: with a message about the text, or an empty one when there is nothing to say any more.
        asked: a new question was put together.
        submitted: Return was pressed: what is typed is meant.
    """

    warned = Signal(str)
    asked = Signal()
    submitted = Signal()

    def __init__(self, session: Session, box: SearchBox, row: ChipsRow, header: HeaderRow, parent: QObject) -> None:
        super().__init__(parent)
        self._session = session
        self._box = box
        self._row = row
        self._header = header
        self._folder = QTemporaryDir()
        self._pictures: dict[Example, QPixmap | None] = {}
        self._notices: tuple[str, ...] = ()
        self._problems: tuple[str, ...] = ()
        self._is_search = False
        self._kept = ""
        self._before: tuple[str, tuple[PhotoId, ...]] = ("", ())
        self._latest: tuple[str, tuple[PhotoId, ...]] = ("", ())
        self._undo = session.undo
        self.finder = SearchRunner(session.catalog, session.engine, session.photos.known, self)
        self.finder.understood.connect(self._show)
        self.finder.answered.connect(self._answered)
        self._completions = Completions(session.paths, session.tasks, self)
        self._completions.answered.connect(box.offer)
        self._completions.places_known.connect(self.finder.use_places)
        session.catalog.opened.connect(lambda: self._completions.ask(box.text))
        session.engine.model_changed.connect(self._model_changed)
        box.edited.connect(lambda text: self.finder.ask(with_text(self.question, text)))
        box.submitted.connect(self._submit)
        box.submitted.connect(self._keep)
        box.submitted.connect(self.submitted)
        box.rested.connect(self._keep)
        box.completion_wanted.connect(self._completions.ask)
        box.popup.removed.connect(lambda completion: self.forget(completion.text))
        box.popup.cleared.connect(partial(self.forget, None))
        row.removed.connect(self._remove)
        row.changed.connect(self._change)
        row.accepted.connect(self._accept)
        header.order_chosen.connect(self._set_order)
        self.use_settings(session.settings.value)
        header.show_order(Order.RELEVANCE, is_search=False)

    @property
    def question(self) -> SearchState:
        """What is asked."""
        return self.finder.question

    @property
    def is_search(self) -> bool:
        """Whether anything is searched for; else photos are only browsed."""
        return self._is_search

    def use_settings(self, settings: Settings) -> None:
        """Follow the settings about search."""
        taste = replace(self.question.taste, strictness=settings.search.strictness, fold=settings.search.fold)
        self._ask(at_once=True, taste=taste)

    def choose_scope(self, scope: Scope) -> None:
        """Ask within another part of the library."""
        self._ask(at_once=True, scope=scope)

    def restore(self, question: SearchState) -> None:
        """Ask again what was asked before; how strict searches are stays as the settings say."""
        taste = replace(self.question.taste, order=question.taste.order)
        self._undo.forget(FEEDBACK)
        self.finder.ask(replace(question, taste=taste), at_once=True)
        self._box.set_text(question.text)

    def find_similar(self, photo_id: PhotoId) -> None:
        """Ask for what looks like a photo of the library, and nothing else."""
        self._box.set_text("")
        self._undo.forget(FEEDBACK)
        self._ask(at_once=True, examples=(ExamplePhoto(photo_id),))

    def refine(self, photo_ids: Sequence[PhotoId], *, liked: bool) -> None:
        """Ask for more like these results, or for less. Does nothing where nothing is searched for."""
        if self._is_search and photo_ids:
            self._point(refined(self.question, photo_ids, liked=liked))

    def add_files(self, files: Iterable[str]) -> None:
        """Add picture files as examples."""
        self._add([ExampleFile(file) for file in files])

    def add_mime(self, data: QMimeData) -> bool:
        """Add what was dropped or pasted as examples. Returns whether there was anything."""
        found = examples.from_mime(data, Path(self._folder.path()))
        self._add(found)
        return bool(found)

    def paste(self) -> bool:
        """Add the picture on the clipboard as an example. Returns whether there was one."""
        return self.add_mime(QGuiApplication.clipboard().mimeData())

    def narrow(self, part: Filter) -> None:
        """Ask for less: with one filter more, which is written behind the text."""
        self._box.set_text(
            f"{self._box.text.rstrip()} {to_text(QuerySpec(filters=(part,)), self.finder.context)} ".lstrip()
        )

    def drop(self, part: Filter | ExactWords) -> None:
        """Ask without one of the parts that were typed."""
        chip = next((one for one in self.finder.understand().chips if one.part == part), None)
        if chip is not None:
            self._box.set_text(without_chip(self._box.text, chip, self.finder.context))

    def said_of(self, part: Filter | ExactWords) -> str:
        """Return a part of the query in plain words."""
        return words(part, label(part))

    def can_paste(self) -> bool:
        """Whether there is a picture on the clipboard."""
        return examples.has_picture(QGuiApplication.clipboard().mimeData())

    def reset(self) -> None:
        """Ask nothing any more."""
        self._box.set_text("")
        self._undo.forget(FEEDBACK)
        self._ask(at_once=True, examples=(), text="")

    def _submit(self) -> None:
        """Search for what is typed, or for what it makes of the answer before: "only the ones with snow"."""
        before, hits = self._before
        refined = refine(before, self.question.text, hits, self.finder.context, self._day_of(hits[:1]))
        if refined is not None:
            self._box.set_text(refined)
        text = self.question.text
        self._before = self._latest if self._latest[0] == text else (text, ())
        self.finder.submit()

    def _day_of(self, photos: Sequence[PhotoId]) -> date | None:
        details = self._session.catalog.details(photos[0]) if photos else None
        return None if details is None or details.taken_at is None else details.taken_at.wall.date()

    def _keep(self) -> None:
        """Keep the text among the recent searches, if that has not been done."""
        text = self.question.text.strip()
        if text not in {"", self._kept}:
            self._kept = text
            self._session.engine.ask(RememberSearch(text), lambda _: self._box.recent_changed())

    def forget(self, text: str | None) -> None:
        """Forget a recent search, or all of them."""
        self._kept = ""
        self._session.engine.ask(ForgetSearches(text), lambda _: self._box.recent_changed())

    def _add(self, found: "Iterable[Example]") -> None:
        self._undo.forget(FEEDBACK)
        new = tuple(example for example in found if example not in self.question.examples)
        if new:
            self._ask(at_once=True, examples=(*self.question.examples, *new))

    def _point(self, asked: SearchState) -> None:
        """Ask the question with other results pointed at, in a way that can be taken back."""
        back, again = (partial(self._ask, at_once=True, examples=one.examples) for one in (self.question, asked))
        self._undo.add(FEEDBACK, back, again)
        self.finder.ask(asked, at_once=True)

    def _ask(self, *, at_once: bool = False, **changes: object) -> None:
        self.finder.ask(replace(self.question, **changes), at_once=at_once)  # type: ignore[arg-type]

    def _set_order(self, order: Order) -> None:
        self._ask(at_once=True, taste=replace(self.question.taste, order=order))

    def _remove(self, chip: Chip) -> None:
        if isinstance(chip.part, ExamplePhoto | ExampleFile) and chip.part in self.question.examples:
            asked = without_example(self.question, chip.part)
            if is_feedback(chip.part):
                self._point(asked)
            else:
                self.finder.ask(asked, at_once=True)
        else:
            self._box.set_text(without_chip(self._box.text, chip, self.finder.context))

    def _change(self, chip: Chip, part: Filter) -> None:
        self._box.set_text(f"{write(part)} {without_chip(self._box.text, chip, self.finder.context)}")

    def _accept(self, suggestion: Reading) -> None:
        self._box.set_text(suggestion.text)

    def _show(self, understood: Understanding) -> None:
        self._is_search = is_search(understood)
        if not self._is_search:
            self._undo.forget(FEEDBACK)
        typed = understood.chips
        pictures = [self._example_chip(example) for example in self.question.examples]
        words_only = not pictures and len(typed) == 1 and typed[0].kind is ChipKind.WORDS and not typed[0].negated
        shown_typed = [] if words_only else [self._typed_chip(chip) for chip in typed]
        self._row.show_parts([*pictures, *shown_typed], understood.suggestions)
        self._header.show_order(understood.query.order, is_search=bool(understood.query.terms))
        self._problems = understood.problems
        self._notices = ()
        self._warn()
        self.asked.emit()

    def _model_changed(self, status: ModelStatus) -> None:
        if status.ready and self._is_search:
            self.finder.again()

    def _answered(self, result: SearchResult | None) -> None:
        self._latest = (self.question.text, () if result is None else tuple(hit.photo_id for hit in result.hits))
        if self._before[0] == self._latest[0]:
            self._before = self._latest
        self._notices = () if result is None else result.notices
        self._warn()

    def _warn(self) -> None:
        self.warned.emit("\n".join(dict.fromkeys((*self._problems, *self._notices))))

    def _typed_chip(self, chip: Chip) -> ShownChip:
        if isinstance(chip.part, ExamplePhoto | ExampleFile):
            return self._example_chip(chip.part)
        return ShownChip(chip, chip.text)

    def _example_chip(self, example: Example) -> ShownChip:
        if isinstance(example, ExampleFile):
            name = shown(PurePath(example.path).name)
            if Path(example.path).parent == Path(self._folder.path()):
                name = self.tr("Pasted picture")
            read = partial(examples.small_picture, example.path, self._pixels)
        else:
            row = self._session.catalog.rows([example.photo_id]).get(example.photo_id)
            name = self.tr("a photo") if row is None else shown(PurePath(row.path).name)
            name = self._said_of(example).replace("%1", name)
            read = partial(_small_thumbnail, self._session, row, self._pixels)
        # Feedback is weighted anew with each photo that joins; the picture stays.
        picture = replace(example, weight=1.0)
        if picture not in self._pictures:
            self._pictures[picture] = None
            self._session.tasks.run(read, partial(self._picture_read, picture))
        chip = Chip(ChipKind.EXAMPLE, name, example, example.weight < 0)
        return ShownChip(chip, name, self._pictures[picture])

    def _said_of(self, example: Example) -> str:
        if not is_feedback(example):
            return self.tr("Like %1")
        return self.tr("More like %1") if example.weight > 0 else self.tr("Less like %1")

    def _picture_read(self, example: Example, image: QImage | None) -> None:
        if image is not None:
            picture = QPixmap.fromImage(image)
            picture.setDevicePixelRatio(self._box.devicePixelRatioF())
            self._pictures[example] = picture
            self._show(self.finder.understand())

    @property
    def _pixels(self) -> int:
        return round(PICTURE_PX * self._box.devicePixelRatioF())


def _small_thumbnail(session: Session, row: "PhotoRow | None", pixels: int) -> QImage | None:
    jpeg = None if row is None else session.jpeg_of(row)
    return None if jpeg is None else tile(jpeg, pixels, pixels, pixels / 4)
