"""Answers queries: the one entry for every front end."""

import threading
import time
from dataclasses import replace

import numpy as np
from sqlalchemy import Engine

from core.embedding.protocol import Encoder
from core.search.library import Found, SearchLibrary
from core.search.query_vector import QueryVectors, Read, background, combine
from core.values.errors import QueryError
from core.values.photo import PhotoId
from core.values.query import ExampleFile, ExamplePhoto, Hit, Order, Query, SearchResult, Words
from core.vectors.protocol import VectorIndex
from core.vectors.store import VectorStore

LONGEST_QUERY = 4000


class Searcher:
    """Searches one library. Thread-safe.

    Until a model is given only words, dates and other facts are searched, and the answer says so.
    """

    def __init__(self, catalog: Engine, read: Read) -> None:
        """Search the open `catalog`; `read` opens an example picture from outside (see `core.media.read`)."""
        self._library = SearchLibrary(catalog)
        self._read = read
        self._lock = threading.Lock()
        self._model: tuple[VectorStore, QueryVectors] | None = None

    def use_model(self, store: VectorStore, encoder: Encoder) -> None:
        """From now on answer by meaning with this model and its vectors."""
        vectors = QueryVectors(self._library, store, encoder, self._read)
        with self._lock:
            self._model = (store, vectors)

    def search(self, query: Query, limit: int = 500) -> SearchResult:
        """Answer a query with at most `limit` hits, best first.

        Raises:
            QueryError: an example cannot be used, or the parts of the query make no sense together.
        """
        start = time.perf_counter()
        result = self._answer(query, limit)
        return replace(result, seconds=time.perf_counter() - start)

    def _answer(self, query: Query, limit: int) -> SearchResult:
        meaningful = [term for term in query.terms if isinstance(term, Words | ExamplePhoto | ExampleFile)]
        matching = self._library.count()
        if not meaningful:
            ids = self._library.newest(limit, oldest_first=query.order is Order.OLDEST)
            return SearchResult(tuple(Hit(photo_id, 0.0) for photo_id in ids), matching, plan=("all photos by date",))
        with self._lock:
            model = self._model
        if model is None:
            raise QueryError("Photos cannot be searched by meaning yet: the model is not loaded.")
        store, vectors = model
        index = store.index
        direction = combine(vectors.parts(meaningful), index, background(index))
        hits = self._nearest(index, direction, limit)
        return SearchResult(hits, matching, plan=(f"compared with {len(index)} vectors",))

    def _nearest(self, index: VectorIndex, direction: np.ndarray, limit: int) -> tuple[Hit, ...]:
        """Return the nearest photos, widening until there are `limit` although frames share a photo."""
        asked = limit
        while True:
            matches = index.search(direction, asked)
            found = self._library.photos_of(matches.keys.tolist())
            hits: dict[PhotoId, Hit] = {}
            for key, score in zip(matches.keys.tolist(), matches.scores.tolist(), strict=True):
                photo: Found | None = found.get(key)
                if photo is not None and photo.photo_id not in hits:
                    hits[photo.photo_id] = Hit(photo.photo_id, score, moment_ms=photo.moment_ms)
            if len(hits) >= limit or len(matches.keys) < asked:
                return tuple(hits.values())[:limit]
            asked *= 3
