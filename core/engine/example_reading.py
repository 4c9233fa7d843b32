"""Reads single files on demand, in a decode worker: examples from outside, and pictures to be looked at."""

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

    def view(self, path: str, longest: int) -> bytes:
        """Return a file's picture as JPEG, upright, its longer side at most `longest` pixels.

        Raises `UnreadableFileError` when the file is at fault.
        """
        read = self._pool.submit(ReadRequest(path, thumbnail=False, view_px=longest)).result()
        if read.view is None:
            raise TypeError("a picture was asked for and none was made")
        return read.view

    def close(self) -> None:
        """End the worker."""
        self._pool.close()
