"""What every test with a window gets: a screen, patience, and its marks. Without Qt, it does nothing."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

PATIENCE_MS = 120_000
ROOMS = [Path(__file__).parent.parent / room for room in ("unit/desktop_app", "e2e/window")]

SCREEN = Path(__file__).parent / "screen.json"
"""A laptop's: the offscreen platform's own is 800 pixels wide, and a window takes no more than its screen has."""

IGNORED = ("does not support propagateSizeHints", "PulseAudio", "pipewire", "No RHI backend")
"""The offscreen platform complains of every window that has a smallest size; videos of sound and graphics hardware."""

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: "QtBot") -> Wait:
    """Wait until something is so; with patience, for a busy machine."""
    return lambda condition: qtbot.waitUntil(condition, timeout=PATIENCE_MS)


def pytest_configure() -> None:
    if os.environ.get("QT_QPA_PLATFORM") == "offscreen":
        os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={SCREEN}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Ignore what the machine of the tests lacks; see `IGNORED`."""
    for item in items:
        if any(room in item.path.parents for room in ROOMS):
            # Not made outside: without pytest-qt no such marker is known.
            item.add_marker(pytest.mark.qt_log_ignore(*IGNORED, extend=True))
            item.add_marker(pytest.mark.gui)
