"""Reads an example picture from outside the library, in a decode worker: it may be as broken as any file."""

from core.media.pool import DecodePool
from core.media.request import ReadRequest, ReadResult
from core.settings.schema import IndexingSettings


class ExampleReader:
    """Reads one file at a time on demand; its one worker starts with the first."""

    def __init__(self, settings: IndexingSettings) -> None:
        self._pool = DecodePool(1, settings.file_seconds, settings.worker_megabytes)

    def read(self, request: ReadRequest) -> ReadResult:
        """Read a file. Raises `UnreadableFileError` when the file is at fault."""
        return self._pool.submit(request).result()

    def close(self) -> None:
        """End the worker."""
        self._pool.close()
