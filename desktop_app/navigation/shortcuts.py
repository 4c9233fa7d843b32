"""The keys of the window, in one table: it installs them, and the page of shortcuts shows them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

Standard = QKeySequence.StandardKey
Keys = str | QKeySequence.StandardKey


@dataclass(frozen=True, slots=True)
class WindowKey:
    """A key that holds wherever the focus is.

    Attributes:
        name: of what it does; see `install`.
    """

    name: str
    text: str
    keys: tuple[Keys, ...]


def window_keys() -> tuple[WindowKey, ...]:
    """Return the keys of the window."""
    return (
        WindowKey("search", _tr("Search"), (Standard.Find, "Ctrl+L", "/")),
        WindowKey("back", _tr("Back"), ("Alt+Left", Standard.Back)),
        WindowKey("forward", _tr("Forward"), ("Alt+Right", Standard.Forward)),
        WindowKey("undo", _tr("Undo"), (Standard.Undo,)),
        WindowKey("redo", _tr("Redo"), (Standard.Redo,)),
        WindowKey("larger", _tr("Larger photos"), (Standard.ZoomIn, "Ctrl+=")),
        WindowKey("smaller", _tr("Smaller photos"), (Standard.ZoomOut,)),
        WindowKey("sidebar", _tr("Show or hide the sidebar"), ("Ctrl+B",)),
        WindowKey("details", _tr("Show or hide the details"), ("Ctrl+I",)),
        WindowKey("paste", _tr("Search by the picture on the clipboard"), (Standard.Paste,)),
        WindowKey("full screen", _tr("Full screen"), ("F11",)),
        WindowKey("settings", _tr("Settings"), ("Ctrl+,",)),
        WindowKey("shortcuts", _tr("Keyboard shortcuts"), ("?",)),
        WindowKey("quit", _tr("Quit"), (Standard.Quit,)),
    )


def install(window: QWidget, actions: Mapping[str, Callable[[], object]]) -> None:
    """Make the keys do what belongs to their names."""
    for entry in window_keys():
        sequences = dict.fromkeys(sequence.toString() for sequence in sequences_of(entry.keys))
        for sequence in sequences:
            QShortcut(QKeySequence(sequence), window).activated.connect(actions[entry.name])


def sequences_of(keys: Sequence[Keys]) -> list[QKeySequence]:
    """Return all sequences; a standard key is several on some systems, and none on others."""
    found: list[QKeySequence] = []
    for key in keys:
        found += [QKeySequence(key)] if isinstance(key, str) else QKeySequence.keyBindings(key)
    return found


def usual_sequences(keys: Sequence[Keys]) -> list[QKeySequence]:
    """Return those that are worth telling; of a standard key, the one that everybody knows."""
    return [
        QKeySequence(key) if isinstance(key, str) else sequences_of([key])[0] for key in keys if sequences_of([key])
    ]


def _tr(text: str) -> str:
    return QCoreApplication.translate("Shortcuts", text)
