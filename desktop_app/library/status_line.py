"""The quiet line at the bottom: how many photos, how far indexing is, pause, and the size of the tiles."""

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QFrame, QProgressBar, QSlider, QWidget

from core.values.progress import Phase, Progress
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, IconLabel, label, row

SMALLEST_PX = 96
LARGEST_PX = 400
HEIGHT = 38


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
        self._work = label("", "small")
        self._bar = QProgressBar(textVisible=False, minimum=0, maximum=1000)
        self._bar.setFixedWidth(140)
        self._bar.setAccessibleName(self.tr("Indexing"))
        self.pause_button = IconButton(theme, "pause", self.tr("Pause indexing"), size=16)
        self.pause_button.clicked.connect(self._toggle)
        self._slider = QSlider(Qt.Orientation.Horizontal)
        self._slider.setRange(SMALLEST_PX, LARGEST_PX)
        self._slider.setSingleStep(16)
        self._slider.setPageStep(32)
        self._slider.setFixedWidth(120)
        self._slider.setAccessibleName(self.tr("Thumbnail size"))
        self._slider.setToolTip(self.tr("Thumbnail size"))
        self._slider.valueChanged.connect(self.tile_px_changed)
        self.setLayout(
            row(
                self._count,
                self._bar,
                self._work,
                self.pause_button,
                1,
                IconLabel(theme, "small-tiles", size=16),
                self._slider,
                IconLabel(theme, "large-tile", size=16),
                margins=(20, 5, 20, 5),
                spacing=10,
            )
        )
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
        self._work.setText(self.describe(progress))

    def describe(self, progress: Progress) -> str:
        """Return what indexing does, in words."""
        number = QLocale().toString
        of = self.tr("%1 of %2").replace("%1", number(progress.done + progress.failed))
        of = of.replace("%2", number(progress.found))
        match progress.phase:
            case Phase.IDLE:
                return ""
            case Phase.PAUSED:
                return self.tr("Paused at %1").replace("%1", of)
            case Phase.SCANNING:
                return self.tr("Looking through folders: %1 found").replace("%1", number(progress.found))
        parts = [self.tr("Reading %1").replace("%1", of)]
        if progress.rate > 0:
            parts.append(self.tr("%1 a second").replace("%1", QLocale().toString(progress.rate, "f", 1)))
        if progress.seconds_left is not None:
            parts.append(self._left(progress.seconds_left))
        return "  ·  ".join(parts)

    def _left(self, seconds: float) -> str:
        if seconds < 50:
            return self.tr("less than a minute left")
        minutes = round(seconds / 60)
        if minutes < 90:
            return self.tr("about %Ln minute(s) left", "", max(1, minutes))
        return self.tr("about %Ln hour(s) left", "", round(minutes / 60))

    def _toggle(self) -> None:
        (self.resume_wanted if self._is_paused else self.pause_wanted).emit()
