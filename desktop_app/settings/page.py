"""The settings. Each applies the moment it is changed; there is no OK button."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QCheckBox, QFrame, QScrollArea, QSlider, QVBoxLayout, QWidget

from core.engine.protocol import ModelStatus
from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from core.values.paths import shown
from desktop_app.library.status_line import LARGEST_PX, SMALLEST_PX
from desktop_app.theme.colours import ThemeMode
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, button, column, label, row

WIDTH = 620


class SettingsPage(QFrame):
    """Shows `Settings` and makes new ones.

    Signals:
        changed: with the new `Settings`.
        closed: the user goes back.

    Attributes:
        strictness: the slider, in hundredths.
        labels, text: what is made of photos while idle.
    """

    changed = Signal(object)
    closed = Signal()

    def __init__(self, theme: Theme, settings: Settings, paths: LibraryPaths, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setObjectName("canvas")
        self._settings = settings
        back = IconButton(theme, "back", self.tr("Back to the photos"))
        back.clicked.connect(self.closed)
        self._themes = QButtonGroup(self)
        self._model = label(self.tr("is being loaded"), wrap=True)
        self._tile = self._slider(SMALLEST_PX, LARGEST_PX, self.tr("Thumbnail size"))
        self.strictness = self._slider(0, 100, self.tr("How strict a search is"))
        self._fold = QCheckBox(self.tr("Fold series of nearly equal photos into one"))
        self._battery = QCheckBox(self.tr("Pause indexing while on battery"))
        self.labels = QCheckBox(self.tr("Say what photos show, and find them by it"))
        self.text = QCheckBox(self.tr("Read the text in pictures"))
        body = QWidget()
        body.setObjectName("scrollBody")
        body.setMaximumWidth(theme.wide(WIDTH))
        box = QVBoxLayout(body)
        box.setContentsMargins(0, 8, 24, 32)
        box.setSpacing(10)
        for part in (
            *self._section(self.tr("Appearance")),
            self._theme_row(),
            self._named(self.tr("Thumbnail size"), self._tile),
            *self._section(self.tr("Search")),
            self._named(
                self.tr("Strictness"),
                self.strictness,
                self.tr("Further right, only the surest matches stand above the line; weaker ones follow below it."),
            ),
            self._fold,
            *self._section(self.tr("Indexing")),
            self._battery,
            self.labels,
            self.text,
            *self._section(self.tr("Model")),
            self._model,
            *self._section(self.tr("Library")),
            label(self.tr("Everything Eidetic knows is in this folder:"), "muted"),
            self._path(paths),
            label(
                self.tr(
                    "Nothing leaves this computer. Photos are never changed, moved or deleted. "
                    "The network is used only when you download a model."
                ),
                "muted",
                wrap=True,
            ),
        ):
            box.addWidget(part)
        box.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setObjectName("page")
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(body)
        scroll.viewport().setAutoFillBackground(False)
        whole = column(margins=(20, 14, 8, 0), spacing=6)
        whole.addLayout(row(back, label(self.tr("Settings"), "heading"), 1, spacing=10))
        inner = row(margins=(44, 0, 0, 0))
        inner.addWidget(scroll)
        whole.addLayout(inner, 1)
        self.setLayout(whole)
        self.show_settings(settings)
        self._tile.valueChanged.connect(lambda px: self._change(window={"thumbnail_px": px}))
        self.strictness.valueChanged.connect(lambda value: self._change(search={"strictness": value / 100}))
        self._fold.toggled.connect(lambda on: self._change(search={"fold": on}))
        self._battery.toggled.connect(lambda on: self._change(indexing={"pause_on_battery": on}))
        self.labels.toggled.connect(lambda on: self._change(indexing={"label_photos": on}))
        self.text.toggled.connect(lambda on: self._change(indexing={"read_text": on}))

    def show_settings(self, settings: Settings) -> None:
        """Show these settings, without telling."""
        self._settings = settings
        parts = (self._tile, self.strictness, self._fold, self._battery, self.labels, self.text)
        for part in parts:
            part.blockSignals(True)
        self._tile.setValue(settings.window.thumbnail_px)
        self.strictness.setValue(round(settings.search.strictness * 100))
        self._fold.setChecked(settings.search.fold)
        self._battery.setChecked(settings.indexing.pause_on_battery)
        self.labels.setChecked(settings.indexing.label_photos)
        self.text.setChecked(settings.indexing.read_text)
        for part in parts:
            part.blockSignals(False)
        for choice in self._themes.buttons():
            choice.setChecked(choice.objectName() == settings.window.theme)

    def show_model(self, status: ModelStatus) -> None:
        """Say which model answers."""
        where = " · ".join(part for part in (status.device, status.precision) if part)
        state = status.problem or (where if status.ready else self.tr("is being loaded"))
        self._model.setText(f"{status.title or status.id}\n{state}" if state else status.title or status.id)

    def _theme_row(self) -> QWidget:
        choices = row(spacing=8)
        for mode, text in (
            (ThemeMode.SYSTEM, self.tr("As the system")),
            (ThemeMode.LIGHT, self.tr("Light")),
            (ThemeMode.DARK, self.tr("Dark")),
        ):
            choice = button(text, "choice")
            choice.setObjectName(mode)
            choice.setCheckable(True)
            choice.clicked.connect(lambda _checked=False, mode=mode: self._change(window={"theme": str(mode)}))
            self._themes.addButton(choice)
            choices.addWidget(choice)
        choices.addStretch(1)
        made = QWidget()
        made.setLayout(choices)
        return made

    def _slider(self, least: int, most: int, name: str) -> QSlider:
        made = QSlider(Qt.Orientation.Horizontal)
        made.setRange(least, most)
        made.setPageStep(max(1, (most - least) // 10))
        made.setFixedWidth(220)
        made.setAccessibleName(name)
        return made

    def _named(self, name: str, part: QWidget, hint: str = "") -> QWidget:
        made = QWidget()
        title = label(name)
        title.setFixedWidth(self._theme.wide(140))
        box = column(spacing=4)
        box.addLayout(row(title, part, 1, spacing=12))
        if hint:
            box.addWidget(label(hint, "small", wrap=True))
        made.setLayout(box)
        return made

    def _section(self, title: str) -> tuple[QWidget, QWidget]:
        gap = QWidget()
        gap.setFixedHeight(10)
        return gap, label(title, "subheading")

    def _path(self, paths: LibraryPaths) -> QWidget:
        made = label(shown(paths.data), wrap=True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made

    def _change(self, **sections: dict[str, object]) -> None:
        whole = self._settings.model_dump()
        for section, values in sections.items():
            whole[section].update(values)
        self._settings = Settings.model_validate(whole)
        self.changed.emit(self._settings)
