"""Turns what happens to the engine, the model and the folders into messages, and clears them when it is over."""

from pathlib import Path, PurePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.engine.client import EngineExited
from core.engine.protocol import Failure, ModelStatus, Notice
from core.values.paths import shown
from desktop_app.backend.catalog import CatalogLink
from desktop_app.backend.engine import EngineLink
from desktop_app.backend.undo import Undo
from desktop_app.library.message import Message, Offer, Weight
from desktop_app.library.message_bar import MessageBar
from desktop_app.library.overview import Overview
from desktop_app.library.toast import Toast

if TYPE_CHECKING:
    from core.catalog.reader import RootRow
    from core.catalog.roots import RemovalEffect

ENGINE = "engine"
MODEL = "model"
REMOVE = "remove"
OFFLINE = "offline:"


class LibraryMessages(QObject):
    """Says what happens in passing by the toast, and what stays so by the message bar.

    Signals:
        restart_wanted: the engine is to be started again.
        rescan_wanted: with a root id.
        removed: with the root id of a folder the user has confirmed to remove.
        settings_wanted: the user wants to see the settings.
    """

    restart_wanted = Signal()
    rescan_wanted = Signal(int)
    removed = Signal(int)
    settings_wanted = Signal()

    def __init__(self, bar: MessageBar, toast: Toast, catalog: CatalogLink, engine: EngineLink, undo: Undo) -> None:
        super().__init__(bar)
        self._bar = bar
        self._toast = toast
        self._undo = undo
        self._waved_off: set[str] = set()
        self._offline: set[str] = set()
        bar.chosen.connect(self._chosen)
        bar.dismissed.connect(self._waved_off.add)
        catalog.failed.connect(lambda text: self.problem("catalog", text))
        catalog.opened.connect(lambda: bar.clear("catalog"))
        engine.failed.connect(lambda text: self.problem("request", text))
        engine.gone.connect(self._engine_gone)
        engine.ready.connect(lambda: bar.clear(ENGINE))
        engine.open_failed.connect(self._open_failed)
        engine.model_changed.connect(self._model_changed)
        engine.notice.connect(self._notice)

    def say(self, text: str) -> None:
        """Say something that needs no answer and goes away by itself."""
        self._toast.say(text)

    def say_done(self, text: str) -> None:
        """Say what was changed, and offer to undo it."""
        self._toast.say(text, self._undo.take_back)

    def problem(self, key: str, text: str) -> None:
        """Say what went wrong."""
        self._bar.show_message(Message(key, text, Weight.PROBLEM))

    def warn(self, key: str, text: str) -> None:
        """Say what is not quite right; with an empty text, take it back."""
        if text:
            self._bar.show_message(Message(key, text, Weight.WARNING))
        else:
            self._bar.clear(key)

    def crashed(self, report: Path) -> None:
        """Say that the window has a bug."""
        text = self.tr("Something went wrong in the program itself. It goes on; what happened is written in %1.")
        self.problem("crash", text.replace("%1", shown(report)))

    def confirm_removal(self, root: "RootRow", effect: "RemovalEffect") -> None:
        """Ask whether a folder is really to be removed, and say what goes with it."""
        text = self.tr(
            "Remove “%1” from Eidetic? %Ln photo(s) leave the library. No file is deleted.", "", effect.photos
        )
        parts = [
            self.tr("%Ln favourite(s)", "", effect.favourites) if effect.favourites else "",
            self.tr("%Ln rating(s)", "", effect.ratings) if effect.ratings else "",
            self.tr("%Ln tag(s)", "", effect.tags) if effect.tags else "",
        ]
        said = ", ".join(part for part in parts if part)
        if said:
            text += " " + self.tr("Your %2 are kept and return if you add the folder again.").replace("%2", said)
        self._bar.show_message(
            Message(
                f"{REMOVE}:{root.root_id}",
                text.replace("%1", _name(root)),
                Weight.WARNING,
                (Offer("remove", self.tr("Remove")), Offer("keep", self.tr("Keep"))),
            )
        )

    def removed_folder(self, path: str) -> None:
        """Say that a folder was removed, and offer to take that back."""
        text = self.tr("“%1” was removed from Eidetic.").replace("%1", shown(PurePath(path).name or path))
        self.say_done(text)

    def show_overview(self, overview: Overview) -> None:
        """Say which folders cannot be reached now."""
        offline = {f"{OFFLINE}{root.root_id}": root for root in overview.roots if root.offline}
        for key in self._offline - set(offline):
            self._bar.clear(key)
            self._waved_off.discard(key)
        self._offline = set(offline)
        for key, root in offline.items():
            if key not in self._waved_off:
                text = self.tr("The folder “%1” cannot be reached: %2 Its photos stay and can be searched.")
                reason = (root.offline or "").rstrip(".") + "."
                self._bar.show_message(
                    Message(
                        key,
                        text.replace("%1", _name(root)).replace("%2", reason),
                        Weight.WARNING,
                        (Offer("look", self.tr("Look again")),),
                    )
                )

    def _engine_gone(self, gone: EngineExited) -> None:
        if gone.restart_in is not None:
            text = self.tr(
                "The part that indexes and searches stopped and is being started again. Nothing is lost; "
                "you can go on looking at your photos."
            )
            self._bar.show_message(Message(ENGINE, text, Weight.WARNING))
        elif gone.reason is None:
            text = self.tr("The part that indexes and searches stopped several times. Nothing is lost.")
            self._offer_restart(text)

    def _open_failed(self, failure: Failure) -> None:
        text = failure.message
        if not failure.expected:
            text = self.tr("The library cannot be opened because of a bug: %1").replace(
                "%1", failure.message or failure.kind
            )
        self._offer_restart(text)

    def _offer_restart(self, text: str) -> None:
        offer = Offer("restart", self.tr("Try again"))
        self._bar.show_message(Message(ENGINE, text, Weight.PROBLEM, (offer,)))

    def _model_changed(self, status: ModelStatus) -> None:
        if status.problem is None:
            self._bar.clear(MODEL)
            return
        text = self.tr("Searching by meaning is not possible now: %1").replace("%1", status.problem)
        self._bar.show_message(Message(MODEL, text, Weight.WARNING, (Offer("settings", self.tr("Settings")),)))

    def _notice(self, notice: Notice) -> None:
        if not notice.is_problem:
            self._toast.say(notice.text)
        elif notice.text not in self._waved_off:
            self._bar.show_message(Message(notice.text, notice.text, Weight.WARNING))

    def _chosen(self, key: str, offer: str) -> None:
        match offer:
            case "restart":
                self._bar.clear(key)
                self.restart_wanted.emit()
            case "settings":
                self.settings_wanted.emit()
            case "look":
                self.rescan_wanted.emit(int(key.removeprefix(OFFLINE)))
            case "remove":
                self._bar.clear(key)
                self.removed.emit(int(key.partition(":")[2]))
            case _:
                self._bar.clear(key)


def _name(root: "RootRow") -> str:
    return shown(PurePath(root.path).name or root.path)
