"""The quiet line at the bottom: how many photos, how far indexing is, pause, and the size of the tiles."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QSlider, QWidget

from core.values.progress import Phase, Progress
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import ElidedLabel, IconButton, IconLabel, label, row

SMALLEST_PX = 96
LARGEST_PX = 320
HEIGHT = 32


class StatusLine(QFrame):
    """Shows a `Progress`.

    Signals:
        pause_wanted, resume_wanted: the user clicked the button.
        tile_px_changed: with the width of a tile.

    Attributes:
        pause_button: pauses or resumes.
    """

    pause_wanted = Signal()
    resume_wanted = Signal()
    tile_px_changed = Signal(int)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("statusLine")
        self._is_paused = False
        self._count = label("", "small")
        self._work = label("", "status")
        self._rest = ElidedLabel("", "small", elide=Qt.TextElideMode.ElideRight)
        self._bar = QProgressBar(textVisible=False, minimum=0, maximum=1000)
        self._bar.setFixedWidth(156)
        self._bar.setAccessibleName(self.tr("Indexing"))
        self.pause_button = IconButton(theme, "pause", self.tr("Pause indexing"), size=16)
        self.pause_button.clicked.connect(self._toggle)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(SMALLEST_PX, LARGEST_PX)
        self._slider.setSingleStep(16)
        self._slider.setPageStep(32)
        self._slider.setFixedWidth(104)
        self._slider.setAccessibleName(self.tr("Thumbnail size"))
        self._slider.setToolTip(self.tr("Thumbnail size"))
        self._slider.valueChanged.connect(self.tile_px_changed)
        self.pause_button.setProperty("kind", "row")
        box = row(self._count, self._work, self._rest, margins=(16, 0, 16, 0), spacing=0)
        box.addSpacing(12)
        box.addWidget(self._bar)
        box.addSpacing(12)
        box.addWidget(self.pause_button)
        box.addStretch(1)
        box.addWidget(IconLabel(theme, "small-tiles", size=16))
        box.addSpacing(12)
        box.addWidget(self._slider)
        box.addSpacing(12)
        box.addWidget(IconLabel(theme, "large-tile", size=16))
        self.setLayout(box)
        self.setFixedHeight(theme.high(HEIGHT))
        self.show_progress(Progress())

    def set_tile_px(self, pixels: int) -> None:
        """Set the slider without telling."""
        blocked = self._slider.blockSignals(True)
        self._slider.setValue(pixels)
        self._slider.blockSignals(blocked)

    def zoom(self, steps: int) -> None:
        """Move the slider."""
        self._slider.setValue(self._slider.value() + 32 * steps)

    def show_count(self, text: str) -> None:
        """Say what is in the grid."""
        self._count.setText(text)

    def show_progress(self, progress: Progress) -> None:
        """Say how far indexing is."""
        self._is_paused = progress.phase is Phase.PAUSED
        working = progress.phase is not Phase.IDLE
        handled = progress.done + progress.failed
        self._bar.setVisible(working and progress.found > 0)
        self._bar.setValue(round(1000 * handled / progress.found) if progress.found else 0)
        self.pause_button.setVisible(working)
        self.pause_button.set_icon("play" if self._is_paused else "pause")
        self.pause_button.set_text(self.tr("Resume indexing") if self._is_paused else self.tr("Pause indexing"))
        what, *rest = self.describe(progress)
        self._work.setText(what)
        self._rest.setText("".join(f" · {part}" for part in rest))
        self._count.setVisible(not working)

    def describe(self, progress: Progress) -> tuple[str, ...]:
        """Return what indexing does, in words: the main thing first, then how far it is."""
        number = QLocale().toString
        of = self.tr("%1 of %2").replace("%1", number(progress.done + progress.failed))
        of = of.replace("%2", number(progress.found))
        match progress.phase:
            case Phase.IDLE:
                return ("",)
            case Phase.PAUSED:
                return self.tr("Paused"), of
            case Phase.SCANNING:
                return self.tr("Looking through folders"), self.tr("%1 found").replace("%1", number(progress.found))
        left = () if progress.seconds_left is None else (self._left(progress.seconds_left),)
        return self.tr("Reading photos"), of, *left

    def _left(self, seconds: float) -> str:
        if seconds < 10:
            return self.tr("a few seconds left")
        if seconds < 90:
            return self.tr("about %1 s left").replace("%1", str(round(seconds / 10) * 10))
        minutes = round(seconds / 60)
        if minutes < 90:
            return self.tr("about %Ln minute(s) left", "", minutes)
        return self.tr("about %Ln hour(s) left", "", round(minutes / 60))

    def _toggle(self) -> None:
        (self.resume_wanted if self._is_paused else self.pause_wanted).emit()
