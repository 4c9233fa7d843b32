"""Turns the terms of a query that have meaning into one direction: a weighted sum of unit vectors.

Each part is divided by how much its scores vary over the library, so that words (whose cosines lie close together)
and example pictures (whose cosines spread) count alike.
"""

import math
import os
import threading
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from stat import S_ISREG

import numpy as np
import numpy.typing as npt

from core.embedding.protocol import Encoder, ScoreScale
from core.media.request import ReadRequest, ReadResult
from core.search import relevance
from core.search.library import SearchLibrary
from core.values.errors import QueryError, UnreadableFileError
from core.values.paths import shown
from core.values.photo import PhotoId
from core.values.query import ExampleFile, ExamplePhoto, Term, Words
from core.vectors.protocol import VectorIndex
from core.vectors.store import VectorStore

Vector = npt.NDArray[np.float32]
Read = Callable[[ReadRequest], ReadResult]

NEGATIVE_WEAKENED = 0.75
_CACHED = 512
_SAMPLE = 2048
_FEWEST_FOR_SPREAD = 50
_SMALLEST_SPREAD = 1e-3


@dataclass(frozen=True, slots=True)
class Part:
    """One term as a direction.

    Attributes:
        name: how it is shown in reasons.
        scale: what is known of its scores without looking at the library.
        photo_id: the photo of the library that an example is, if it is one.
    """

    name: str
    vector: Vector
    weight: float
    scale: ScoreScale
    is_example: bool
    photo_id: PhotoId | None = None

    @property
    def share(self) -> float:
        """What it counts beside others: its weight, less where it is unwanted."""
        return self.weight if self.weight > 0 else self.weight * NEGATIVE_WEAKENED


class QueryVectors:
    """Makes vectors of terms with one model, remembering the last few hundred."""

    def __init__(self, library: SearchLibrary, store: VectorStore, encoder: Encoder, read: Read) -> None:
        self._library = library
        self._store = store
        self._encoder = encoder
        self._read = read
        self._lock = threading.Lock()
        self._cache: OrderedDict[tuple[str, ...], Vector] = OrderedDict()

    def parts(self, terms: Sequence[Term]) -> tuple[Part, ...]:
        """Return the terms that have a vector.

        Raises:
            QueryError: an example cannot be used; the message names it.
        """
        words, example = self._encoder.score_scale, relevance.EXAMPLE_SCALE
        parts = []
        for term in terms:
            match term:
                case Words():
                    vector = self._cached(("words", term.text), partial(self._encoder.encode_query, term.text))
                    parts.append(Part(term.text, vector, term.weight, words, is_example=False))
                case ExamplePhoto():
                    name, vector = f"photo {term.photo_id}", self._of_photo(term.photo_id)
                    parts.append(Part(name, vector, term.weight, example, is_example=True, photo_id=term.photo_id))
                case ExampleFile():
                    name, (vector, photo_id) = os.path.basename(shown(term.path)), self._of_file(term.path)
                    parts.append(Part(name, vector, term.weight, example, is_example=True, photo_id=photo_id))
                case _:
                    pass
        return tuple(parts)

    def _cached(self, key: tuple[str, ...], make: Callable[[], Vector]) -> Vector:
        with self._lock:
            if key in self._cache:
                self._cache.move_to_end(key)
                return self._cache[key]
        vector = make()
        with self._lock:
            self._cache[key] = vector
            while len(self._cache) > _CACHED:
                self._cache.popitem(last=False)
        return vector

    def _known(self, photo_id: PhotoId) -> Vector | None:
        """Return the mean direction of a photo's frames; None while it has no embedding."""
        found = self._library.embeddings_of([photo_id], self._store.model_id)
        vectors = self._store.matrix.vectors(found.get(photo_id, np.zeros(0, np.int64)))
        vectors = vectors[~np.isnan(vectors).any(axis=1)]
        return _unit(vectors.sum(axis=0)) if len(vectors) else None

    def _of_photo(self, photo_id: PhotoId) -> Vector:
        vector = self._known(photo_id)
        if vector is None:
            raise QueryError(f"Photo {photo_id} cannot serve as an example: it has not been read yet, or is gone.")
        return vector

    def _of_file(self, path: str) -> tuple[Vector, PhotoId | None]:
        """Return the vector of a file, and the photo of the library that it is."""
        try:
            photo_id = self._library.photo_at(os.fsencode(os.path.abspath(path)))
        except ValueError as error:  # half a surrogate pair, or a null character
            raise QueryError(f"The example {shown(path)} cannot be opened: the name is not usable.") from error
        known = None if photo_id is None else self._known(photo_id)
        if known is not None:
            return known, photo_id
        try:
            stat = Path(path).stat()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else "the name is not usable"
            raise QueryError(f"The example {shown(path)} cannot be opened: {reason}.") from error
        if not S_ISREG(stat.st_mode):
            raise QueryError(f"The example {shown(path)} is not a file.")
        stamp = (str(stat.st_mtime_ns), str(stat.st_size))
        return self._cached(("file", os.path.abspath(path), *stamp), lambda: self._encoded(path)), None

    def _encoded(self, path: str) -> Vector:
        try:
            result = self._read(ReadRequest(path, model_input=self._encoder.model_input, thumbnail=False))
        except UnreadableFileError as error:
            raise QueryError(f"The example {shown(path)} is not a picture that can be read: {error}") from error
        if not result.frames:
            raise QueryError(f"The example {shown(path)} holds no picture.")
        return _unit(self._encoder.encode_images(np.stack([frame.pixels for frame in result.frames])).sum(axis=0))


