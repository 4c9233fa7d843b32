"""What changing a mark asks of the engine, and what takes it back; one list of what is taken back and done again."""

import sqlite3
from contextlib import closing

from PySide6.QtCore import QObject

from core.catalog.annotation_reader import PhotoAnnotations
from core.engine.protocol import ChangeTags, SetFavourite, SetRating
from core.values.photo import PhotoId
from desktop_app.backend.catalog import CatalogLink
from desktop_app.backend.engine import EngineLink
from desktop_app.backend.tasks import TaskRunner
from desktop_app.backend.undo import MOST, Undo
from desktop_app.details import annotation_editor
from tests.qt.plugin import Wait
from tests.unit.desktop_app.library_builder import LibraryBuilder

ONE, TWO, THREE = PhotoId(1), PhotoId(2), PhotoId(3)


def test_a_rating_goes_back_to_what_each_photo_had() -> None:
    annotations = {
        ONE: PhotoAnnotations(rating=None, file_rating=4),
        TWO: PhotoAnnotations(rating=2),
        THREE: PhotoAnnotations(rating=5),
    }
    change = annotation_editor.rating(5, annotations)
    assert change is not None
    assert change.requests == (SetRating((ONE, TWO), 5),)
    assert change.back == (SetRating((ONE,), None), SetRating((TWO,), 2))
    assert annotation_editor.rating(5, {THREE: annotations[THREE]}) is None


def test_a_tag_is_taken_back_only_where_it_was_not_before() -> None:
    annotations = {
        ONE: PhotoAnnotations(tags=("Beach",)),
        TWO: PhotoAnnotations(tags=("dog",)),
        THREE: PhotoAnnotations(),
    }
    change = annotation_editor.tag("beach", annotations)
    assert change is not None
    assert change.requests == (ChangeTags((TWO, THREE), add=("beach",)),)
    assert change.back == (ChangeTags((TWO, THREE), remove=("beach",)),)
    change = annotation_editor.no_tag("Beach", annotations)
    assert change is not None
    assert (change.photo_ids, change.back) == ((ONE,), (ChangeTags((ONE,), add=("Beach",)),))
    assert annotation_editor.no_tag("cat", annotations) is None


def test_a_keyword_of_the_file_comes_back_as_one() -> None:
    annotations = {
        ONE: PhotoAnnotations(tags=("Beach",), file_tags=frozenset({"Beach"})),
        TWO: PhotoAnnotations(tags=("Beach",)),
    }
    change = annotation_editor.no_tag("beach", annotations)
    assert change is not None
    assert change.requests == (ChangeTags((ONE, TWO), remove=("beach",)),)
    assert change.back == (
        ChangeTags((ONE,), add=("beach",), by_user=False),
        ChangeTags((TWO,), add=("beach",)),
    )


def test_tags_are_one_as_the_catalog_has_it() -> None:
    assert annotation_editor.same_tag("Beach", "bEACH")
    assert not annotation_editor.same_tag("Été", "été")


def test_favourites_change_where_they_must() -> None:
    annotations = {ONE: PhotoAnnotations(favourite=True), TWO: PhotoAnnotations()}
    change = annotation_editor.favourite(True, annotations)
    assert change is not None
    assert (change.requests, change.back) == ((SetFavourite((TWO,), True),), (SetFavourite((TWO,), False),))
    assert annotation_editor.favourite(True, {ONE: annotations[ONE]}) is None


def did(undo: Undo, log: list[str], what: str, kind: str = "mark") -> None:
    undo.add(kind, lambda: log.append(f"-{what}"), lambda: log.append(f"+{what}"))


def test_the_last_is_taken_back_first_whatever_its_kind() -> None:
    undo, log = Undo(), list[str]()
    undo.take_back()
    for kind, what in (("mark", "a"), ("feedback", "b"), ("mark", "c"), ("feedback", "d")):
        did(undo, log, what, kind)
    undo.take_back()
    undo.forget("feedback")
    for _ in range(3):
        undo.take_back()
    assert log == ["-d", "-c", "-a"]


def test_what_was_taken_back_is_done_again_in_turn() -> None:
    undo, log = Undo(), list[str]()
    undo.do_again()
    for what in "abc":
        did(undo, log, what)
    for step in (undo.take_back, undo.take_back, undo.do_again, undo.do_again, undo.do_again, undo.take_back):
        step()
    assert log == ["-c", "-b", "+b", "+c", "-c"]


def test_nothing_is_done_again_after_something_else_or_when_it_is_forgotten() -> None:
    undo, log = Undo(), list[str]()
    did(undo, log, "a")
    undo.take_back()
    did(undo, log, "b")
    undo.do_again()
    did(undo, log, "c", "feedback")
    undo.take_back()
    undo.forget("feedback")
    undo.do_again()
    assert log == ["-a", "-c"]


def test_only_so_much_is_kept() -> None:
    undo, log = Undo(), list[str]()
    for number in range(MOST + 5):
        did(undo, log, str(number))
    for _ in range(MOST + 5):
        undo.take_back()
    assert (len(log), log[-1]) == (MOST, "-5")


def test_a_catalog_that_cannot_be_read_says_so_each_time(
    tasks: TaskRunner, library: LibraryBuilder, wait: Wait
) -> None:
    owner, messages = QObject(), list[str]()
    catalog, engine = CatalogLink(library.paths, tasks, owner), EngineLink(library.paths, tasks, owner)
    catalog.open()
    wait(lambda: catalog.is_open)
    with closing(sqlite3.connect(library.paths.catalog)) as connection:
        connection.execute("DROP TABLE photo_tags")
    changes = annotation_editor.AnnotationEditor(catalog, engine, Undo(), owner)
    changes.failed.connect(messages.append)

    for attempt in (1, 2):
        changes.rate([ONE], 3)
        wait(lambda attempt=attempt: len(messages) == attempt)  # type: ignore[misc]

    assert all("photo_tags" in message for message in messages)
    tasks.close()
    engine.close()
    catalog.close()
