"""A catalog that is asked in threads, as the window asks it; it counts the rows that were read."""

from collections.abc import Callable, Sequence
from typing import TypeVar, cast

from core.catalog.reader import CatalogReader, PhotoRow
from core.values.photo import PhotoId
from desktop_app.backend.tasks import TaskRunner

R = TypeVar("R")


class CountingReader:
    """Passes questions on to a reader and keeps what rows were asked for.

    Attributes:
        asked: the photos of each question for rows.
    """

    def __init__(self, reader: CatalogReader) -> None:
        self._reader = reader
        self.asked: list[Sequence[PhotoId]] = []

    def rows(self, photo_ids: Sequence[PhotoId]) -> dict[PhotoId, PhotoRow]:
        self.asked.append(photo_ids)
        return self._reader.rows(photo_ids)

    def common_place(self, photo_ids: Sequence[PhotoId]) -> str | None:
        return self._reader.common_place(photo_ids)


class ThreadCatalog:
    """Answers in a thread.

    Attributes:
        counting: what is asked there.
    """

    def __init__(self, reader: CatalogReader, tasks: TaskRunner) -> None:
        self.counting = CountingReader(reader)
        self._tasks = tasks

    def read(
        self,
        question: Callable[[CatalogReader], R],
        on_done: Callable[[R], None],
        on_failed: Callable[[Exception], None] | None = None,
    ) -> None:
        reader = cast("CatalogReader", self.counting)
        self._tasks.run(lambda: question(reader), on_done, on_failed)