def background_sample(index: VectorIndex) -> npt.NDArray[np.int64]:
    """Return a fixed random sample of the keys, the background that scores are judged against."""
    keys = index.keys()
    if len(keys) <= _SAMPLE:
        return keys
    return np.sort(np.random.default_rng(0).choice(keys, _SAMPLE, replace=False))


def spreads(parts: Sequence[Part], index: VectorIndex, sample: npt.NDArray[np.int64]) -> list[float]:
    """Return how much the scores of each part vary: in the library, or as known where that is too small to tell."""
    if len(parts) == 1 or len(sample) < _FEWEST_FOR_SPREAD:
        return [part.scale.unrelated_std for part in parts]
    return [max(float(np.nanstd(index.scores(part.vector, sample))), _SMALLEST_SPREAD) for part in parts]


def combine(parts: Sequence[Part], of_parts: Sequence[float]) -> Vector:
    """Return the unit direction (d,) that ranks photos by the weighted sum of the parts' standard scores.

    `of_parts`: their spreads.

    Raises:
        QueryError: the parts cancel each other.
    """
    if len(parts) == 1 and parts[0].weight > 0:
        return parts[0].vector
    total = _added(parts, of_parts)
    if not np.linalg.norm(total) > 1e-6:
        raise QueryError("The parts of this query cancel each other. Remove one of them.")
    return _unit(total)


def joined_scale(parts: Sequence[Part], of_parts: Sequence[float]) -> ScoreScale:
    """Return what is known of the scores of what `combine` makes of the parts, without looking at the library.

    Means of the wanted parts add up; the noise of independent scores adds in quadrature.
    """
    length = max(float(np.linalg.norm(_added(parts, of_parts))), 1e-6)
    pairs = list(zip(parts, of_parts, strict=True))
    unrelated = sum(part.share / spread * part.scale.unrelated_mean for part, spread in pairs) / length
    wanted = sum(part.share * part.scale.certainty for part in parts if part.share > 0) / length
    return ScoreScale(unrelated, math.hypot(*(part.share for part in parts)) / length, unrelated + wanted)


def _added(parts: Sequence[Part], of_parts: Sequence[float]) -> Vector:
    weights = np.array([part.share / spread for part, spread in zip(parts, of_parts, strict=True)], np.float32)
    return np.asarray(weights @ np.stack([part.vector for part in parts]), np.float32)


def _unit(vector: Vector) -> Vector:
    return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-12), np.float32)
