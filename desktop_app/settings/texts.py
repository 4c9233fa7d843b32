"""The pages of the settings on which nothing is set: keys, privacy, about."""

import importlib.metadata
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from core.settings.paths import LibraryPaths
from core.values.paths import shown
from desktop_app.navigation import shortcuts
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconLabel, button, column, label, row

PROGRAM = "eidetic"
SHIPPED_EXTRAS = {"ocr", "jxl"}
"""The others are for those who work on the program."""
_NAME = re.compile(r"[A-Za-z0-9._-]+")
_EXTRA = re.compile(r"""extra == ["']([\w-]+)["']""")


@dataclass(frozen=True, slots=True)
class Package:
    """A library that the program is made with."""

    name: str
    version: str
    licence: str


def packages() -> list[Package]:
    """Return the installed libraries that the program asks for, by name."""
    found: dict[str, Package] = {}
    for requirement in importlib.metadata.requires(PROGRAM) or []:
        match, extra = _NAME.match(requirement), _EXTRA.search(requirement)
        if extra is not None and extra[1] not in SHIPPED_EXTRAS:
            continue
        try:
            metadata = importlib.metadata.metadata(match[0] if match else requirement).json
        except importlib.metadata.PackageNotFoundError:
            # Of an extra that is not installed, or of another system.
            continue
        name = str(metadata["name"])
        found[name.casefold()] = Package(name, str(metadata["version"]), _licence(metadata))
    return [found[name] for name in sorted(found)]


def about() -> QWidget:
    """Return what the program is, and what it is made with."""
    made = QWidget()
    box = column(
        label(f"Eidetic {importlib.metadata.version(PROGRAM)}", "subheading"),
        label(_tr("Find any photo by describing it. Everything stays on this computer."), wrap=True),
        label(_tr("Free software under the MIT licence."), "muted"),
        spacing=6,
    )
    box.addSpacing(16)
    box.addWidget(label(_tr("Made with"), "subheading"))
    names = label(_tr("Names and positions of places: GeoNames, CC BY 4.0."), "muted", wrap=True)
    box.addWidget(names)
    grid = QGridLayout()
    grid.setHorizontalSpacing(24)
    grid.setVerticalSpacing(4)
    grid.setColumnStretch(2, 1)
    for line, package in enumerate(packages()):
        grid.addWidget(label(package.name), line, 0)
        grid.addWidget(label(package.version, "small"), line, 1)
        grid.addWidget(label(package.licence, "small", wrap=True), line, 2)
    box.addLayout(grid)
    made.setLayout(box)
    return made


def privacy(
    theme: Theme, paths: LibraryPaths, on_show: Callable[[str], object], on_forget: Callable[[], object]
) -> QWidget:
    """Return what leaves the computer and what does not, and where the library is."""
    made = QWidget()
    box = column(spacing=12)
    for icon, title, text in (
        ("lock", _tr("Everything stays on this computer."), _tr("No account, no upload, no statistics.")),
        (
            "download",
            _tr("Eidetic goes online only to fetch a model you choose."),
            _tr("Then huggingface.co is asked for its files. It learns your network address and which files."),
        ),
        (
            "picture",
            _tr("Eidetic never changes a photo by itself."),
            _tr("Trash, rotate and export happen only when you ask."),
        ),
    ):
        words = column(label(title, "bold", wrap=True), label(text, "muted", wrap=True), spacing=2)
        line = row(spacing=12)
        line.addWidget(IconLabel(theme, icon, colour="accent_text"), 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(words, 1)
        box.addLayout(line)
    box.addSpacing(12)
    box.addWidget(label(_tr("Where it is kept"), "subheading"))
    box.addWidget(label(_tr("Everything Eidetic knows is in this folder:"), "muted", wrap=True))
    folder = label(shown(paths.data), wrap=True)
    folder.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    box.addWidget(folder)
    show = button(_tr("Show the folder"), clicked=lambda: on_show(str(paths.data)))
    forget = button(_tr("Forget recent searches"), clicked=on_forget)
    forget.setObjectName("forgetSearches")
    box.addLayout(row(show, forget, 1))
    made.setLayout(box)
    return made


def keyboard(groups: Sequence[tuple[str, Sequence[QAction]]]) -> QWidget:
    """Return all keys: those of the window, then those of each part with its actions."""
    made = QWidget()
    box = column(spacing=8)
    everywhere = [(entry.text, shortcuts.usual_sequences(entry.keys)) for entry in shortcuts.window_keys()]
    tables = [(_tr("Everywhere"), everywhere)]
    tables += [(title, [(one.text(), one.shortcuts()) for one in actions]) for title, actions in groups]
    for title, lines in tables:
        box.addWidget(label(title, "subheading"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for line, (text, keys) in enumerate(entry for entry in lines if entry[1]):
            grid.addLayout(_keys(keys), line, 0)
            grid.addWidget(label(text.replace("&", "")), line, 1)
        box.addLayout(grid)
        box.addSpacing(12)
    made.setLayout(box)
    return made


def _keys(sequences: Iterable[QKeySequence]) -> QHBoxLayout:
    native = QKeySequence.SequenceFormat.NativeText
    texts = dict.fromkeys(sequence.toString(native) for sequence in sequences)
    return row(*(label(text, "key") for text in texts if text), 1, spacing=4)


def _licence(metadata: Mapping[str, str | list[str]]) -> str:
    """Return the licence in a few words: packages say it in three places, and some as the whole text."""
    classified = [one.rpartition(" :: ")[2] for one in metadata.get("classifier", []) if one.startswith("License ::")]
    whole = str(metadata.get("license", "")).splitlines()
    named = metadata.get("license_expression") or ", ".join(classified) or (whole[0] if whole else "")
    return str(named) or _tr("see its own files")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Settings", text)
