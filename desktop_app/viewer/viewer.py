"""One photo over the whole window, on black: zoom, pan, the next and the one before, video, full screen, by keys.

Shows what it is given and says what is wanted by signals; `controller` couples it with the library.
"""

from collections.abc import Sequence
from importlib.resources import files
from math import log
from pathlib import PurePath
from string import Template
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, QSizeF, Qt, QTimer, Signal
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from core.values.paths import shown
from core.values.photo import MediaKind, PhotoId
from desktop_app.details.details_panel import DetailsPanel
from desktop_app.theme.colours import DARK
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import label
from desktop_app.viewer.controls import KeyHints, ViewerButton, ZoomBar
from desktop_app.viewer.filmstrip import Filmstrip
from desktop_app.viewer.message import ViewerMessage
from desktop_app.viewer.picture_canvas import CANVAS, STEP, PictureCanvas
from desktop_app.viewer.picture_loader import LoadedPicture
from desktop_app.viewer.video_player import STEP_MS, VideoControls, VideoPlayer
from desktop_app.viewer.view_transform import LARGEST_SCALE

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow

MOST_STARS = 5
HIDE_AFTER_MS = 2000
SLIDE_MS = 4000
_ROOM_FOR_STRIPS = 560
"""In a lower window the strips and hints give way to the picture."""


