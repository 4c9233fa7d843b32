"""Stars and tags in the details: what they show of one photo or several, and what keys and mouse ask for."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from core.catalog.annotation_reader import PhotoAnnotations
from desktop_app.backend.tasks import TaskRunner
from desktop_app.details.annotation_form import AnnotationForm, Summary
from desktop_app.search.completions import Completions
from desktop_app.theme.theme import Theme
from tests.qt.plugin import Wait
from tests.unit.desktop_app.library_builder import LibraryBuilder

KEY = Qt.Key


@pytest.fixture
def editor(qtbot: QtBot, theme: Theme, tasks: TaskRunner, library: LibraryBuilder) -> Iterator[AnnotationForm]:
    """In a window, over a library with three tags."""
    library.tag(library.add("a.jpg"), "Beach", "Best of 2019", "dog")
    library.tag(library.add("b.jpg"), "Best of 2019")
    window = QWidget()
    window.resize(300, 500)
    made = AnnotationForm(theme)
    layout = QVBoxLayout(window)
    layout.addWidget(made)
    layout.addStretch(1)
    completions = Completions(library.paths, tasks, made)
    made.line.completion_wanted.connect(completions.ask)
    completions.answered.connect(made.line.offer)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    made.line.setFocus()
    qtbot.waitUntil(made.line.hasFocus)
    yield made
    window.close()


def offered(editor: AnnotationForm) -> list[str]:
    popup = editor.line.popup
    return [completion.label for completion in popup.completions] if popup.isVisible() else []


def clicked(editor: AnnotationForm, name: str, place: int = 0) -> None:
    found = editor.findChildren(QToolButton, name)[place]
    assert isinstance(found, QToolButton)
    QTest.mouseClick(found, Qt.MouseButton.LeftButton)


def test_photos_together_have_what_they_share() -> None:
    annotations = [
        PhotoAnnotations(rating=3, tags=("dog", "Été")),
        PhotoAnnotations(file_rating=3, tags=("dog", "beach")),
    ]
    assert Summary.of(annotations) == Summary(2, 3, (("beach", 1), ("dog", 2), ("Été", 1)))
    assert Summary.of([*annotations, PhotoAnnotations(rating=0, file_rating=3)]).stars is None
    assert Summary.of([PhotoAnnotations(file_rating=-1)]).stars == 0


def test_a_click_rates_and_one_on_the_last_full_star_takes_it_back(editor: AnnotationForm) -> None:
    rated: list[int] = []
    editor.rated.connect(rated.append)
    QTest.mouseClick(editor.stars.buttons[3], Qt.MouseButton.LeftButton)
    editor.show_summary(Summary(1, 4))
    QTest.mouseClick(editor.stars.buttons[1], Qt.MouseButton.LeftButton)
    QTest.mouseClick(editor.stars.buttons[3], Qt.MouseButton.LeftButton)
    assert rated == [4, 2, 0]
    assert editor.stars.accessibleDescription() == "4 stars"


def test_the_heart_makes_favourites_of_all_unless_all_are(qtbot: QtBot, editor: AnnotationForm) -> None:
    editor.show_summary(Summary.of([PhotoAnnotations(favourite=True), PhotoAnnotations()]))
    with qtbot.waitSignal(editor.favourite_wanted) as asked:
        QTest.mouseClick(editor.heart, Qt.MouseButton.LeftButton)
    assert asked.args == [True]
    editor.show_summary(Summary.of([PhotoAnnotations(favourite=True)] * 2))
    with qtbot.waitSignal(editor.favourite_wanted) as asked:
        QTest.mouseClick(editor.heart, Qt.MouseButton.LeftButton)
    assert asked.args == [False]


def test_a_tag_is_typed_and_completed_from_the_library(editor: AnnotationForm, wait: Wait) -> None:
    added: list[str] = []
    editor.tag_added.connect(added.append)
    QTest.keyClicks(editor.line, "  sunny   day ")
    QTest.keyClick(editor.line, KEY.Key_Return)
    QTest.keyClick(editor.line, KEY.Key_Return)
    QTest.keyClicks(editor.line, "be")
    wait(lambda: offered(editor) == ["Best of 2019", "Beach"])
    QTest.keyClick(editor.line, KEY.Key_Tab)
    QTest.keyClicks(editor.line, "best of")
    wait(lambda: offered(editor) == ["Best of 2019"])
    QTest.keyClick(editor.line, KEY.Key_Down)
    QTest.keyClick(editor.line, KEY.Key_Return)
    assert added == ["sunny day", "Best of 2019", "Best of 2019"]
    assert editor.line.hasFocus()
    assert editor.line.text() == ""


def test_the_arrow_offers_what_the_photos_do_not_have(editor: AnnotationForm, wait: Wait) -> None:
    editor.show_summary(Summary(2, 0, (("Best of 2019", 2), ("dog", 1))))
    QTest.keyClick(editor.line, KEY.Key_Down)
    wait(lambda: offered(editor) == ["Beach", "dog"])


def test_escape_hides_the_list_then_clears_then_leaves(qtbot: QtBot, editor: AnnotationForm, wait: Wait) -> None:
    QTest.keyClicks(editor.line, "do")
    wait(lambda: offered(editor) == ["dog"])
    QTest.keyClick(editor.line, KEY.Key_Escape)
    assert (offered(editor), editor.line.text()) == ([], "do")
    QTest.keyClick(editor.line, KEY.Key_Escape)
    assert editor.line.text() == ""
    with qtbot.waitSignal(editor.line.left):
        QTest.keyClick(editor.line, KEY.Key_Escape)


def test_a_tag_that_some_have_is_put_on_all_or_taken_off(editor: AnnotationForm) -> None:
    added, removed = list[str](), list[str]()
    editor.tag_added.connect(added.append)
    editor.tag_removed.connect(removed.append)
    editor.show_summary(Summary(3, 0, (("beach", 3), ("dog", 1))))
    clicked(editor, "tagAll")
    clicked(editor, "removeTag", 1)
    clicked(editor, "removeTag")
    assert (added, removed) == (["dog"], ["dog", "beach"])


def test_what_is_typed_stays_while_the_marks_change(editor: AnnotationForm) -> None:
    QTest.keyClicks(editor.line, "xyz")
    editor.show_summary(Summary(1, 2, (("dog", 1),)))
    assert (editor.line.text(), editor.names(), editor.line.hasFocus()) == ("xyz", ["dog"], True)
