"""Whether "beach -people" does what it says, on captioned photos: `python -m benchmarks.bench_negatives MODEL`.

The captions part the photos of each pair A, B: a photo shows what two of its captions name, and does not show what
none names; the rest are left out. The program's own search ranks all photos for "A" and for "A -B", as they are typed;
beside that, the plain differences of the vectors of A and B rank them. An AUC is the chance that a photo of A without
B comes before one of another group: 0.5 is no order at all. Intervals are bootstrapped over the photos. Of what stands
above the relevance line for "A" and for "A -B" it says what share is right, and what share of the right is there:
photos of A, for "A -B" those without B. The same for each word with the first right hit as liked ("more like this") or
the first wrong one as disliked, and for photos of A as examples without a word; the photo pointed at is left out of the
count.
"""

import argparse
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.captioned import Captioned, read_photos
from benchmarks.eval_model import DATA
from benchmarks.report import Figure, write
from benchmarks.retrieval import BOOTSTRAPS, SEED, Floats, Ints
from core.embedding.protocol import Encoder
from core.embedding.runtime.load import load
from core.evaluation import measures
from core.evaluation.library import embed, filled
from core.media.reader import read
from core.query import feedback
from core.query.context import here
from core.query.spec import Defaults
from core.query.understanding import understand
from core.search.searcher import Searcher
from core.settings.paths import LibraryPaths
from core.values.photo import PhotoId
from core.values.query import ExamplePhoto, Query
from core.vectors.store import VectorStore

Bools = npt.NDArray[np.bool_]

NAMED_BY = {
    "ball": "ball balls football soccer basketball",
    "beach": "beach shore seashore",
    "bike": "bike bikes bicycle bicycles",
    "child": "child children kid kids toddler toddlers baby boy boys girl girls",
    "dog": "dog dogs puppy puppies",
    "grass": "grass grassy lawn",
    "mountain": "mountain mountains mountainside cliff cliffs",
    "people": "people person persons man men woman women boy boys girl girls child children kid kids toddler toddlers "
    "baby lady ladies guy guys couple crowd group team player players swimmer swimmers surfer surfers skier skiers "
    "snowboarder hiker hikers climber climbers family friends someone runner cyclist biker rider adult adults teenager "
    "teenagers male female he she his her they",
    "snow": "snow snowy",
    "street": "street streets road sidewalk",
    "water": "water ocean lake river pool sea wave waves stream",
}
PAIRS = (
    *(("beach", "people"), ("beach", "dog"), ("dog", "grass"), ("dog", "snow"), ("dog", "water"), ("dog", "ball")),
    *(("dog", "people"), ("snow", "people"), ("snow", "dog"), ("water", "dog"), ("water", "people"), ("grass", "dog")),
    *(("street", "bike"), ("bike", "street"), ("mountain", "snow"), ("child", "water"), ("ball", "dog")),
)
FEWEST = 5
"""A pair with fewer photos of A with B, or of A without B, tells nothing and is left out."""
MOST_ABOVE = 500
"""Hits asked for, as the window does."""
EXAMPLES = 12
"""Photos of each word that are searched by."""


@dataclass(frozen=True, slots=True)
class Showing:
    """Which photos show something for sure, by two captions, and which may, by one."""

    surely: Bools
    perhaps: Bools


@dataclass(frozen=True, slots=True)
class Way:
    """How one way of ranking treats a pair: mean places (from 1) of groups, and AUCs against them, by group."""

    mean_rank: Mapping[str, float]
    auc: Mapping[str, float]
    interval: Mapping[str, tuple[float, float]]

    def figures(self) -> dict[str, Figure]:
        """Return it for the report."""
        return {
            **{f"mean rank of {group}": rank for group, rank in self.mean_rank.items()},
            **{f"AUC against {group}": value for group, value in self.auc.items()},
            **{
                f"AUC against {group}, 95 %": f"{low:.3f} to {high:.3f}" for group, (low, high) in self.interval.items()
            },
        }


