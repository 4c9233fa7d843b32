"""A library for the time of a measurement: captioned photos, read and embedded as indexing does, in a folder."""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from sqlalchemy import Engine, insert

from core.catalog import database
from core.catalog.schema import Embedding, EmbeddingModel, File, Photo, Root
from core.embedding.protocol import Encoder
from core.media.request import ReadRequest
from core.search.query_vectors import Read
from core.values.errors import UnreadableFileError, UsageError
from core.values.paths import shown
from core.values.photo import PhotoState

Vectors = npt.NDArray[np.float32]
Progress = Callable[[str, int, int], None]

_READERS = 4


@dataclass(frozen=True, slots=True)
class ModelRow:
    """The model as the catalog has it."""

    id: int
    name: str
    fingerprint: str
    dimension: int


def embed(photos: Sequence[Path], encoder: Encoder, read: Read, progress: Progress) -> Vectors:
    """Return one vector a photo (n, d). Raises `UsageError` for a file that is no picture."""

    def pixels(path: Path) -> npt.NDArray[np.uint8]:
        try:
            result = read(ReadRequest(str(path), model_input=encoder.model_input, thumbnail=False))
        except UnreadableFileError as error:
            raise UsageError(f"The captioned picture {shown(path)} cannot be read: {error}") from error
        return result.frames[0].pixels

    rows = []
    with ThreadPoolExecutor(_READERS) as readers:
        for start in range(0, len(photos), encoder.batch_size):
            batch = photos[start : start + encoder.batch_size]
            rows.append(encoder.encode_images(np.stack(list(readers.map(pixels, batch)))))
            progress("photos embedded", start + len(batch), len(photos))
    return np.concatenate(rows)


@contextmanager
def filled(folder: Path, vectors: Vectors, encoder: Encoder) -> Iterator[tuple[Engine, ModelRow]]:
    """Make a catalog in `folder` of photos with these vectors (id = number + 1); delete it at the end.

    No words are indexed: a file's name, made up or not, must not help its caption.
    """
    row = ModelRow(1, encoder.name, encoder.fingerprint, encoder.dimension)
    folder.mkdir(parents=True)
    catalog = database.open_for_writing(folder / "catalog.sqlite")
    try:
        now = int(time.time())
        with catalog.begin() as connection:
            connection.execute(insert(Root).values(id=1, path=b"/", added_at=now))
            connection.execute(
                insert(EmbeddingModel).values(
                    id=1, name=row.name, fingerprint=row.fingerprint, dimension=row.dimension, active=True
                )
            )
            ids = range(1, len(vectors) + 1)
            connection.execute(
                insert(Photo), [{"id": key, "sort_at": now, "added_at": now, "state": PhotoState.READY} for key in ids]
            )
            connection.execute(
                insert(File),
                [
                    {"root_id": 1, "photo_id": key, "folder": b"", "name": f"{key}".encode(), "size": 0, "mtime_ns": 0}
                    for key in ids
                ],
            )
            halves = vectors.astype("<f2")
            connection.execute(
                insert(Embedding),
                [{"id": key, "photo_id": key, "model_id": 1, "vector": halves[key - 1].tobytes()} for key in ids],
            )
        yield catalog, row
    finally:
        catalog.dispose()
        shutil.rmtree(folder, ignore_errors=True)
