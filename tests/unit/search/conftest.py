"""A small library whose photos lie where a made-up encoder puts the words they show."""

import hashlib
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import Engine, insert, select

from core.catalog import database, enrichment_queue, text_index
from core.catalog.schema import Embedding, EmbeddingModel, File, Photo, PhotoTag, Root, Tag
from core.embedding.models.custom_model import TYPICAL_THRESHOLDS
from core.embedding.protocol import ScoreScale, Thresholds
from core.embedding.runtime.dtype import Precision
from core.media.model_input import ModelInput
from core.media.reader import read
from core.search.searcher import Searcher
from core.vectors.store import VectorStore

DIMENSION = 64
Vector = npt.NDArray[np.float32]


def direction(word: str) -> Vector:
    """One fixed direction a word; different words are nearly at right angles."""
    seed = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], "big")
    vector = np.random.default_rng(seed).standard_normal(DIMENSION)
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


def mixture(words: str) -> Vector:
    """The direction of all words together; nothing for no words."""
    total = np.sum([direction(word) for word in words.casefold().split()] or [direction("")], axis=0)
    return np.asarray(total / np.linalg.norm(total), np.float32)


@dataclass
class WordEncoder:
    """An encoder of words into `mixture`; a picture is encoded by its mean colour."""

    asked: list[str] = field(default_factory=list)
    name: str = "words"
    fingerprint: str = "ab"
    dimension: int = DIMENSION
    model_input: ModelInput = field(default_factory=lambda: ModelInput(32))
    score_scale: ScoreScale = field(default_factory=lambda: ScoreScale(0.0, 0.12, 0.6))
    batch_size: int = 8
    precision: Precision = field(default_factory=lambda: Precision("cpu", "float32", 8))
    thresholds: Thresholds = TYPICAL_THRESHOLDS

    def encode_images(self, pixels: npt.NDArray[np.uint8]) -> Vector:
        colours = ["red", "green", "blue"]
        return np.stack([mixture(colours[int(picture.mean(axis=(0, 1)).argmax())]) for picture in pixels])

    def encode_texts(self, texts: Sequence[str]) -> Vector:
        return np.stack([mixture(text) for text in texts])

    def encode_query(self, words: str) -> Vector:
        self.asked.append(words)
        return mixture(words)


@dataclass
class Library:
    """A catalog, its vectors and a searcher over both."""

    catalog: Engine
    encoder: WordEncoder
    folder: Path
    searcher: Searcher
    store: VectorStore | None = None
    photos: int = 0

    def add(
        self, shows: str = "", *, name: str = "", frames: Sequence[str] = (), tags: Sequence[str] = (), **values: object
    ) -> int:
        """Add a photo that shows some words (or a video of frames); return its id. Call `open` when all are there."""
        self.photos += 1
        folder = str(values.pop("folder", "")).encode()
        with self.catalog.begin() as connection:
            if self.photos == 1:
                connection.execute(insert(Root).values(id=1, path=b"/pictures", added_at=0))
                connection.execute(
                    insert(EmbeddingModel).values(
                        id=1, name="words", fingerprint="ab", dimension=DIMENSION, active=True
                    )
                )
            row = {"state": "ready", "sort_at": self.photos * 86400, "added_at": 0} | values
            row = {"taken_wall": row["sort_at"], "taken_until": row["sort_at"]} | row
            connection.execute(insert(Photo).values(id=self.photos, **row))
            connection.execute(
                insert(File).values(
                    root_id=1,
                    photo_id=self.photos,
                    folder=folder,
                    name=(name or f"{self.photos}.jpg").encode(),
                    size=1000 * self.photos,
                    mtime_ns=0,
                )
            )
            rng = np.random.default_rng(self.photos)
            for number, words in enumerate(frames or ([shows] if shows else [])):
                vector = mixture(words) + 0.04 * rng.standard_normal(DIMENSION)
                vector /= np.linalg.norm(vector)
                connection.execute(
                    insert(Embedding).values(
                        photo_id=self.photos,
                        model_id=1,
                        frame=number,
                        moment_ms=1000 * number if frames else None,
                        vector=vector.astype("<f2").tobytes(),
                    )
                )
            for tag in tags:
                connection.execute(insert(Tag).prefix_with("OR IGNORE").values(name=tag))
                found = connection.execute(select(Tag.id).where(Tag.name == tag)).scalar_one()
                connection.execute(insert(PhotoTag).values(photo_id=self.photos, tag_id=found))
            text_index.refresh(connection, [self.photos])
            enrichment_queue.enqueue(connection, {1: {self.photos}} if shows or frames else {})
        return self.photos

    def open(self) -> Searcher:
        """Load the vectors that are in the catalog by now."""

        @dataclass(frozen=True)
        class Model:
            id: int = 1
            name: str = "words"
            fingerprint: str = "ab"
            dimension: int = DIMENSION

        self.store = VectorStore(self.folder, self.catalog, Model())
        self.searcher.use_model(self.store, self.encoder)
        return self.searcher


@pytest.fixture(scope="session")
def empty_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog without photos, made once: migrations take longer than most tests."""
    path = tmp_path_factory.mktemp("empty") / "catalog.sqlite"
    database.open_for_writing(path).dispose()
    return path


@contextmanager
def new_library(folder: Path, empty: Path) -> Iterator[Library]:
    """Make a library without photos in `folder`."""
    shutil.copy(empty, folder / "catalog.sqlite")
    catalog = database.open_for_writing(folder / "catalog.sqlite")
    searcher = Searcher(catalog, read)
    yield Library(catalog, WordEncoder(), folder / "vectors", searcher)
    searcher.close()
    catalog.dispose()


@pytest.fixture
def library(tmp_path: Path, empty_catalog: Path) -> Iterator[Library]:
    with new_library(tmp_path, empty_catalog) as library:
        yield library


@pytest.fixture
def animals(library: Library) -> Callable[[], Searcher]:
    """Forty photos: dogs, cats, beaches, and beaches with people, ten of each, in this order."""

    def make() -> Searcher:
        for shows in ("dog", "cat", "beach", "beach people"):
            for _ in range(10):
                library.add(shows)
        return library.open()

    return make
