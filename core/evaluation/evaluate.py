"""Runs an evaluation: for each model, metric and index, queries through `Searcher` over a library made for it."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.embedding.protocol import Encoder
from core.evaluation import captions as captions_table
from core.evaluation import measures
from core.evaluation.captions import Captioned, Concept
from core.evaluation.library import ModelRow, Progress, Vectors, embed, filled
from core.evaluation.report import Cell, Cut, EvaluationReport, LineReport, Retrieval
from core.query.vocabulary import Vocabulary
from core.search.query_vectors import Read
from core.search.searcher import Searcher
from core.values.comparing import IndexKind, Metric
from core.values.query import Query, SearchResult, Words
from core.vectors.exact import ExactIndex
from core.vectors.matrix import VectorMatrix
from core.vectors.store import VectorStore

SEED = 0
_LATENCY_LIMIT = 50
_LATENCY_QUERIES = 200
_AGREEMENT_AT = 50
_STRICTNESSES = (0.25, 0.4, 0.6, 0.75)


@dataclass(frozen=True, slots=True)
class Plan:
    """What to measure.

    Attributes:
        load: makes the encoder of a model id; each is loaded once.
        queries: at most so many captions are asked, drawn at random; None for all.
        folder: an existing one, for libraries that are deleted again.
    """

    captions: Path
    models: Sequence[str]
    load: Callable[[str], Encoder]
    read: Read
    folder: Path
    metrics: Sequence[Metric] = (Metric.COSINE,)
    indexes: Sequence[IndexKind] = (IndexKind.AUTO,)
    queries: int | None = None
    progress: Progress = field(default=lambda _what, _done, _all: None)


def evaluate(plan: Plan) -> EvaluationReport:
    """Measure. Raises `UsageError` when the captions or pictures cannot be read."""
    data = captions_table.read(plan.captions)
    asked = np.arange(len(data.captions))
    if plan.queries is not None and plan.queries < len(asked):
        asked = np.sort(np.random.default_rng(SEED).choice(asked, plan.queries, replace=False))
    cells = []
    for model in plan.models:
        encoder = plan.load(model)
        photos = embed(data.photos, encoder, plan.read, plan.progress)
        texts = _encoded(encoder, [data.captions[number] for number in asked], plan.progress)
        with filled(plan.folder / "evaluation", photos, encoder) as (catalog, row):
            for metric in plan.metrics:
                for kind in plan.indexes:
                    store = VectorStore(
                        plan.folder / "evaluation" / f"{metric}-{kind}", catalog, row, metric, kind=kind
                    )
                    store.graph.wait()
                    searcher = Searcher(catalog, plan.read)
                    searcher.use_model(store, encoder)
                    try:
                        cells.append(_Measurement(plan, data, asked, searcher, store).cell(row, texts, photos))
                    finally:
                        searcher.close()
                        store.close()
    return EvaluationReport(str(plan.captions), len(data.photos), len(data.captions), SEED, tuple(cells))


def _encoded(encoder: Encoder, captions: Sequence[str], progress: Progress) -> Vectors:
    """Encode captions as queries."""
    vectors = np.empty((len(captions), encoder.dimension), np.float32)
    for number, caption in enumerate(captions):
        vectors[number] = encoder.encode_query(caption)
        progress("captions encoded", number + 1, len(captions))
    return vectors


@dataclass(frozen=True, slots=True)
class _Measurement:
    """One combination being measured."""

    plan: Plan
    data: Captioned
    asked: npt.NDArray[np.int64]
    searcher: Searcher
    store: VectorStore

    def cell(self, row: ModelRow, texts: Vectors, photos: Vectors) -> Cell:
        metric = self.store.metric
        ranks = self._photo_ranks()
        owners = self.data.owners[self.asked]
        whole = measures.retrieval(ranks, 1.0 / ranks, owners, SEED)
        latencies, encoding = self._latencies()
        middle, slow = np.percentile(latencies, [50, 95]).tolist()
        return Cell(
            row.name,
            metric,
            self.store.kind,
            whole,
            _image_to_text(metric, texts, photos, owners),
            self._line(),
            middle,
            slow,
            float(np.median(encoding)),
            self.store.memory(),
            self._agreement(texts),
            self._by_language(ranks, owners),
        )

    def _ask(self, words: str, limit: int, strictness: float = 0.5) -> SearchResult:
        return self.searcher.search(Query((Words(words),), strictness=strictness), limit)

    def _photo_ranks(self) -> npt.NDArray[np.int64]:
        """Return the place of each asked caption's photo; what is not found comes after all."""
        count = len(self.data.photos)
        ranks = np.full(len(self.asked), count, np.int64)
        for number, caption in enumerate(self.asked.tolist()):
            own = int(self.data.owners[caption]) + 1
            hits = self._ask(self.data.captions[caption], count, strictness=0.0).hits
            for place, hit in enumerate(hits, 1):
                if hit.photo_id == own:
                    ranks[number] = place
                    break
            self.plan.progress(f"captions asked ({self.store.metric}, {self.store.kind})", number + 1, len(self.asked))
        return ranks

    def _by_language(self, ranks: npt.NDArray[np.int64], owners: npt.NDArray[np.int64]) -> dict[str, Retrieval]:
        languages = np.array(self.data.languages)[self.asked]
        return {
            language: measures.retrieval(
                ranks[languages == language], 1.0 / ranks[languages == language], owners[languages == language], SEED
            )
            for language in sorted(set(languages.tolist()) - {""})
        }

    def _latencies(self) -> tuple[list[float], list[float]]:
        """Return milliseconds from words to hits, and of encoding alone, for words that were not asked before."""
        whole, encoding = [], []
        for caption in self.asked[:_LATENCY_QUERIES].tolist():
            words = f"{self.data.captions[caption]} !"
            start = time.perf_counter()
            self._ask(words, _LATENCY_LIMIT)
            whole.append(1000 * (time.perf_counter() - start))
            start = time.perf_counter()
            self.searcher.encode(f"{words}!")
            encoding.append(1000 * (time.perf_counter() - start))
        return whole, encoding

    def _agreement(self, texts: Vectors) -> float:
        """Return the share of the 50 nearest photos of exact search that the index finds too."""
        shares = []
        for text in texts[:_LATENCY_QUERIES]:
            true = self.store.exact.search(text, _AGREEMENT_AT).keys
            shares.append(float(np.isin(true, self.store.index.search(text, _AGREEMENT_AT).keys).mean()))
        return float(np.mean(shares))

    def _line(self) -> LineReport | None:
        concepts = self.data.concepts(Vocabulary.load())
        if not concepts:
            return None
        wanted = [concept.photos for concept in concepts]
        answers = [self._ask(concept.word, len(self.data.photos)) for concept in concepts]
        ranked = [[int(hit.photo_id) - 1 for hit in answer.hits] for answer in answers]
        scores = [{int(hit.photo_id) - 1: hit.score for hit in answer.hits} for answer in answers]
        threshold, fixed = measures.best_fixed(scores, wanted, SEED)
        precisions = [
            measures.average_precision(np.isin(places, list(right)), len(right))
            for places, right in zip(ranked, wanted, strict=True)
        ]
        return LineReport(
            len(concepts),
            measures.cut([_above_line(answer) for answer in answers], wanted, SEED),
            fixed,
            threshold,
            measures.cut([frozenset(places[:20]) for places in ranked], wanted, SEED),
            measures.interval(np.array(precisions), np.arange(len(precisions)), SEED),
            {f"{strictness:g}": self._at(strictness, concepts, wanted) for strictness in _STRICTNESSES},
        )

    def _at(self, strictness: float, concepts: Sequence[Concept], wanted: Sequence[frozenset[int]]) -> Cut:
        found = [_above_line(self._ask(concept.word, len(self.data.photos), strictness)) for concept in concepts]
        return measures.cut(found, wanted, SEED)


def _above_line(answer: SearchResult) -> frozenset[int]:
    return frozenset(int(hit.photo_id) - 1 for hit in answer.hits if hit.relevant)


def _image_to_text(metric: Metric, texts: Vectors, photos: Vectors, owners: npt.NDArray[np.int64]) -> Retrieval:
    """Rank the asked captions for each photo that has any; the first of its own counts."""
    matrix = VectorMatrix(texts.shape[1])
    matrix.add(np.arange(len(texts)), texts)
    index = ExactIndex(matrix, metric)
    numbers = np.unique(owners)
    ranks, precisions = [], []
    for photo in numbers.tolist():
        right = owners[index.search(photos[photo], len(texts)).keys] == photo
        ranks.append(int(np.argmax(right)) + 1)
        precisions.append(measures.average_precision(right, int(right.sum())))
    return measures.retrieval(np.array(ranks, np.int64), np.array(precisions), numbers, SEED)
