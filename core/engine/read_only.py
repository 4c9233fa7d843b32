"""A library open for searching only: works beside the process that writes it, changes nothing."""

import threading
from dataclasses import replace
from typing import Self

from sqlalchemy import Engine as Catalog

from core.catalog import database, models
from core.catalog.models import ModelRow
from core.catalog.reader import CatalogReader
from core.engine.example_reading import ExampleReader
from core.engine.protocol import Request, Search
from core.places.gazetteer import Gazetteer
from core.search.searcher import Searcher
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import Settings
from core.values.errors import ModelUnavailableError
from core.values.query import ExactWords, SearchResult
from core.vectors.store import VectorStore


class ReadOnlyEngine:
    """Answers searches; the model is loaded with the first query that has meaning.

    Attributes:
        reader: of the catalog.
    """

    def __init__(self, paths: LibraryPaths, settings: Settings, catalog: Catalog) -> None:
        """Use `open`."""
        self._paths = paths
        self._settings = settings
        self._catalog = catalog
        self.reader = CatalogReader(catalog)
        self._examples = ExampleReader(settings.indexing)
        self._gazetteer = Gazetteer(paths.places)
        self._searcher = Searcher(catalog, self._examples.read, self._gazetteer.find)
        self._loading = threading.Lock()
        self._loaded = False
        self._problem: str | None = None

    @classmethod
    def open(cls, paths: LibraryPaths) -> Self:
        """Open the library at `paths`.

        Raises:
            FileNotFoundError: there is none.
            CatalogDamagedError, CatalogTooNewError: its catalog cannot be used.
        """
        return cls(paths, store.load(paths.settings), database.open_for_reading(paths.catalog))

    def handle(self, request: Request[object]) -> SearchResult:
        """Answer a search; by words and facts alone, with a notice, where the library's model cannot be loaded.

        Raises:
            QueryError: the query cannot be answered.
        """
        if not isinstance(request, Search):
            raise TypeError(f"a library open for reading answers searches, not {type(request).__name__}")
        if any(not isinstance(term, ExactWords) for term in request.query.terms):
            self._load()
        result = self._searcher.search(request.query, request.limit)
        return result if self._problem is None else replace(result, notices=(self._problem, *result.notices))

    def close(self) -> None:
        """Let go of everything."""
        self._searcher.close()
        self._examples.close()
        self._gazetteer.close()
        self._catalog.dispose()

    def _load(self) -> None:
        with self._loading:
            if self._loaded:
                return
            with self._catalog.connect() as connection:
                row = models.active(connection)
            if row is not None:
                self._problem = self._load_model(row)
            self._loaded = True

    def _load_model(self, row: ModelRow) -> str | None:
        """Load the model that made the vectors, and them. Returns why that cannot be."""
        from core.embedding.runtime.load import load

        try:
            encoder = load(row.name, self._paths.models, self._settings.model)
        except ModelUnavailableError as error:
            return str(error)
        if encoder.fingerprint != row.fingerprint:
            return f"The photos were indexed with another version of {row.name}. Run `eidetic index` once."
        search = self._settings.search
        vectors = VectorStore(self._paths.vectors, self._catalog, row, search.metric, kind=search.index, read_only=True)
        self._searcher.use_model(vectors, encoder)
        return None
