"""Answers queries: the one entry for every front end."""

import threading
import time
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np
from sqlalchemy import Engine

from core.catalog.photo_dates import UNDATED
from core.embedding.models import registry
from core.embedding.models.registry import ModelEntry
from core.embedding.protocol import Encoder
from core.query.languages import NAMES, language_of
from core.query.vocabulary import Vocabulary
from core.search import full_text, fusion, reasons, stacks
from core.search.change_source import ChangeSource
from core.search.copies import paths_asked_for
from core.search.filters.sql import FindPlace
from core.search.full_text import TextHit
from core.search.library import Restriction, SearchLibrary
from core.search.query_vectors import Read
from core.search.semantic import MeaningHits, Seen, SemanticSearch
from core.values.errors import QueryError
from core.values.photo import PhotoId
from core.values.query import (
    Culprit,
    ExactWords,
    ExampleFile,
    ExamplePhoto,
    Hit,
    Order,
    Query,
    Reason,
    SearchResult,
    Words,
)
from core.vectors.store import VectorStore

_MORE_CANDIDATES = 100
_CANDIDATES_BY_DATE = 5000
_MOST_TEXT_HITS = 500
_NOT_LOADED = "The model is not loaded yet: only names, places, tags and other text were searched."


class Searcher:
    """Searches one library. Thread-safe.

    Until a model is given only words, dates and other facts are searched, and the answer says so.
    """

    def __init__(
        self, catalog: Engine, read: Read, find_place: FindPlace | None = None, changes: ChangeSource | None = None
    ) -> None:
        """Search the open `catalog`.

        `read` opens an example picture from outside (see `core.media.request`); `find_place` finds places by name, the
        likeliest first (see `core.places`); `changes` says what is committed, where this process writes.
        """
        self._catalog = catalog
        self._library = SearchLibrary(catalog, find_place, changes)
        self._vocabulary = Vocabulary.load()
        self._read = read
        self._lock = threading.Lock()
        self._meaning: SemanticSearch | None = None
        self._model: ModelEntry | None = None

    def use_model(self, store: VectorStore, encoder: Encoder) -> None:
        """From now on answer by meaning with this model and its vectors."""
        meaning = SemanticSearch(self._library, store, encoder, self._read)
        with self._lock:
            self._meaning = meaning
            self._model = registry.find(encoder.name)

    def close(self) -> None:
        """Let go of the catalog."""
        self._library.close()

    def encode(self, words: str) -> None:
        """Encode words as a search would, so that one that follows need not, and to measure how long it takes."""
        with self._lock:
            meaning = self._meaning
        if meaning is not None:
            meaning.encode(words)

    def search(self, query: Query, limit: int = 500) -> SearchResult:
        """Answer a query with at most `limit` hits, the relevant ones before the weaker.

        Raises:
            QueryError: an example or place cannot be used, or the terms cancel each other.
        """
        start = time.perf_counter()
        exact = tuple(term for term in query.terms if isinstance(term, ExactWords))
        restriction = (query.filters, exact)
        if all(isinstance(term, ExactWords) for term in query.terms):
            result = self._by_date(query, restriction, limit)
        else:
            result = self._by_relevance(query, restriction, limit)
        culprits = () if result.matching else self._culprits(restriction)
        shown = [photo_id for hit in result.hits for photo_id in (hit.photo_id, *hit.stack)]
        with self._catalog.connect() as connection:
            paths = paths_asked_for(connection, query.filters, shown)
        return replace(result, culprits=culprits, paths=paths, seconds=time.perf_counter() - start)

    def _culprits(self, restriction: Restriction) -> tuple[Culprit, ...]:
        """Return the filters and exact words that alone keep out what all others let through."""
        filters, exact = restriction
        if not self._library.count(((), ())):
            return ()
        found: list[Culprit] = []
        for number, part in enumerate(filters):
            rest = (filters[:number] + filters[number + 1 :], exact)
            found.append(Culprit(part, self._library.count(rest)))
        for number, words in enumerate(exact):
            found.append(Culprit(words, self._library.count((filters, exact[:number] + exact[number + 1 :]))))
        return tuple(sorted((one for one in found if one.matching), key=lambda one: -one.matching))

    def _by_date(self, query: Query, restriction: Restriction, limit: int) -> SearchResult:
        ids = self._library.by_date(restriction, limit, oldest_first=query.order is Order.OLDEST)
        why = tuple(reasons.of_exact(words) for words in restriction[1] if not words.negated)
        hits = [Hit(photo_id, 1.0 if why else 0.0, reasons=why) for photo_id in ids]
        if query.fold:
            hits = stacks.group_near_duplicates(hits, self._library.facts(ids), {})
        count = self._library.count(restriction)
        return SearchResult(tuple(hits), count, plan=(f"{count} photos pass the filters, listed by date",))

    def _by_relevance(self, query: Query, restriction: Restriction, limit: int) -> SearchResult:
        with self._lock:
            meaning = self._meaning
        examples = any(isinstance(term, ExamplePhoto | ExampleFile) for term in query.terms)
        if meaning is None and examples:
            raise QueryError("Photos cannot be searched by example yet: the model is not loaded.")
        allowed = self._library.count(restriction)
        limited = restriction if any(restriction) else None
        candidates = _enough_for(query, limit)
        by_meaning = None
        if meaning is not None:
            by_meaning = meaning.search(query.terms, limited, candidates, query.strictness)
        by_text = self._by_text(query, limited)
        hits = self._arranged(query, self._joined(meaning, by_meaning, by_text), meaning, limit)
        plan = (
            f"{allowed} photos pass the filters" if limited else f"all {allowed} photos",
            *(() if by_meaning is None else (by_meaning.plan,)),
            f"{len(by_text)} hits in text",
        )
        notices = (_NOT_LOADED,) if meaning is None else self._unknown_language(query)
        return SearchResult(self._explained(query, hits, meaning, by_meaning, by_text), allowed, notices, plan)

    def _unknown_language(self, query: Query) -> tuple[str, ...]:
        """Say that the model does not know the language of the words, and which one does."""
        model = self._model
        words = " ".join(term.text for term in query.terms if isinstance(term, Words))
        language = language_of(words)
        if model is None or language is None or _knows(model, language):
            return ()
        told = f"This seems to be {NAMES[language]}, which the model {model.title} does not know."
        other = next((one for one in registry.models() if _knows(one, language)), None)
        if other is None:
            return (told,)
        # What is on no hub came with the program.
        how = "use" if other.hub is None else "download"
        return (f"{told} {other.title} does: choose it in the settings, or by: eidetic models {how} {other.id}",)

    def _by_text(self, query: Query, restriction: Restriction | None) -> list[TextHit]:
        words = [term.text for term in query.terms if isinstance(term, Words) and term.weight > 0]
        if not words:
            return []
        too_common = partial(self._library.too_common, photos=self._library.count(((), ())))
        with self._library.connect() as connection:
            allowed = None if restriction is None else self._library.condition(connection, restriction)
            return full_text.rank(
                connection,
                words,
                allowed,
                _MOST_TEXT_HITS,
                too_common=too_common,
                label_of=self._vocabulary.other_name,
            )

    def _joined(
        self, meaning: SemanticSearch | None, by_meaning: MeaningHits | None, by_text: Sequence[TextHit]
    ) -> list[Hit]:
        """Fuse both rankings into hits, best first, without reasons yet."""
        rankings = [[(hit.photo_id, hit.coverage**2) for hit in by_text]] if by_text else []
        seen: dict[PhotoId, Seen] = {}
        if meaning is not None and by_meaning is not None:
            rankings.append([(photo_id, 1.0) for photo_id in by_meaning.photos])
            unseen = [hit.photo_id for hit in by_text if hit.photo_id not in by_meaning.photos]
            seen = by_meaning.photos
            seen.update(meaning.scores(by_meaning.direction, unseen))
        coverage = {hit.photo_id: hit.coverage for hit in by_text}
        line = float("-inf") if by_meaning is None else by_meaning.line
        hits = []
        for photo_id in fusion.joined(rankings):
            one, covered = seen.get(photo_id), coverage.get(photo_id, 0.0)
            if one is None:
                hits.append(Hit(photo_id, covered, covered == 1))
            else:
                hits.append(Hit(photo_id, one.score, one.score >= line or covered == 1, one.moment_ms))
        return hits

    def _explained(
        self,
        query: Query,
        hits: list[Hit],
        meaning: SemanticSearch | None,
        by_meaning: MeaningHits | None,
        by_text: Sequence[TextHit],
    ) -> tuple[Hit, ...]:
        """Say of each hit why it matched."""
        why: dict[PhotoId, tuple[Reason, ...]] = {}
        if meaning is not None and by_meaning is not None:
            seen = {hit.photo_id: by_meaning.photos[hit.photo_id] for hit in hits if hit.photo_id in by_meaning.photos}
            why = reasons.of_meaning(meaning, by_meaning, seen)
        shown = {hit.photo_id for hit in hits}
        literal = tuple(
            reasons.of_exact(term) for term in query.terms if isinstance(term, ExactWords) and not term.negated
        )
        in_text = {hit.photo_id: reasons.of_text(hit) + literal for hit in by_text if hit.photo_id in shown}
        return tuple(
            Hit(photo_id, score, relevant, moment_ms, in_text.get(photo_id, literal) + why.get(photo_id, ()), stack)
            for photo_id, score, relevant, moment_ms, _, stack in hits
        )

    def _arranged(self, query: Query, hits: list[Hit], meaning: SemanticSearch | None, limit: int) -> list[Hit]:
        """Put the relevant first, in the order that is asked, and fold."""
        relevant = [hit for hit in hits if hit.relevant]
        weaker = [hit for hit in hits if not hit.relevant]
        if query.order is not Order.RELEVANCE:
            facts = self._library.facts([hit.photo_id for hit in relevant])
            sign = 1 if query.order is Order.OLDEST else -1
            dates = {photo_id: fact.sort_at for photo_id, fact in facts.items()}
            relevant.sort(key=lambda hit: _in_order(dates.get(hit.photo_id, UNDATED), sign))
        arranged = relevant + weaker
        if not query.fold:
            return arranged[:limit]
        arranged = arranged[: 2 * limit]
        ids = [hit.photo_id for hit in arranged]
        vectors = {}
        if meaning is not None:
            keys = {
                photo_id: found[0]
                for photo_id, found in self._library.embeddings_of(ids, meaning.store.model_id).items()
            }
            rows = meaning.store.matrix.vectors(np.fromiter(keys.values(), np.int64))
            vectors = dict(zip(keys, rows, strict=True))
        return stacks.group_near_duplicates(arranged, self._library.facts(ids), vectors)[:limit]


def _knows(model: ModelEntry, language: str) -> bool:
    return "mul" in model.languages or language in model.languages


def _enough_for(query: Query, limit: int) -> int:
    """Return how many photos to compare the words of: by date any relevant one may come first."""
    candidates = (2 * limit if query.fold else limit) + _MORE_CANDIDATES
    return candidates if query.order is Order.RELEVANCE else max(candidates, _CANDIDATES_BY_DATE)


def _in_order(sort_at: int, sign: int) -> tuple[bool, int]:
    """Return what to sort by date by; photos without one come last in either order."""
    return sort_at == UNDATED, sign * sort_at
