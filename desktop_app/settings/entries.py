"""Which settings are shown, on which page and in which words. What each may be stands in `core.settings.schema`."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication


class PageId(StrEnum):
    """The pages of the settings, in order."""

    APPEARANCE = "appearance"
    SEARCH = "search"
    READING = "reading"
    MODELS = "models"
    KEYBOARD = "keyboard"
    PRIVACY = "privacy"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Entry:
    """One setting.

    Attributes:
        name: its whole name, e.g. `search.fold`.
        choices: of a text: each value with its words.
        least, most: narrower bounds than those of the schema, for a slider.
    """

    name: str
    page: PageId
    text: str
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    least: int | None = None
    most: int | None = None


PAGES: dict[PageId, tuple[str, str]] = {
    PageId.APPEARANCE: ("appearance", str(QT_TRANSLATE_NOOP("Settings", "Appearance"))),
    PageId.SEARCH: ("search", str(QT_TRANSLATE_NOOP("Settings", "Search"))),
    PageId.READING: ("folder", str(QT_TRANSLATE_NOOP("Settings", "Reading photos"))),
    PageId.MODELS: ("model", str(QT_TRANSLATE_NOOP("Settings", "Search model"))),
    PageId.KEYBOARD: ("keyboard", str(QT_TRANSLATE_NOOP("Settings", "Keyboard"))),
    PageId.PRIVACY: ("lock", str(QT_TRANSLATE_NOOP("Settings", "Privacy and data"))),
    PageId.ABOUT: ("info", str(QT_TRANSLATE_NOOP("Settings", "About"))),
}
"""The icon and the title of each page."""

NOT_SHOWN = {
    "model.id": "the engine changes the model, and checks the files first",
    "model.precision": "measured for each machine; for experiments on the command line",
    "indexing.file_seconds": "for files of an unusual kind, on the command line",
    "indexing.worker_megabytes": "for files of an unusual kind, on the command line",
    "indexing.poll_seconds": "for network drives, on the command line",
    "search.metric": "for those who compare, see `eidetic evaluate`",
    "search.index": "for those who compare, see `eidetic evaluate`",
}
"""Settings that have no place in the window, each with the reason."""


def entries() -> tuple[Entry, ...]:
    """Return what is shown, in order."""
    return (
        Entry(
            "window.theme",
            PageId.APPEARANCE,
            _tr("Colours"),
            choices=(("system", _tr("System")), ("light", _tr("Light")), ("dark", _tr("Dark"))),
        ),
        Entry("window.thumbnail_px", PageId.APPEARANCE, _tr("Size of photos"), least=96, most=320),
        Entry(
            "search.strictness",
            PageId.SEARCH,
            _tr("Strictness"),
            _tr("Further right, only the surest matches stand above the line; weaker ones follow below it."),
        ),
        Entry(
            "search.fold",
            PageId.SEARCH,
            _tr("Group near-identical shots"),
            _tr("Bursts and copies are one photo with a number; a click on the number shows them all."),
        ),
        Entry(
            "indexing.pause_on_battery",
            PageId.READING,
            _tr("Pause on battery"),
            _tr("Reading photos waits until the computer is plugged in."),
        ),
        Entry(
            "indexing.label_photos",
            PageId.READING,
            _tr("Recognise what photos show"),
            _tr("Searches find photos by it. Switched off, what was recognised is forgotten."),
        ),
        Entry(
            "indexing.read_text",
            PageId.READING,
            _tr("Read the text in pictures"),
            _tr("Signs, receipts and screenshots are found by what is written in them."),
        ),
        Entry(
            "indexing.skip_noimage",
            PageId.READING,
            _tr("Leave out folders with a file named .noimage"),
            _tr("Folders with a file named .nomedia are always left out."),
        ),
        Entry(
            "indexing.missing_grace_days",
            PageId.READING,
            _tr("Days to remember photos that vanished"),
            _tr("Stars, tags and albums come back with the file until then."),
            most=3650,
        ),
        Entry(
            "indexing.workers",
            PageId.READING,
            _tr("Files read at the same time"),
            _tr("0: as many as the processor has cores."),
        ),
        Entry(
            "model.device",
            PageId.MODELS,
            _tr("Runs on"),
            choices=(
                ("auto", _tr("Fastest")),
                ("cpu", _tr("Processor")),
                ("cuda", _tr("Graphics card (CUDA)")),
                ("mps", _tr("Graphics card (Apple)")),
            ),
        ),
    )


def page_title(page: PageId) -> str:
    """Return what a page is called."""
    return _tr(PAGES[page][1])


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)
