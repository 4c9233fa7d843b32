"""Inline messages above the photos, instead of dialogs: one line each, with what can be done about it."""

import time
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, IconLabel, button, discard, label

_ICONS = {"info": ("info", "accent_text"), "warning": ("warning", "warning"), "problem": ("warning", "problem")}


PASSING_MS = 200


class Weight(StrEnum):
    """How bad it is."""

    INFO = "info"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Offer:
    """Something the user can do about a message. `id` comes back in the signal."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Message:
    """One message. A new one with the same `key` takes the place of the old. `seconds`: goes away by itself."""

    key: str
    text: str
    weight: Weight = Weight.INFO
    offers: tuple[Offer, ...] = ()
    seconds: float | None = None


@dataclass(frozen=True, slots=True)
class _Shown:
    """A message on the screen. `until`: by `time.monotonic`; None: until it is cleared."""

    message: Message
    strip: QFrame
    until: float | None


class MessageBar(QWidget):
    """All messages there are now, the newest at the bottom.

    Signals:
        chosen: with the message's key and the offer's id.
        dismissed: with the message's key.
    """

    chosen = Signal(str, str)
    dismissed = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: dict[str, _Shown] = {}
        self._passing = QTimer(self, interval=PASSING_MS)
        self._passing.timeout.connect(self._clear_passed)
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(20, 0, 20, 8)
        self._box.setSpacing(6)
        self.hide()

    def messages(self) -> list[Message]:
        """Return what is shown."""
        return [shown.message for shown in self._shown.values()]

    def show_message(self, message: Message) -> None:
        """Show a message, or replace the one with its key."""
        if message.key in self._shown:
            old = self._shown[message.key]
            if old.message == message and message.seconds is None:
                return
            place = self._box.indexOf(old.strip)
            discard(old.strip)
        else:
            place = -1
        strip = self._strip(message)
        until = None if message.seconds is None else time.monotonic() + message.seconds
        self._shown[message.key] = _Shown(message, strip, until)
        self._box.insertWidget(place, strip)
        self.show()
        if message.seconds is not None:
            self._passing.start()

    def clear(self, key: str) -> None:
        """Take a message away."""
        if key in self._shown:
            discard(self._shown.pop(key).strip)
            self.setVisible(bool(self._shown))

    def _clear_passed(self) -> None:
        now = time.monotonic()
        passing = [shown for shown in self._shown.values() if shown.until is not None]
        for shown in passing:
            if shown.until is not None and shown.until <= now:
                self.clear(shown.message.key)
        if not passing:
            self._passing.stop()

    def _strip(self, message: Message) -> QFrame:
        strip = QFrame(self)
        strip.setObjectName("message")
        strip.setProperty("kind", str(message.weight))
        strip.setAccessibleName(message.text)
        name, colour = _ICONS[message.weight]
        box = QHBoxLayout(strip)
        box.setContentsMargins(14, 8, 8, 8)
        box.setSpacing(10)
        box.addWidget(IconLabel(self._theme, name, size=20, colour=colour))
        text = label(message.text, wrap=True)
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        box.addWidget(text, 1)
        for offer in message.offers:
            box.addWidget(self._offer_button(message.key, offer))
        close = IconButton(self._theme, "close", self.tr("Dismiss"), size=16)
        close.clicked.connect(lambda: self._dismiss(message.key))
        box.addWidget(close)
        return strip

    def _offer_button(self, key: str, offer: Offer) -> QPushButton:
        made = button(offer.text, "quiet", clicked=lambda: self.chosen.emit(key, offer.id))
        made.setObjectName(offer.id)
        return made

    def _dismiss(self, key: str) -> None:
        self.clear(key)
        self.dismissed.emit(key)
