"""One folder on the first page: whether to add it, how much is in it, and what some of that looks like."""

import threading
from pathlib import Path, PurePath

from PySide6.QtCore import QLocale, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QImage, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QFrame, QWidget

from core.values.paths import shown
from desktop_app.backend.tasks import TaskRunner
from desktop_app.library.folder_survey import PREVIEW_HEIGHT, Survey, survey
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import ElidedLabel, IconLabel, column, label, row

GAP = 4
RADIUS = 4


class FolderCard(QFrame):
    """Looks through a folder while it is shown.

    Signals:
        changed: more was found, or the user wants it or no longer.

    Attributes:
        folder: the path.
        found: what is in it, as far as is known.
        check: whether it is to be added.
    """

    changed = Signal()

    def __init__(self, theme: Theme, tasks: TaskRunner, folder: str) -> None:
        super().__init__()
        self.folder = folder
        self.found = Survey()
        self._stopped = threading.Event()
        self.setObjectName("card")
        self.setProperty("outlined", True)
        self.check = QCheckBox()
        self.check.setChecked(True)
        name = shown(PurePath(folder).name or folder)
        self.check.setAccessibleName(name)
        self.check.toggled.connect(self.changed)
        self._count = label(self.tr("Looking…"), "bold")
        self._size = label("", "small")
        self._strip = _Strip()
        names = column(label(name, "bold"), ElidedLabel(_below_home(folder), "small"), spacing=0)
        counts = column(spacing=0)
        for part in (self._count, self._size):
            counts.addWidget(part, 0, Qt.AlignmentFlag.AlignRight)
        head = row(self.check, IconLabel(theme, "folder", colour="text"), spacing=12)
        head.addLayout(names, 1)
        head.addLayout(counts)
        whole = column(spacing=10, margins=(16, 12, 16, 16))
        whole.addLayout(head)
        strip = row(self._strip, margins=(30, 0, 0, 0))
        whole.addLayout(strip)
        self.setLayout(whole)
        tasks.closed.connect(self.stop)
        tasks.run(
            lambda: survey(
                folder,
                lambda found: tasks.post(lambda: self._show(found)),
                lambda image: tasks.post(lambda: self._strip.add(image)),
                self._stopped.is_set,
            ),
            self._show,
        )

    @property
    def is_wanted(self) -> bool:
        """Whether it is to be added."""
        return self.check.isChecked()

    def stop(self) -> None:
        """Look no further."""
        self._stopped.set()

    def _show(self, found: Survey) -> None:
        self.found = found
        locale = QLocale()
        if found.done:
            photos, videos = self.tr("%Ln photo(s)", "", found.photos), self.tr("%Ln video(s)", "", found.videos)
            self._count.setText(f"{photos}, {videos}" if found.videos else photos)
            self._size.setText(
                locale.formattedDataSize(found.size, 0, QLocale.DataSizeFormat.DataSizeTraditionalFormat)
            )
        else:
            self._count.setText(self.tr("%1 so far…").replace("%1", locale.toString(found.files)))
        self.changed.emit()


class _Strip(QWidget):
    """Some photos side by side, as many as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._images: list[QImage] = []
        self.hide()

    def add(self, image: QImage) -> None:
        """Show one more."""
        self._images.append(image)
        self.show()
        self.update()

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(400, PREVIEW_HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(100, PREVIEW_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        left = 0.0
        for image in self._images:
            width = PREVIEW_HEIGHT * image.width() / image.height()
            room = self.width() - left
            if room < width / 2:
                break
            # The last one is cut off where there is not quite room for it.
            box = QRectF(left, 0, min(width, room), PREVIEW_HEIGHT)
            path = QPainterPath()
            path.addRoundedRect(box, RADIUS, RADIUS)
            painter.setClipPath(path)
            painter.drawImage(QRectF(left, 0, width, PREVIEW_HEIGHT), image)
            left += width + GAP


def _below_home(folder: str) -> str:
    """Return a path as people say it: from their own folder on."""
    try:
        return shown(PurePath("~") / PurePath(folder).relative_to(Path.home()))
    except ValueError:
        return shown(folder)
