"""Makes the control of a setting from its type in the schema: a check, a slider, a number, or a choice."""

from collections.abc import Callable
from typing import cast

from annotated_types import Ge, Le
from pydantic import BaseModel
from pydantic.fields import FieldInfo
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QComboBox, QSlider, QSpinBox, QWidget

from core.settings.schema import Settings
from desktop_app.settings.entries import Entry
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import button, column, label, row

HUNDREDTHS = 100
SLIDER_WIDTH = 220
MOST_BUTTONS = 3
WIDEST_RANGE = 1000
"""A number of more values is typed, and not chosen by a slider."""


class Control(QObject):
    """One setting on a page.

    Signals:
        changed: with its name and the new value, by the user.

    Attributes:
        row: the control with its name and hint.
        part: what the user moves.
    """

    changed = Signal(str, object)

    def __init__(self, entry: Entry, theme: Theme) -> None:
        super().__init__()
        self.entry = entry
        self._put: Callable[[object], None]
        annotation = field_of(entry.name).annotation
        if annotation is bool:
            self.part: QWidget = self._check()
        elif annotation is float:
            self.part = self._slider(0, HUNDREDTHS, scale=HUNDREDTHS)
        elif annotation is int:
            self.part = self._number()
        else:
            self.part = self._choice()
        self.part.setObjectName(entry.name)
        if not self.part.accessibleName():
            self.part.setAccessibleName(entry.text)
        self.row = self._with_words(theme)

    def put(self, value: object) -> None:
        """Show a value, without telling."""
        blocked = self.part.blockSignals(True)
        self._put(value)
        self.part.blockSignals(blocked)

    def matches(self, words: str) -> bool:
        """Tell whether the setting is what someone looks for by these words."""
        said = f"{self.entry.text} {self.entry.hint} {' '.join(text for _, text in self.entry.choices)}".casefold()
        return all(word in said for word in words.casefold().split())

    def _tell(self, value: object) -> None:
        self.changed.emit(self.entry.name, value)

    def _check(self) -> QWidget:
        made = QCheckBox(self.entry.text)
        made.toggled.connect(self._tell)
        self._put = lambda value: made.setChecked(bool(value))
        return made

    def _number(self) -> QWidget:
        least, most = bounds(self.entry)
        if most - least <= WIDEST_RANGE and self.entry.least is not None:
            return self._slider(least, most)
        made = QSpinBox()
        made.setButtonSymbols(QSpinBox.ButtonSymbols.NoButtons)
        made.setFixedWidth(72)
        made.setRange(least, most)
        made.valueChanged.connect(self._tell)
        self._put = lambda value: made.setValue(cast("int", value))
        return made

    def _slider(self, least: int, most: int, *, scale: int = 1) -> QWidget:
        made = QSlider(Qt.Orientation.Horizontal)
        made.setRange(least, most)
        made.setPageStep(max(1, (most - least) // 10))
        made.setFixedWidth(SLIDER_WIDTH)
        made.valueChanged.connect(lambda value: self._tell(value / scale if scale > 1 else value))
        self._put = lambda value: made.setValue(round(cast("float", value) * scale))
        return made

    def _choice(self) -> QWidget:
        return self._buttons() if len(self.entry.choices) <= MOST_BUTTONS else self._list()

    def _buttons(self) -> QWidget:
        made = QWidget()
        group = QButtonGroup(made)
        box = row(spacing=8)
        for value, text in self.entry.choices:
            choice = button(text, "choice")
            choice.setObjectName(value)
            choice.setCheckable(True)
            choice.clicked.connect(lambda _checked=False, value=value: self._tell(value))
            group.addButton(choice)
            box.addWidget(choice)
        made.setLayout(box)

        def put(value: object) -> None:
            for choice in group.buttons():
                choice.setChecked(choice.objectName() == value)

        self._put = put
        return made

    def _list(self) -> QWidget:
        made = QComboBox()
        for value, text in self.entry.choices:
            made.addItem(text, value)
        made.currentIndexChanged.connect(lambda place: self._tell(made.itemData(place)))
        self._put = lambda value: made.setCurrentIndex(made.findData(value))
        return made

    def _with_words(self, theme: Theme) -> QWidget:
        made = QWidget()
        whole = column(spacing=2)
        if isinstance(self.part, QCheckBox):
            whole.addWidget(self.part)
            hint = row(margins=(28, 0, 0, 0))
        else:
            name = label(self.entry.text)
            name.setMinimumWidth(theme.wide(150))
            whole.addLayout(row(name, self.part, 1, spacing=12))
            hint = row()
        if self.entry.hint:
            hint.addWidget(label(self.entry.hint, "small", wrap=True))
            whole.addLayout(hint)
        made.setLayout(whole)
        return made


def field_of(name: str) -> FieldInfo:
    """Return what the schema says of a setting."""
    section, _, field = name.partition(".")
    model = Settings.model_fields[section].annotation
    assert isinstance(model, type)
    assert issubclass(model, BaseModel)
    return model.model_fields[field]


def bounds(entry: Entry) -> tuple[int, int]:
    """Return what a whole number may be: as the page says, else as the schema does."""
    metadata = field_of(entry.name).metadata
    least = next((part.ge for part in metadata if isinstance(part, Ge)), 0)
    most = next((part.le for part in metadata if isinstance(part, Le)), WIDEST_RANGE)
    return (
        int(cast("float", least)) if entry.least is None else entry.least,
        int(cast("float", most)) if entry.most is None else entry.most,
    )
