"""What every test gets: real data where it is, and a failure for whatever was logged or left running unexpectedly."""

import logging
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path

# WORKAROUND: where usearch and PyAV were loaded before it, pillow-heif's x265 "could not be opened": tests that make
# HEIF files then fail, depending on which tests are collected. Reading HEIF, all that the program does, is not touched.
import pillow_heif  # noqa: F401
import pytest

REPOSITORY = Path(__file__).parent.parent
SHARED_DATA = REPOSITORY.parent / "shared" / "data"

pytest_plugins = ["tests.models.plugin", "tests.qt.plugin"]


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Without Qt there is no pytest-qt to know its setting, which `--strict-config` would refuse."""
    if not pluginmanager.has_plugin("pytest-qt"):
        parser.addini("qt_log_level_fail", "unused without pytest-qt")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "expects_log(pattern): warnings matching the pattern may be logged")


@pytest.fixture
def shared_data() -> Path:
    """The folder of real photos beside the checkout; see its README."""
    if not SHARED_DATA.is_dir():
        pytest.skip("real photos (../shared/data) are not here")
    return SHARED_DATA


class _Collector(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def no_unexpected_logs(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail when a warning is logged that no `expects_log` marker names."""
    expected = [re.compile(str(marker.args[0])) for marker in request.node.iter_markers("expects_log")]
    collector = _Collector()
    root = logging.getLogger()
    root.addHandler(collector)
    yield
    root.removeHandler(collector)
    unexpected = [
        f"{record.name}: {record.getMessage()}"
        for record in collector.records
        if not any(pattern.search(record.getMessage()) for pattern in expected)
    ]
    if unexpected:
        pytest.fail("unexpected log records:\n" + "\n".join(unexpected))


@pytest.fixture(autouse=True)
def no_leaked_threads() -> Iterator[None]:
    """Fail when a test leaves a thread running that is not a daemon."""
    before = set(threading.enumerate())
    yield
    until = time.monotonic() + 5
    for thread in set(threading.enumerate()) - before:
        if not thread.daemon:
            thread.join(max(0.0, until - time.monotonic()))
    left = [thread.name for thread in set(threading.enumerate()) - before if not thread.daemon]
    if left:
        pytest.fail(f"threads still running: {', '.join(left)}")
