"""What may be dropped on the window: folders to add, pictures to search by. Says so while they are held over it."""

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QColor, QDragEnterEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from desktop_app.library.controller import LibraryController
from desktop_app.navigation.navigator import Navigator
from desktop_app.navigation.view import Page
from desktop_app.search import examples
from desktop_app.search.controller import SearchController
from desktop_app.theme.theme import Theme

FRAME = 2
RADIUS = 8.0


class DropHint(QWidget):
    """A frame over the window and one line in its middle: what a drop would do."""

    def __init__(self, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._theme = theme
        self.text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def say(self, text: str) -> None:
        """Show it with this line."""
        self.text = text
        window = self.parentWidget()
        if window is not None:
            self.setGeometry(window.rect())
        self.show()
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        colours = self._theme.colours
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(colours.accent), FRAME))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 5, -5, -5), RADIUS, RADIUS)
        painter.setFont(self._theme.font("section", bold=True))
        width = painter.fontMetrics().horizontalAdvance(self.text) + 48
        box = QRectF((self.width() - width) / 2, self.height() / 2 - 28, width, 56)
        painter.setPen(QPen(QColor(colours.accent), 1))
        painter.setBrush(QColor(colours.raised))
        painter.drawRoundedRect(box, 10, 10)
        painter.setPen(QColor(colours.text))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, self.text)


class DropTarget(QObject):
    """Takes what is dropped on a window.

    Attributes:
        hint: what is shown meanwhile.
    """

    def __init__(
        self, window: QWidget, theme: Theme, library: LibraryController, search: SearchController, navigator: Navigator
    ) -> None:
        super().__init__(window)
        self._library = library
        self._search = search
        self._navigator = navigator
        self.hint = DropHint(theme, window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        # A QDragMoveEvent is a QDropEvent too, and so is what comes first.
        if isinstance(event, QDragEnterEvent) and event.type() is QEvent.Type.DragEnter:
            text = self._what(event)
            if text:
                event.acceptProposedAction()
                self.hint.say(text)
            return True
        if event.type() is QEvent.Type.DragLeave:
            self.hint.hide()
            return True
        if isinstance(event, QDropEvent) and event.type() is QEvent.Type.Drop:
            self.hint.hide()
            event.acceptProposedAction()
            self._drop(event)
            return True
        return False

    def _what(self, event: QDropEvent) -> str:
        """Return what a drop would do, in words; empty where it would do nothing."""
        folders = examples.folders_of(event.mimeData())
        if folders:
            return self.tr("Add this folder") if len(folders) == 1 else self.tr("Add these folders")
        if self._navigator.view.page is not Page.WELCOME and examples.has_picture(event.mimeData()):
            return self.tr("Search by this picture")
        return ""

    def _drop(self, event: QDropEvent) -> None:
        folders = examples.folders_of(event.mimeData())
        for folder in folders:
            self._library.take_folder(folder)
        if folders or self._navigator.view.page is Page.WELCOME:
            return
        if self._search.add_mime(event.mimeData()):
            self._navigator.to_photos()
        else:
            self._library.messages.say(self.tr("That is no picture to search with, and no folder."))
