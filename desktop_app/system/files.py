"""Opens files in other programs and shows them in the file manager, on each platform as it is done there."""

import os
import subprocess
import sys
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtDBus import QDBusConnection, QDBusMessage
from PySide6.QtGui import QDesktopServices


def url_of(path: str) -> QUrl:
    """Return the URL of a file; a name that is not UTF-8 keeps its bytes."""
    return QUrl.fromEncoded(Path(path).absolute().as_uri().encode())


def open_file(path: str) -> bool:
    """Open a file in the program the user has for it. Returns whether that could be started."""
    return os.path.exists(path) and QDesktopServices.openUrl(url_of(path))


def show_file(path: str) -> bool:
    """Show a file in the file manager, selected where the platform allows it; else its folder."""
    if not os.path.exists(path):
        return False
    if sys.platform == "win32":
        # Explorer wants the path in its own quotes, and its exit code says nothing.
        subprocess.Popen(f'explorer /select,"{os.path.normpath(path)}"')
        return True
    if sys.platform == "darwin":
        return subprocess.run(["open", "-R", path], check=False).returncode == 0
    return _show_over_dbus(path) or QDesktopServices.openUrl(url_of(os.path.dirname(path)))


def show_folder(path: str) -> bool:
    """Open a folder in the file manager."""
    return os.path.isdir(path) and QDesktopServices.openUrl(url_of(path))


def _show_over_dbus(path: str) -> bool:
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        return False
    message = QDBusMessage.createMethodCall(
        "org.freedesktop.FileManager1",
        "/org/freedesktop/FileManager1",
        "org.freedesktop.FileManager1",
        "ShowItems",
    )
    message.setArguments([[bytes(url_of(path).toEncoded().data()).decode("ascii")], ""])
    reply = bus.call(message)
    return reply.type() == QDBusMessage.MessageType.ReplyMessage
