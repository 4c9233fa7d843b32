"""Watches how much memory a process and its children take, while something runs."""

import threading
from types import TracebackType
from typing import Self

import psutil

_STEP_SECONDS = 0.2


class MemoryWatch:
    """Peak resident memory (bytes) of each process under one, by what the process is; sampled five times a second.

    Workers come and go: of one kind the largest counts.
    """

    def __init__(self, pid: int) -> None:
        self._root = psutil.Process(pid)
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run, name="memory-watch", daemon=True)
        self.engine_bytes = 0
        self.worker_bytes = 0
        self.workers = 0
        self.together_bytes = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._done.wait(_STEP_SECONDS):
            try:
                own = int(self._root.memory_info().rss)
                children = self._root.children(recursive=True)
            except psutil.Error:
                continue
            sizes = [size for child in children if (size := _resident(child)) is not None]
            self.engine_bytes = max(self.engine_bytes, own)
            self.worker_bytes = max([self.worker_bytes, *sizes])
            self.workers = max(self.workers, len(sizes))
            self.together_bytes = max(self.together_bytes, own + sum(sizes))


def _resident(process: psutil.Process) -> int | None:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return None
