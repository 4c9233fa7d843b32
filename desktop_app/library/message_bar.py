"""What went wrong and stays so: cards that float over the photos until it is over or closed. They move nothing."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.library.message import Message, Offer, Weight
from desktop_app.theme.theme import Theme
from desktop_app.theme.widgets import IconButton, IconLabel, button, discard, label

MOST_WIDE = 620
_ICONS = {
    Weight.INFO: ("info", "accent_text"),
    Weight.WARNING: ("warning", "warning"),
    Weight.PROBLEM: ("warning", "problem"),
}


@dataclass(frozen=True, slots=True)
class _Shown:
    message: Message
    card: QFrame


class MessageBar(QWidget):
    """All messages there are now, the newest at the bottom.

    Signals:
        chosen: with the message's key and the offer's id.
        dismissed: with the message's key.
        changed: it needs other room.
    """

    chosen = Signal(str, str)
    dismissed = Signal(str)
    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._shown: dict[str, _Shown] = {}
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(8)
        self.hide()

    def messages(self) -> list[Message]:
        """Return what is shown."""
        return [shown.message for shown in self._shown.values()]

    def show_message(self, message: Message) -> None:
        """Show a message, or replace the one with its key."""
        place = -1
        if message.key in self._shown:
            old = self._shown[message.key]
            if old.message == message:
                return
            place = self._box.indexOf(old.card)
            discard(old.card)
        card = self._card(message)
        self._shown[message.key] = _Shown(message, card)
        self._box.insertWidget(place, card)
        self.show()
        self.changed.emit()

    def height_for(self, width: int) -> int:
        """Return how high it must be to show everything."""
        return self._box.totalHeightForWidth(width)

    def clear(self, key: str) -> None:
        """Take a message away."""
        if key in self._shown:
            discard(self._shown.pop(key).card)
            self.setVisible(bool(self._shown))
            self.changed.emit()

    def _card(self, message: Message) -> QFrame:
        card = QFrame(self)
        card.setObjectName("message")
        card.setProperty("kind", str(message.weight))
        card.setAccessibleName(message.text)
        name, colour = _ICONS[message.weight]
        box = QHBoxLayout(card)
        box.setContentsMargins(14, 6, 6, 6)
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
        return card

    def _offer_button(self, key: str, offer: Offer) -> QPushButton:
        made = button(offer.text, "quiet", clicked=lambda: self.chosen.emit(key, offer.id))
        made.setObjectName(offer.id)
        return made

    def _dismiss(self, key: str) -> None:
        self.clear(key)
        self.dismissed.emit(key)
