"""Plays a video in the viewer: QtMultimedia decodes, the canvas draws the frames.

QtMultimedia is imported with the first video: it takes longer to load than the rest of the window.
"""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, QSizeF, Qt, QUrl, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.grid.marks import clock
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import label
from desktop_app.viewer.controls import ViewerButton

if TYPE_CHECKING:
    from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer, QVideoFrame

STEP_MS = 5000
"""How far a key jumps."""
_HALF_TURN = 180
_TRACK = QColor("#3b4045")
_DONE = QColor("#3fb8ac")
_MARK = QColor("#f5b83d")
_KNOB = QColor("#e9ebed")


class VideoPlayer(QObject):
    """One player for one video after the other; silent videos have no sound button.

    Signals:
        frame: with a function that draws a frame into a box, and its size.
        moved: with the position in milliseconds.
        playing_changed: with whether it plays.
        length_known: with milliseconds.
        failed: with why it cannot be played.
    """

    frame = Signal(object, QSizeF)
    moved = Signal(int)
    playing_changed = Signal(bool)
    length_known = Signal(int)
    failed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._player: QMediaPlayer | None = None
        self._audio: QAudioOutput | None = None
        self._start_ms: int | None = None

    @property
    def is_open(self) -> bool:
        """Whether there is a video in it."""
        return self._player is not None

    @property
    def is_playing(self) -> bool:
        return self._player is not None and self._player.isPlaying()

    @property
    def position_ms(self) -> int:
        return 0 if self._player is None else self._player.position()

    @property
    def is_muted(self) -> bool:
        return self._audio is None or self._audio.isMuted()

    def open(self, path: str, start_ms: int = 0) -> None:
        """Take a video and show its picture at a moment; it does not play yet."""
        from PySide6.QtMultimedia import QMediaPlayer, QVideoSink

        self.close()
        player, sink = QMediaPlayer(self), QVideoSink(self)
        self._player, self._start_ms = player, start_ms
        player.setVideoSink(sink)
        sink.videoFrameChanged.connect(self._show_frame)
        player.positionChanged.connect(self.moved.emit)
        player.durationChanged.connect(self.length_known.emit)
        player.playingChanged.connect(self.playing_changed)
        player.mediaStatusChanged.connect(self._status_changed)
        player.errorOccurred.connect(lambda _error, text: self.failed.emit(text))
        player.setSource(QUrl.fromLocalFile(path))

    def toggle(self) -> None:
        """Play or pause; from the beginning again at its end."""
        if self._player is None:
            return
        if self._player.isPlaying():
            self._player.pause()
            return
        from PySide6.QtMultimedia import QAudioOutput, QMediaPlayer

        if self._audio is None:
            # Made with the first sound that is wanted: a machine without any has nothing to say of it.
            self._audio = QAudioOutput(self)
            self._player.setAudioOutput(self._audio)
        if self._player.mediaStatus() is QMediaPlayer.MediaStatus.EndOfMedia:
            self._player.setPosition(0)
        self._player.play()

    def seek(self, position_ms: int) -> None:
        """Go to a moment."""
        if self._player is not None:
            self._player.setPosition(max(0, min(position_ms, self._player.duration())))

    def set_muted(self, muted: bool) -> None:
        """Turn the sound off or on."""
        if self._audio is not None:
            self._audio.setMuted(muted)

    def close(self) -> None:
        """Let go of the file."""
        if self._player is not None:
            player, self._player, self._audio = self._player, None, None
            player.stop()
            player.setSource(QUrl())
            player.deleteLater()

    def _show_frame(self, frame: "QVideoFrame") -> None:
        if frame.isValid():
            size = QSizeF(frame.size())
            if frame.rotation().value % _HALF_TURN:
                size.transpose()
            self.frame.emit(partial(_draw, frame), size)

    def _status_changed(self, status: "QMediaPlayer.MediaStatus") -> None:
        from PySide6.QtMultimedia import QMediaPlayer

        if status is QMediaPlayer.MediaStatus.LoadedMedia and self._player is not None and self._start_ms is not None:
            # Paused at the moment that was found, so that its picture is seen. `pause` tells of loaded media again.
            start, self._start_ms = self._start_ms, None
            self._player.pause()
            self._player.setPosition(start)