class Viewer(QWidget):
    """Shows one photo large.

    Signals:
        closed: the user goes back to the photos.
        step_wanted: with how many photos on, or back.
        photo_wanted: with a `PhotoId` of one of the strips.
        around_wanted: photos that look like this one are to be shown, or (False) the hits again.
        whole_wanted: it is zoomed in so far that every pixel counts.
        action_wanted: with the name of an action for this photo: favourite, tag, similar, open, show, copy, trash.
        rating_wanted: with 0 to 5.
        menu_wanted: with a position on the screen.
        retry_wanted: the file is to be read again.
        info_toggled: with whether the information is seen.

    Attributes:
        canvas, zoom_bar, strip, around, info, player: its parts.
    """

    closed = Signal()
    step_wanted = Signal(int)
    photo_wanted = Signal(object)
    around_wanted = Signal(bool)
    whole_wanted = Signal()
    action_wanted = Signal(str)
    rating_wanted = Signal(int)
    menu_wanted = Signal(QPoint)
    retry_wanted = Signal()
    info_toggled = Signal(bool)

    def __init__(self, theme: Theme, strip: Filmstrip, around: Filmstrip, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._row: PhotoRow | None = None
        self._is_sharp = self._is_whole = False
        self._slides = QTimer(self, interval=SLIDE_MS)
        self._hide_controls = QTimer(self, interval=HIDE_AFTER_MS, singleShot=True)
        self.canvas = PictureCanvas(self)
        self.player = VideoPlayer(self)
        self.strip, self.around = strip, around
        self.info = DetailsPanel(theme, self)
        self.zoom_bar = ZoomBar(theme, self.canvas)
        self._controls = VideoControls(theme, self.player, self.canvas)
        self._message = ViewerMessage(self.canvas)
        self._title = label("", "")
        self._subtitle = label("", "small")
        self._build()
        self._connect()
        style = files("resources").joinpath("styles", "viewer.qss").read_text("utf-8")
        self.setStyleSheet(Template(style).substitute(DARK.tokens()))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(self.tr("Viewer"))
        self.info.hide()
        self.hide()

    @property
    def photo_id(self) -> PhotoId | None:
        """The photo that is shown."""
        return None if self._row is None else self._row.photo_id

    @property
    def is_sharp(self) -> bool:
        """Whether the file itself is seen; before that, it is the thumbnail."""
        return self._is_sharp

    @property
    def failure(self) -> str:
        """Why the file cannot be seen; empty when it can, or is not read yet."""
        return self._message.text if self._message.isVisible() else ""

    @property
    def title(self) -> str:
        """What stands above the picture."""
        return self._title.text()

    def show_photo(self, row: "PhotoRow", title: str, subtitle: str) -> None:
        """Show another photo. Its picture comes by `show_picture`."""
        self.player.close()
        self.canvas.show_nothing()
        self._message.hide()
        self._is_sharp = self._is_whole = False
        self._row = row
        self._title.setText(title)
        self._subtitle.setText(subtitle)
        self.setAccessibleDescription(f"{shown(PurePath(row.path).name)}, {title}")
        is_video = row.kind is MediaKind.VIDEO
        self._controls.setVisible(is_video and row.offline is None)
        self.zoom_bar.setVisible(not is_video)
        self.update_row(row)
        if not self.isVisible():
            self.show()
            self.raise_()
        self._place_overlays()

    def play_video(self, moments: Sequence[int] = ()) -> None:
        """Open the video of the photo at the first of the moments that were found."""
        if self._row is not None:
            self._controls.bar.mark(moments)
            self.player.open(self._row.path, moments[0] if moments else 0)

    def show_picture(self, photo_id: PhotoId, picture: LoadedPicture) -> None:
        """Show a picture of the photo, unless another is seen by now."""
        if photo_id != self.photo_id or self.player.is_playing:
            return
        self._is_sharp = picture.longest > 0
        self._is_whole = self._is_sharp and picture.is_whole
        if self._is_sharp:
            self._message.hide()
        self.canvas.show_image(picture.image, picture.full)
        self._show_zoom()

    def show_failure(self, photo_id: PhotoId, reason: str) -> None:
        """Say why the file cannot be seen; its thumbnail stays."""
        if photo_id == self.photo_id:
            self._message.say(reason)
            self._place_overlays()

    def update_row(self, row: "PhotoRow") -> None:
        """Show that something about the same photo changed."""
        if row.photo_id == self.photo_id:
            self._row = row
            self._heart.set_icon("heart-full" if row.favourite else "heart", DARK.heart if row.favourite else DARK.text)
            self._heart.set_text(self.tr("No longer a favourite (H)") if row.favourite else self.tr("Favourite (H)"))

    def close_viewer(self) -> None:
        """Go back to the photos."""
        self._slides.stop()
        self.leave_full_screen()
        self.player.close()
        self.canvas.show_nothing()
        self._row = None
        self.hide()
        self.closed.emit()

    def show_info(self, visible: bool) -> None:
        """Show or hide what is known about the photo."""
        self._info_button.setChecked(visible)
        self.info.setVisible(visible)
        self.info_toggled.emit(visible)

    def toggle_full_screen(self) -> None:
        """Show the picture on the whole screen, or in the window again."""
        window = self.window()
        if window.isFullScreen():
            self.leave_full_screen()
        else:
            window.showFullScreen()
            self._show_chrome(False)

    def leave_full_screen(self) -> None:
        """Show it in the window again."""
        if self.window().isFullScreen():
            self.window().showNormal()
        self._show_chrome(True)

    def toggle_slides(self) -> None:
        """Go on by itself every few seconds, or stop."""
        if self._slides.isActive():
            self._slides.stop()
        else:
            self._slides.start()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.modifiers() & (Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier):
            event.ignore()
        else:
            self._press(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        self._moved()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:  # noqa: N802
        self.menu_wanted.emit(event.globalPos())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._show_strips()
        self._place_overlays()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        QPainter(self).fillRect(event.rect(), CANVAS)

    def eventFilter(self, watched: object, event: QEvent) -> bool:  # noqa: N802
        if watched is self.canvas and event.type() == QEvent.Type.MouseMove:
            self._moved()
        if watched is self.canvas and event.type() == QEvent.Type.Resize:
            QTimer.singleShot(0, self, self._place_overlays)
        return False

    def _press(self, event: QKeyEvent) -> None:  # noqa: PLR0912
        key = Qt.Key
        is_video = self._row is not None and self._row.kind is MediaKind.VIDEO
        match event.key():
            case key.Key_Escape if self.window().isFullScreen():
                self.leave_full_screen()
            case key.Key_Escape | key.Key_Backspace:
                self.close_viewer()
            case key.Key_Space if is_video:
                self.player.toggle()
            case key.Key_Space | key.Key_Return | key.Key_Enter:
                self.close_viewer()
            case key.Key_Left if is_video and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.player.seek(self.player.position_ms - STEP_MS)
            case key.Key_Right if is_video and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
                self.player.seek(self.player.position_ms + STEP_MS)
            case key.Key_Left | key.Key_PageUp:
                self.step_wanted.emit(-1)
            case key.Key_Right | key.Key_PageDown:
                self.step_wanted.emit(1)
            case key.Key_Down:
                self.around_wanted.emit(True)
            case key.Key_Up:
                self.around_wanted.emit(False)
            case key.Key_Plus | key.Key_Equal:
                self.canvas.zoom(STEP)
            case key.Key_Minus:
                self.canvas.zoom(1 / STEP)
            case key.Key_Z:
                self.canvas.toggle_actual_size()
            case key.Key_F | key.Key_F11:
                self.toggle_full_screen()
            case key.Key_I:
                self.show_info(not self.info.isVisible())
            case key.Key_R:
                self.canvas.turn()
            case key.Key_M if is_video:
                self._controls.toggle_sound()
            case key.Key_P:
                self.toggle_slides()
            case code if key.Key_0 <= code <= key.Key_5:
                self.rating_wanted.emit(code - key.Key_0)
            case code if code in _ACTIONS:
                self.action_wanted.emit(_ACTIONS[key(code)])
            case key.Key_Tab | key.Key_Backtab:
                event.ignore()
            case _:
                # Bare keys belong to what is seen: nothing is typed into the search box behind it.
                event.setAccepted(bool(event.text()))

    def _build(self) -> None:
        theme, tr = self._theme, self.tr
        back = ViewerButton(theme, "previous", tr("Back to the photos (Esc)"), self.close_viewer)
        self._heart = ViewerButton(theme, "heart", tr("Favourite (H)"), lambda: self.action_wanted.emit("favourite"))
        similar = ViewerButton(theme, "similar", tr("Find similar (S)"), lambda: self.action_wanted.emit("similar"))
        turn = ViewerButton(theme, "rotate", tr("Turn, here only (R)"), self.canvas.turn)
        slides = ViewerButton(theme, "play", tr("Slideshow (P)"), self.toggle_slides)
        self._info_button = ViewerButton(theme, "info", tr("Information (I)"), checkable=True)
        self._info_button.toggled.connect(self.show_info)
        trash = ViewerButton(theme, "trash", tr("Move to the trash (Delete)"), lambda: self.action_wanted.emit("trash"))
        full = ViewerButton(theme, "full-screen", tr("Full screen (F)"), self.toggle_full_screen)
        self._previous = ViewerButton(theme, "previous", tr("The one before (←)"), lambda: self.step_wanted.emit(-1))
        self._next = ViewerButton(theme, "next", tr("The next (→)"), lambda: self.step_wanted.emit(1))
        for arrow in (self._previous, self._next):
            arrow.setParent(self.canvas)
            arrow.setProperty("floating", True)
        self._title.setObjectName("viewerTitle")
        self._subtitle.setObjectName("viewerHint")
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self._title)
        names.addWidget(self._subtitle)
        self._top = QWidget()
        top = QHBoxLayout(self._top)
        top.setContentsMargins(16, 8, 16, 8)
        top.addWidget(back)
        top.addSpacing(8)
        top.addLayout(names, 1)
        for part in (self._heart, similar, turn, slides, trash, self._info_button, full):
            top.addWidget(part)
        self._hints = KeyHints(
            [
                ("← →", tr("next")),
                ("↑ ↓", tr("look around")),
                ("Z", tr("100 %")),
                ("F", tr("full screen")),
                ("H", tr("favourite")),
                ("0–5", tr("rate")),
                ("I", tr("info")),
                ("Del", tr("trash")),
                ("Esc", tr("close")),
            ]
        )
        left = QVBoxLayout()
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(0)
        left.addWidget(self._top)
        left.addWidget(self.canvas, 1)
        for lower in (self.strip, self.around, self._hints):
            left.addWidget(lower)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        whole.addWidget(self.info)
        self.canvas.installEventFilter(self)
        self.setMouseTracking(True)

    def _connect(self) -> None:
        self.canvas.zoomed.connect(self._zoom_changed)
        self.zoom_bar.stepped.connect(lambda steps: self.canvas.zoom(STEP**steps))
        self.zoom_bar.slid.connect(self._slide_zoom)
        self.zoom_bar.fit_wanted.connect(self.canvas.fit)
        self.strip.chosen.connect(self.photo_wanted)
        self.around.chosen.connect(self.photo_wanted)
        self.player.frame.connect(self.canvas.show_frame)
        self.player.failed.connect(self._video_failed)
        self._message.retry.clicked.connect(self.retry_wanted)
        self._message.show_file.clicked.connect(lambda: self.action_wanted.emit("show"))
        self._slides.timeout.connect(lambda: self.step_wanted.emit(1))
        self._hide_controls.timeout.connect(self._fade)
        self.canvas.tapped.connect(self._tapped)

    def _tapped(self) -> None:
        self.setFocus()
        if self.player.is_open:
            self.player.toggle()

    def _video_failed(self, reason: str) -> None:
        if self.photo_id is not None:
            self.show_failure(self.photo_id, self.tr("This video cannot be played here: %1").replace("%1", reason))

    def _show_zoom(self) -> None:
        view = self.canvas.view
        span = LARGEST_SCALE / view.fit_scale
        share = 0.0 if span <= 1 else _log(view.effective_scale / view.fit_scale, span)
        self.zoom_bar.show_scale(self.canvas.scale, share)

    def _zoom_changed(self) -> None:
        self._show_zoom()
        if not self.canvas.view.is_fitted and not self._is_whole:
            self.whole_wanted.emit()

    def _slide_zoom(self, share: float) -> None:
        view = self.canvas.view
        self.canvas.zoom_to(view.fit_scale * (LARGEST_SCALE / view.fit_scale) ** share)

    def _place_overlays(self) -> None:
        canvas = self.canvas.rect()
        middle = canvas.center().y() - self._next.height() // 2
        self._previous.move(8, middle)
        self._next.move(canvas.width() - self._next.width() - 8, middle)
        self.zoom_bar.adjustSize()
        self.zoom_bar.move(canvas.width() - self.zoom_bar.width() - 56, canvas.height() - self.zoom_bar.height() - 12)
        width = min(560, canvas.width() - 112)
        self._controls.resize(width, self._controls.sizeHint().height())
        self._controls.move((canvas.width() - width) // 2, canvas.height() - self._controls.height() - 12)
        self._message.setMaximumWidth(max(200, canvas.width() - 120))
        self._message.adjustSize()
        self._message.move(canvas.center() - self._message.rect().center())

    def _show_strips(self) -> None:
        roomy = self.height() >= _ROOM_FOR_STRIPS and not self.window().isFullScreen()
        self.strip.setVisible(roomy and len(self.strip.ids) > 1)
        self.around.setVisible(roomy and len(self.around.ids) > 0)
        self._hints.setVisible(roomy)

    def show_strips(self) -> None:
        """Show those strips that have photos, where there is room."""
        self._show_strips()

    def _show_chrome(self, visible: bool) -> None:
        self._top.setVisible(visible)
        self._show_strips()
        if visible:
            self._hide_controls.stop()
            self._show_overlays(True)
            self.unsetCursor()
        else:
            self._hide_controls.start()

    def _moved(self) -> None:
        if self.window().isFullScreen():
            self._top.setVisible(True)
            self._show_overlays(True)
            self.unsetCursor()
            self._hide_controls.start()

    def _fade(self) -> None:
        """In full screen, leave nothing but the picture once the mouse rests."""
        if self.window().isFullScreen():
            self._top.setVisible(False)
            self._show_overlays(False)
            self.setCursor(Qt.CursorShape.BlankCursor)

    def _show_overlays(self, visible: bool) -> None:
        is_video = self._row is not None and self._row.kind is MediaKind.VIDEO
        self._previous.setVisible(visible)
        self._next.setVisible(visible)
        self.zoom_bar.setVisible(visible and not is_video)
        self._controls.setVisible(visible and is_video)

    def needed_px(self) -> int:
        """Return the longer side, in device pixels, of a picture that is sharp when fitted."""
        size = QSizeF(self.canvas.size()) * self.devicePixelRatioF()
        return max(640, round(max(size.width(), size.height())))


_ACTIONS = {
    Qt.Key.Key_H: "favourite",
    Qt.Key.Key_T: "tag",
    Qt.Key.Key_S: "similar",
    Qt.Key.Key_O: "open",
    Qt.Key.Key_Delete: "trash",
}


def _log(value: float, base: float) -> float:
    return max(0.0, min(1.0, log(max(value, 1.0)) / log(base)))
