"""Whether indexing may work now: paused by the user, or by an unplugged machine."""

import threading
import time
from collections.abc import Callable

from core.indexing.power import on_battery

_ASK_EVERY_S = 10.0


class IndexingThrottle:
    """Open while files may be read. Thread-safe."""

    def __init__(
        self,
        *,
        pause_on_battery: bool,
        notice: Callable[[str], None],
        on_battery: Callable[[], bool] = on_battery,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pause_on_battery = pause_on_battery
        self._notice = notice
        self._on_battery = on_battery
        self._clock = clock
        self._lock = threading.Lock()
        self._paused = False
        self._regardless = False
        self._waits_for_power = False
        self._asked_at: float | None = None

    def pause(self) -> None:
        """Close it until `resume`."""
        with self._lock:
            self._paused = True

    def resume(self, regardless: bool) -> None:
        """Open it; `regardless`: on battery too."""
        with self._lock:
            self._paused = False
            self._regardless = regardless
            self._asked_at = None

    def is_open(self) -> bool:
        """Tell whether files may be read now."""
        with self._lock:
            if self._paused:
                return False
            if self._regardless or not self._pause_on_battery:
                return True
            now = self._clock()
            if self._asked_at is None or now - self._asked_at >= _ASK_EVERY_S:
                self._asked_at = now
                waits = self._on_battery()
                changed, self._waits_for_power = waits != self._waits_for_power, waits
                if changed and waits:
                    self._notice("Indexing waits until the computer is plugged in.")
            return not self._waits_for_power
