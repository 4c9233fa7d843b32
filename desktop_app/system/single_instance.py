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
        self._sockets: list[QLocalSocket] = []
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
        for socket in self._sockets:
            socket.abort()
        self._sockets.clear()

    def _accept(self) -> None:
        # Connected to methods of this object, not to closures that hold a socket: such a circle would be broken by
        # Python's garbage collector, in whichever thread that happens to run.
        while self._server.hasPendingConnections():
            socket = self._server.nextPendingConnection()
            self._sockets.append(socket)
            socket.readyRead.connect(self._read_all)
            socket.disconnected.connect(self._let_go)
        self._read_all()

    def _read_all(self) -> None:
        for socket in list(self._sockets):
            self._read(socket)

    def _let_go(self) -> None:
        for socket in [one for one in self._sockets if one.state() is QLocalSocket.LocalSocketState.UnconnectedState]:
            self._read(socket)
            self._sockets.remove(socket)
            socket.deleteLater()

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