@dataclass(frozen=True, slots=True)
class Lines:
    """What stood above the line in each search, of the photos of which the captions are sure, and what should have."""

    found: list[frozenset[int]] = field(default_factory=list)
    right: list[frozenset[int]] = field(default_factory=list)

    def add(self, above: frozenset[int], right: Bools, wrong: Bools) -> None:
        """Add one search by rows of photos."""
        self.found.append(above & frozenset(np.flatnonzero(right | wrong).tolist()))
        self.right.append(frozenset(np.flatnonzero(right).tolist()))

    def figures(self) -> dict[str, Figure]:
        """Return the means over the searches with their 95 % intervals."""
        cut = measures.cut(self.found, self.right, SEED)
        return {
            **{
                name: f"{one.value:.3f} ({one.low:.3f} to {one.high:.3f})"
                for name, one in (("precision", cut.precision), ("recall", cut.recall), ("F1", cut.f1))
            },
            "searches with nothing above it": sum(not found for found in self.found),
        }


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench_negatives", description=__doc__)
    parser.add_argument("model", nargs="?", default="eidetic-base")
    parser.add_argument("--models", type=Path, default=LibraryPaths.default().models, help="folder of downloaded ones")
    parser.add_argument("--data", type=Path, default=DATA / "flickr8k_dev", help="folder of captions.tsv and photos")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    encoder = load(options.model, options.models)
    photos = read_photos(options.data)
    vectors = embed(photos.paths, encoder, read, lambda _what, _done, _all: None)
    figures: dict[str, Figure] = {"photos": len(vectors)}
    measured: list[Mapping[str, Way]] = []
    alone, without = Lines(), Lines()
    with (
        tempfile.TemporaryDirectory(prefix="eidetic-negatives-") as folder,
        filled(Path(folder) / "library", vectors, encoder) as (catalog, row),
    ):
        store = VectorStore(Path(folder) / "library" / "vectors", catalog, row)
        searcher = Searcher(catalog, read)
        searcher.use_model(store, encoder)
        try:
            for wanted, unwanted in PAIRS:
                groups = parted(showing(photos, wanted), showing(photos, unwanted), wanted, unwanted)
                if min(int(group.sum()) for group in groups.values()) >= FEWEST:
                    ways = compare(searcher, encoder, vectors, groups, (wanted, unwanted))
                    measured.append(ways)
                    (_, plain), (_, with_both), (_, neither) = groups.items()
                    alone.add(above_the_line(searcher, _typed(wanted)), plain | with_both, neither)
                    without.add(above_the_line(searcher, _typed(f"{wanted} -{unwanted}")), plain, with_both | neither)
                    counts: dict[str, Figure] = {group: int(members.sum()) for group, members in groups.items()}
                    figures[f"{wanted} -{unwanted}"] = {
                        "photos": counts,
                        **{way: one.figures() for way, one in ways.items()},
                    }
            liked, disliked = after_feedback(searcher, photos)
            examples = by_example(searcher, photos)
        finally:
            searcher.close()
            store.close()
    figures["mean of all pairs"] = means(measured)
    figures["above the line"] = {
        "A": alone.figures(),
        "A -B": without.figures(),
        "A, first right one liked": liked.figures(),
        "A, first wrong one disliked": disliked.figures(),
        "a photo of A": examples.figures(),
    }
    write(f"negatives-{options.model}", figures, options.out)


def showing(photos: Captioned, word: str) -> Showing:
    """Tell by captions which photos show what a word of `NAMED_BY` says."""
    words = frozenset(NAMED_BY[word].split())
    named = np.array([not words.isdisjoint(text.lower().replace("'", " ").split()) for text in photos.texts])
    count = np.bincount(photos.owners, weights=named, minlength=len(photos.paths))
    return Showing(count >= 2, count >= 1)


def parted(wanted: Showing, unwanted: Showing, a: str, b: str) -> dict[str, Bools]:
    """Return the photos of A without B, first, of A with B, and of neither."""
    return {
        f"{a} without {b}": wanted.surely & ~unwanted.perhaps,
        f"{a} with {b}": wanted.surely & unwanted.surely,
        f"neither {a} nor {b}": ~wanted.perhaps & ~unwanted.perhaps,
    }


def compare(
    searcher: Searcher, encoder: Encoder, vectors: Floats, groups: Mapping[str, Bools], words: tuple[str, str]
) -> dict[str, Way]:
    """Rank all photos in every way, and say where the groups come."""
    a, b = words
    towards, away = encoder.encode_query(a), encoder.encode_query(b)
    places = {
        "without the negative": found(searcher, a, len(vectors)),
        "with the negative": found(searcher, f"{a} -{b}", len(vectors)),
        "vectors subtracted": by_score(vectors @ (towards - away)),
        "half subtracted": by_score(vectors @ (towards - np.float32(0.5) * away)),
    }
    (_, best), *others = groups.items()
    return {
        way: Way(
            {name: float(ranked[group].mean()) for name, group in groups.items()},
            {name: auc(ranked[best], ranked[group]) for name, group in others},
            {name: interval(ranked[best], ranked[group]) for name, group in others},
        )
        for way, ranked in places.items()
    }


