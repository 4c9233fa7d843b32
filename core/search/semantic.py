"""Ranks photos by the meaning of a query: the nearest vectors, as photos, judged against the library's background."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from core.embedding.protocol import Encoder
from core.search import planner, relevance
from core.search.library import Restriction, SearchLibrary
from core.search.owners import NO_MOMENT, NOBODY
from core.search.query_vectors import Part, QueryVectors, Read, background_sample, combine, joined_scale, spreads
from core.search.relevance import Background, Scores
from core.values.comparing import Metric
from core.values.photo import PhotoId
from core.values.query import Term, Words
from core.vectors.protocol import Keys, VectorIndex
from core.vectors.store import VectorStore


class Seen(NamedTuple):
    """A photo compared with the query: its score, and which embedding gave it."""

    score: float
    embedding: int
    moment_ms: int | None


@dataclass(frozen=True, slots=True)
class MeaningHits:
    """The photos nearest to a query.

    Attributes:
        photos: in order, the best first.
        line: the least relevant score.
        parts: the terms behind it, each with its background.
        grounds: for each part.
    """

    photos: dict[PhotoId, Seen]
    line: float
    direction: planner.Vector
    parts: tuple[Part, ...]
    grounds: tuple[Background, ...]
    plan: str


class SemanticSearch:
    """Searching with one model. Thread-safe."""

    def __init__(self, library: SearchLibrary, store: VectorStore, encoder: Encoder, read: Read) -> None:
        self._library = library
        self.store = store
        self._owners = library.owners(store.model_id)
        thresholds = encoder.thresholds
        self._line = thresholds.line
        self._floor = thresholds.nothing_fits if "nothing_fits" in thresholds.measured else None
        self._vectors = QueryVectors(library, store, encoder, read)

    def encode(self, words: str) -> None:
        """Have the vector of words ready."""
        self._vectors.parts((Words(words),))

    def search(
        self, terms: Sequence[Term], restriction: Restriction | None, limit: int, strictness: float
    ) -> MeaningHits | None:
        """Return the nearest photos, about `limit` of them; None when no term has meaning.

        `restriction` is None when all photos are allowed.

        Raises:
            QueryError: an example cannot be used, or the terms cancel each other.
        """
        parts = self._vectors.parts(terms)
        if not parts:
            return None
        index, metric = self.store.index, self.store.metric
        sample = background_sample(index)
        of_parts = spreads(parts, index, sample)
        direction = combine(parts, of_parts)
        allowed = None if restriction is None else self._library.allowed(restriction, self.store.model_id)
        photos, plan = self._nearest(index, direction, limit, allowed)
        scale = joined_scale(parts, of_parts)
        # an example is nearest to itself, and says nothing of how near others come
        examples = {part.photo_id for part in parts}
        scores = np.array([seen.score for photo_id, seen in photos.items() if photo_id not in examples], np.float32)
        unrelated = index.scores(direction, sample)
        ground = relevance.background(unrelated, scale, metric)
        only_negative = all(part.weight < 0 for part in parts)
        line = float("-inf") if only_negative else relevance.threshold(scores, ground, scale, self._line, strictness)
        if strictness > 0 and self._nothing_fits(parts, scores, metric):
            line = float("inf")
        grounds = tuple(
            relevance.background(
                unrelated if part.vector is direction else index.scores(part.vector, sample), part.scale, metric
            )
            for part in parts
        )
        return MeaningHits(photos, line, direction, parts, grounds, plan)

    def scores(self, direction: planner.Vector, photos: Sequence[PhotoId]) -> dict[PhotoId, Seen]:
        """Compare photos that were found otherwise; of a video the best frame counts."""
        by_photo = self._library.embeddings_of(photos, self.store.model_id)
        if not by_photo:
            return {}
        keys = np.concatenate(list(by_photo.values()))
        scores = self.store.index.scores(direction, keys)
        owners = [photo_id for photo_id, own in by_photo.items() for _ in own]
        found: dict[PhotoId, Seen] = {}
        for photo_id, key, score in zip(owners, keys.tolist(), scores.tolist(), strict=True):
            if not math.isnan(score) and (photo_id not in found or score > found[photo_id].score):
                found[photo_id] = Seen(score, key, None)
        return found

    def part_scores(self, hits: MeaningHits, embeddings: Keys) -> list[Scores]:
        """Return, for each part, its scores with these embeddings."""
        return [self.store.index.scores(part.vector, embeddings) for part in hits.parts]

    def _nothing_fits(self, parts: Sequence[Part], scores: Scores, metric: Metric) -> bool:
        """Tell whether a query of words means nothing that this library shows: letters, or a thing that is absent.

        By the best score itself, where the model's floor for it was measured; it says more than how far it stands out.
        """
        if self._floor is None or metric is not Metric.COSINE or len(parts) != 1 or len(scores) == 0:
            return False
        (part,) = parts
        return not part.is_example and part.weight > 0 and float(scores[0]) < self._floor

    def _nearest(
        self, index: VectorIndex, direction: planner.Vector, limit: int, allowed: Keys | None
    ) -> tuple[dict[PhotoId, Seen], str]:
        """Return the nearest photos, widening until there are `limit` although frames share a photo."""
        hidden = self._library.hidden(self.store.model_id)
        asked = limit + (len(hidden) if allowed is None else 0)
        while True:
            answer = planner.nearest(index, self.store.exact, direction, asked, allowed)
            keys = answer.matches.keys
            owners, moments = self._owners.of(keys)
            shown = (owners != NOBODY) & ~np.isin(keys, hidden)
            photos: dict[PhotoId, Seen] = {}
            for photo_id, score, key, moment_ms in zip(
                owners[shown].tolist(),
                answer.matches.scores[shown].tolist(),
                keys[shown].tolist(),
                moments[shown].tolist(),
                strict=True,
            ):
                if photo_id not in photos:
                    photos[photo_id] = Seen(score, key, None if moment_ms == NO_MOMENT else moment_ms)
            if len(photos) >= limit or len(keys) < asked:
                return photos, answer.plan
            asked *= 3
