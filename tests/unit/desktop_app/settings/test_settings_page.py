"""The settings: made from the schema, applied at once, found by words; keys, privacy and licences beside them."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QPushButton, QSlider, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from core.engine.protocol import ModelStatus
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from desktop_app.settings.entries import NOT_SHOWN, PageId, entries
from desktop_app.settings.page import SettingsPage
from desktop_app.settings.texts import packages
from desktop_app.theme.theme import Theme


@pytest.fixture
def page(qtbot: QtBot, theme: Theme, paths: LibraryPaths) -> SettingsPage:
    made = SettingsPage(theme, Settings(), paths)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def texts(page: SettingsPage) -> list[str]:
    return [one.text() for one in page.findChildren(QLabel) if one.isVisible() and one.text()]


def shown(page: SettingsPage) -> list[str]:
    return [name for name, control in page.controls.items() if control.part.isVisible()]


def test_every_setting_is_shown_or_has_a_reason_not_to_be() -> None:
    known = [entry.name for entry in entries()]
    assert sorted([*known, *NOT_SHOWN]) == sorted(store.flat(Settings()))


def test_each_kind_of_setting_applies_at_once(page: SettingsPage) -> None:
    made: list[Settings] = []
    page.changed.connect(made.append)

    def part(name: str) -> QWidget:
        page.show_page(next(entry.page for entry in entries() if entry.name == name))
        assert page.controls[name].part.isVisible()
        return page.controls[name].part

    dark = part("window.theme").findChild(QPushButton, "dark")
    assert isinstance(dark, QPushButton)
    QTest.mouseClick(dark, Qt.MouseButton.LeftButton)
    assert made[-1].window.theme == "dark"
    slider = part("search.strictness")
    assert isinstance(slider, QSlider)
    slider.setFocus()
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert made[-1].search.strictness == 1.0
    check = part("indexing.label_photos")
    assert isinstance(check, QCheckBox)
    QTest.keyClick(check, Qt.Key.Key_Space)
    assert not made[-1].indexing.label_photos
    number = part("indexing.missing_grace_days")
    assert isinstance(number, QSpinBox)
    number.setValue(90)
    assert made[-1].indexing.missing_grace_days == 90
    choice = part("model.device")
    assert isinstance(choice, QComboBox)
    choice.setCurrentIndex(1)
    assert made[-1].model.device == "cpu"
    assert made[-1].window.theme == "dark", "what was set before stays"
    count = len(made)
    page.show_settings(Settings())
    assert len(made) == count, "showing settings changes none"
    assert slider.value() == 50


def test_a_setting_is_found_by_its_words_on_whatever_page_it_is(page: SettingsPage) -> None:
    QTest.keyClicks(page.search, "text pict")
    assert shown(page) == ["indexing.read_text"]
    page.search.clear()
    assert shown(page) == ["window.theme", "window.thumbnail_px"]
    QTest.keyClicks(page.search, "xyzzy")
    assert "No setting is called so." in texts(page)
    about = page.findChild(QPushButton, PageId.ABOUT)
    assert isinstance(about, QPushButton)
    QTest.mouseClick(about, Qt.MouseButton.LeftButton)
    assert page.page is PageId.ABOUT
    assert page.search.text() == ""


def test_keys_privacy_and_licences_can_be_read(page: SettingsPage, paths: LibraryPaths) -> None:
    action = QAction("Find similar", page)
    action.setShortcut("Ctrl+E")
    page.use_keys([("Photos", [action])])
    page.show_page(PageId.KEYBOARD)
    assert {"Everywhere", "Search", "Ctrl+F", "Photos", "Find similar", "Ctrl+E"} <= set(texts(page))
    page.show_page(PageId.PRIVACY)
    assert "Everything stays on this computer." in texts(page)
    assert str(paths.data) in texts(page)
    page.show_page(PageId.ABOUT)
    assert any(text.startswith("Eidetic ") for text in texts(page))
    licences = {package.name: package.licence for package in packages()}
    assert licences["pydantic"] == "MIT"
    assert all(licences.values())


def test_the_model_that_answers_is_named(page: SettingsPage) -> None:
    page.show_page(PageId.MODELS)
    page.show_model(ModelStatus("m", "A model", True, "cpu", "float32"))
    assert "A model\ncpu · float32" in texts(page)