def found(searcher: Searcher, text: str, photos: int) -> Ints:
    """Return the place (from 1) that the program gives each photo when `text` is typed."""
    query = replace(_typed(text), strictness=0.0)
    hits = np.array([int(hit.photo_id) - 1 for hit in searcher.search(query, photos).hits], np.int64)
    if len(hits) != photos:
        raise RuntimeError(f"{text!r} found {len(hits)} of {photos} photos")
    return _places(hits)


def after_feedback(searcher: Searcher, photos: Captioned) -> tuple[Lines, Lines]:
    """Search each word with the first right hit as liked, and with the first wrong one as disliked."""
    liked, disliked = Lines(), Lines()
    for word in NAMED_BY:
        shows, query = showing(photos, word), _typed(word)
        ranked = [hit.photo_id for hit in searcher.search(query, MOST_ABOVE).hits]
        right = next(photo_id for photo_id in ranked if shows.surely[photo_id - 1])
        wrong = next(photo_id for photo_id in ranked if not shows.perhaps[photo_id - 1])
        for lines, photo_id, refined in (
            (liked, right, replace(query, terms=feedback.refine(query.terms, liked=[right]))),
            (disliked, wrong, replace(query, terms=feedback.refine(query.terms, disliked=[wrong]))),
        ):
            others = np.arange(len(photos.paths)) != photo_id - 1
            lines.add(above_the_line(searcher, refined), shows.surely & others, ~shows.perhaps & others)
    return liked, disliked


def by_example(searcher: Searcher, photos: Captioned) -> Lines:
    """Search by photos of each word, evenly from all that surely show it."""
    lines = Lines()
    for word in NAMED_BY:
        shows = showing(photos, word)
        rows = np.flatnonzero(shows.surely)
        for row in rows[np.linspace(0, len(rows) - 1, EXAMPLES).round().astype(int)].tolist():
            others = np.arange(len(photos.paths)) != row
            query = Query((ExamplePhoto(PhotoId(row + 1)),))
            lines.add(above_the_line(searcher, query), shows.surely & others, ~shows.perhaps & others)
    return lines


def above_the_line(searcher: Searcher, query: Query) -> frozenset[int]:
    """Return the rows of the photos that the program says fit."""
    result = searcher.search(query, MOST_ABOVE)
    return frozenset(int(hit.photo_id) - 1 for hit in result.hits if hit.relevant)


def by_score(scores: Floats) -> Ints:
    """Return the place (from 1) of each photo by its score."""
    return _places(np.argsort(-scores, kind="stable"))


def auc(best: Ints, others: Ints) -> float:
    """Return in what share of all pairs one of the `best` places stands before one of the `others`."""
    return float(1 - np.searchsorted(np.sort(others), best).mean() / len(others))


def interval(best: Ints, others: Ints) -> tuple[float, float]:
    """Return the ends of the 95 % interval of `auc`; photos of both groups are drawn again."""
    dice = np.random.default_rng(SEED)
    drawn = [auc(dice.choice(best, len(best)), dice.choice(others, len(others))) for _ in range(BOOTSTRAPS)]
    low, high = np.percentile(drawn, [2.5, 97.5]).tolist()
    return low, high


def means(measured: Sequence[Mapping[str, Way]]) -> dict[str, Figure]:
    """Return the mean AUC of every way over the pairs, each pair counting alike."""
    figures: dict[str, Figure] = {"pairs": len(measured)}
    for way in measured[0] if measured else ():
        with_both, neither = np.mean([list(ways[way].auc.values()) for ways in measured], axis=0).tolist()
        figures[way] = {"AUC against A with B": with_both, "AUC against neither": neither}
    return figures


def _typed(text: str) -> Query:
    return understand(text, here(), defaults=Defaults(fold=False)).query


def _places(order: Ints) -> Ints:
    places = np.empty(len(order), np.int64)
    places[order] = np.arange(1, len(order) + 1)
    return places


if __name__ == "__main__":
    main()
