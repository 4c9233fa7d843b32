"""A library for the tests: an honest small encoder, readers in threads, and the indexer between real files."""

import os
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image
from sqlalchemy import Engine, text

from core.catalog import models
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.embedding.models.custom_model import TYPICAL_THRESHOLDS
from core.embedding.protocol import Encoder, ScoreScale, Thresholds
from core.embedding.runtime.dtype import Precision
from core.engine.foreground import Foreground
from core.engine.jobs import JobRunner
from core.indexing.indexer import Indexer
from core.indexing.listener import ReadPool
from core.indexing.scan.listing import list_folder
from core.media.model_input import ModelInput
from core.media.reader import read
from core.media.request import ReadRequest, ReadResult
from core.settings.schema import IndexingSettings
from core.values.jobs import JobKind, JobStatus
from core.values.photo import PhotoId, RootId
from core.vectors.store import VectorStore

WAIT_S = 60.0


class ColourGrid:
    """An encoder without a network: the mean colours of a grid over the picture."""

    def __init__(self, side: int = 4, batch_size: int = 4) -> None:
        self.side = side
        self.batch_size = batch_size
        self.pictures = 0

    @property
    def name(self) -> str:
        return f"colour-grid-{self.side}"

    @property
    def fingerprint(self) -> str:
        return f"{self.side:064x}"

    @property
    def dimension(self) -> int:
        return 3 * self.side**2

    @property
    def model_input(self) -> ModelInput:
        return ModelInput(32, "squash", "bilinear")

    @property
    def score_scale(self) -> ScoreScale:
        return ScoreScale(0.0, 0.1, 0.5)

    @property
    def precision(self) -> Precision:
        return Precision("cpu", "float32", self.batch_size)

    @property
    def thresholds(self) -> Thresholds:
        return TYPICAL_THRESHOLDS

    def encode_images(self, pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
        self.pictures += len(pixels)
        cell = pixels.shape[1] // self.side
        grid = pixels.reshape(len(pixels), self.side, cell, self.side, cell, 3).mean(axis=(2, 4))
        vectors = grid.reshape(len(pixels), -1).astype(np.float32) + 1.0
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), dtype=np.float32)

    def encode_texts(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        raise NotImplementedError("colours have no words")

    def encode_query(self, words: str) -> npt.NDArray[np.float32]:
        raise NotImplementedError("colours have no words")


class InlinePool:
    """Reads in threads of this process: quick to start, where isolation is not what is tested."""

    def __init__(self, workers: int = 2) -> None:
        self._threads = ThreadPoolExecutor(workers)
        self.paths: list[str] = []
        self.decoded: list[str] = []

    def submit(self, request: ReadRequest) -> "Future[ReadResult]":
        return self._threads.submit(self._read, request)

    def close(self) -> None:
        self._threads.shutdown(cancel_futures=True)

    def _read(self, request: ReadRequest) -> ReadResult:
        self.paths.append(request.path)
        result = read(request)
        if not result.is_known:
            self.decoded.append(request.path)
        return result


@dataclass
class Heard:
    """A listener that remembers."""

    notices: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    roots: int = 0
    photos: set[int] = field(default_factory=set)

    def photos_changed(self, photo_ids: Iterable[PhotoId], order_changed: bool) -> None:
        self.photos.update(photo_ids)

    def roots_changed(self) -> None:
        self.roots += 1

    def progress_changed(self) -> None:
        pass

    def notice(self, text: str, is_problem: bool = False) -> None:
        (self.problems if is_problem else self.notices).append(text)


@dataclass
class Library:
    """One library and its indexer; made anew by `reopened`."""

    folder: Path
    transactions: Transactions
    thumbnails: ThumbnailStore
    encoder: ColourGrid
    heard: Heard
    pool: ReadPool
    settings: IndexingSettings
    indexer: Indexer = field(init=False)
    stores: dict[int, VectorStore] = field(default_factory=dict)
    has_encoder: bool = True
    told_of_jobs: list[JobStatus] = field(default_factory=list)
    _closed: bool = False

    def __post_init__(self) -> None:
        self.indexer = Indexer(
            self.transactions,
            self.thumbnails,
            self.current_encoder,
            lambda: tuple(self.stores.values()),
            self.settings,
            self.heard,
            pool=self.pool,
        )

    @property
    def catalog(self) -> Engine:
        return self.transactions.engine

    def current_encoder(self) -> Encoder | None:
        return self.encoder if self.has_encoder else None

    def open_vectors(self) -> VectorStore:
        with self.transactions.begin() as transaction:
            row = models.enrol(transaction, self.encoder.name, self.encoder.fingerprint, self.encoder.dimension)
        self.stores[row.id] = VectorStore(self.folder / "vectors", self.catalog, row)
        return self.stores[row.id]

    def index(self, *roots: Path, watch: bool = False) -> None:
        """Start, add roots, and wait until all is done."""
        self.indexer.start(watch)
        for root in roots:
            self.indexer.add_root(str(root))
        self.settle()

    def remove(self, root_id: RootId, *, forget: bool = False) -> None:
        """Remove a root, and wait until it is gone."""
        self.indexer.begin_removal(root_id, forget=forget)
        self.finish_jobs()

    def finish_jobs(self) -> None:
        """Do all jobs that the catalog has."""
        runner = JobRunner(
            self.transactions, {JobKind.REMOVE_ROOT: self.indexer.removal}, Foreground(), self.told_of_jobs.append
        )
        runner.start()
        assert runner.wait(WAIT_S)
        runner.close()

    def rescan(self) -> None:
        self.indexer.rescan()
        self.settle()

    def settle(self) -> None:
        assert self.indexer.wait_until_idle(WAIT_S), self.indexer.progress()

    def close(self) -> None:
        if not self._closed:
            self._closed = True
            self.indexer.stop()
            self.thumbnails.close()
            self.catalog.dispose()

    def rows(self, query: str, **values: object) -> list[tuple[Any, ...]]:
        with self.catalog.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def states(self) -> dict[str, str]:
        """State of each photo's file by its path in the root."""
        return {
            os.fsdecode(os.path.join(folder, name)): state
            for folder, name, state in self.rows(
                "SELECT folder, name, photos.state FROM files JOIN photos ON photos.id = photo_id"
            )
        }

    def photo_of(self, name: str) -> int:
        """The photo of the live file with this path."""
        folder, _, base = name.rpartition("/")
        rows = self.rows(
            "SELECT photo_id FROM files WHERE folder = :folder AND name = :name AND state != 'missing'",
            folder=os.fsencode(folder),
            name=os.fsencode(base),
        )
        assert len(rows) == 1, (name, rows)
        assert isinstance(rows[0][0], int)
        return rows[0][0]

    def tag(self, name: str, tag: str) -> None:
        from core.catalog import annotations

        with self.transactions.begin() as transaction:
            annotations.change_tags(transaction, [PhotoId(self.photo_of(name))], [tag], [])

    def tags(self, name: str) -> set[str]:
        return {
            str(row[0])
            for row in self.rows(
                "SELECT tags.name FROM tags JOIN photo_tags ON tags.id = tag_id WHERE photo_id = :id AND by_user",
                id=self.photo_of(name),
            )
        }


OpenLibrary = Callable[..., Library]


def make_photo(path: Path, seed: int, size: tuple[int, int] = (48, 36)) -> Path:
    """Write a small JPEG, different for each seed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    colours = np.random.default_rng(seed).integers(0, 255, (6, 8, 3), dtype=np.uint8)
    Image.fromarray(colours).resize(size, Image.Resampling.NEAREST).save(path, "JPEG", quality=85)
    return path


def come_to_rest(folder: Path) -> None:
    """Wait until no file below a folder changed so recently that it would be read twice."""
    places = [os.fsencode(os.path.relpath(place, folder)) for place, _, _ in os.walk(folder)]
    wait_for(lambda: not any(list_folder(os.fsencode(folder), place).is_restless for place in places))


def wait_for(condition: Callable[[], bool], timeout: float = WAIT_S) -> None:
    """Wait until `condition` holds; fail when it takes too long."""
    until = time.monotonic() + timeout
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < until, "the condition did not come true"
        pause.wait(0.02)
