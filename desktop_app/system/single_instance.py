"""One window for one library: a second start hands what it was to open to the first and ends."""

import hashlib
import json

from PySide6.QtCore import QObject, Signal
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from core.settings.paths import LibraryPaths

CONNECT_MS = 300
WRITE_MS = 2000
LONGEST_MESSAGE = 65_536


def _name(paths: LibraryPaths) -> str:
    digest = hashlib.blake2b(str(paths.data.absolute()).encode("utf-8", "surrogateescape"), digest_size=8)
    return f"eidetic-{digest.hexdigest()}"


def raise_first(paths: LibraryPaths, opened: str | None) -> bool:
    """Tell the window that already shows this library to come to the front. Returns whether there is one."""
    socket = QLocalSocket()
    socket.connectToServer(_name(paths))
    if not socket.waitForConnected(CONNECT_MS):
        return False
    socket.write(json.dumps({"open": opened}).encode() + b"\n")
    told = socket.waitForBytesWritten(WRITE_MS)
    socket.disconnectFromServer()
    return told


class FirstInstance(QObject):
    """Listens for later starts.

    Signals:
        raised: with the path the later start was to open, or None.
    """

    raised = Signal(object)

    def __init__(self, paths: LibraryPaths, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._accept)
        if not self._server.listen(_name(paths)):
            # Left behind by a process that was killed: nobody answered on it.
            QLocalServer.removeServer(_name(paths))
            self._server.listen(_name(paths))

    def close(self) -> None:
        """Listen no more."""
        self._server.close()

    def _accept(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.readyRead.connect(lambda socket=socket: self._read(socket))
            socket.disconnected.connect(socket.deleteLater)
            if socket.canReadLine():
                self._read(socket)

    def _read(self, socket: QLocalSocket) -> None:
        if not socket.canReadLine():
            if socket.bytesAvailable() > LONGEST_MESSAGE:
                socket.abort()
            return
        try:
            opened = json.loads(bytes(socket.readLine().data())).get("open")
        except (ValueError, AttributeError):
            return
        self.raised.emit(opened if isinstance(opened, str) else None)