def _draw(frame: "QVideoFrame", painter: QPainter, box: QRectF) -> None:
    from PySide6.QtMultimedia import QVideoFrame

    frame.paint(painter, box, QVideoFrame.PaintOptions())


class TimeBar(QWidget):
    """Where a video is: dragged to go elsewhere; the moments that were found are marked.

    Signals:
        sought: with milliseconds.
    """

    sought = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._length = self._position = 0
        self._moments: Sequence[int] = ()
        self.setFixedHeight(28)
        self.setMinimumWidth(120)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Time"))

    def show_length(self, length_ms: int, moments: Sequence[int] = ()) -> None:
        """Show a video of this length."""
        self._length, self._moments = length_ms, moments or self._moments
        self.update()

    def mark(self, moments: Sequence[int]) -> None:
        """Mark the moments that were found."""
        self._moments = moments
        self.update()

    def show_position(self, position_ms: int) -> None:
        """Show how far it is."""
        self._position = position_ms
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._seek(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._seek(event)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        track = self._track()
        done = QRectF(track.topLeft(), track.size())
        done.setWidth(track.width() * self._share(self._position))
        for box, colour in ((track, _TRACK), (done, _DONE)):
            painter.setBrush(colour)
            painter.drawRoundedRect(box, 2, 2)
        painter.setBrush(_MARK)
        for moment in self._moments:
            painter.drawRect(QRectF(track.left() + track.width() * self._share(moment) - 1, track.top() - 4, 3, 12))
        painter.setBrush(_KNOB)
        painter.drawEllipse(QPointF(done.right(), track.center().y()), 6, 6)

    def _track(self) -> QRectF:
        return QRectF(8, self.height() / 2 - 2, self.width() - 16, 4)

    def _share(self, moment: int) -> float:
        return min(1.0, moment / self._length) if self._length else 0.0

    def _seek(self, event: QMouseEvent) -> None:
        track = self._track()
        share = (event.position().x() - track.left()) / max(1.0, track.width())
        self.sought.emit(round(self._length * min(1.0, max(0.0, share))))


class VideoControls(QWidget):
    """Play, time bar, time, sound.

    Attributes:
        bar: the time bar.
    """

    def __init__(self, theme: Theme, player: VideoPlayer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._player = player
        self._length = 0
        self.setObjectName("viewerBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._play = ViewerButton(theme, "play", self.tr("Play (Space)"))
        self.bar = TimeBar()
        self._time: QLabel = label("0:00", "small")
        self._sound = ViewerButton(theme, "sound", self.tr("Sound off (M)"), checkable=True)
        box = QHBoxLayout(self)
        box.setContentsMargins(6, 2, 10, 2)
        for part in (self._play, self.bar, self._time, self._sound):
            box.addWidget(part, 1 if part is self.bar else 0)
        self._play.clicked.connect(player.toggle)
        self._sound.toggled.connect(player.set_muted)
        self.bar.sought.connect(player.seek)
        player.moved.connect(self._show_position)
        player.length_known.connect(self._show_length)
        player.playing_changed.connect(self._show_playing)

    def toggle_sound(self) -> None:
        """Turn the sound off or on."""
        self._sound.toggle()

    def _show_position(self, position_ms: int) -> None:
        self.bar.show_position(position_ms)
        self._time.setText(f"{clock(position_ms)} / {clock(self._length)}")

    def _show_length(self, length_ms: int) -> None:
        self._length = length_ms
        self.bar.show_length(length_ms)
        self._show_position(self._player.position_ms)

    def _show_playing(self, playing: bool) -> None:
        self._play.set_icon("pause" if playing else "play")
        self._play.set_text(self.tr("Pause (Space)") if playing else self.tr("Play (Space)"))
