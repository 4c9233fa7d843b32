"""How good and how fast a model is, what it makes of everyday words and other languages: `make eval-model MODEL=id`.

Needs `../shared/data`: the captioned dev photos, Tiny ImageNet's validation pictures. Captions are
encoded as they are, class names and short queries through the model's prompt templates, as the
program does it.
"""

import argparse
import csv
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import numpy as np
import numpy.typing as npt
import psutil

from benchmarks.captioned import Captioned, Labelled, labelled_pictures, read_photos
from benchmarks.report import Figure, write
from benchmarks.retrieval import Floats, Ints, photo_ranks, share, text_ranks
from core.embedding.models.locate import locate
from core.embedding.protocol import Encoder
from core.embedding.runtime.load import load
from core.settings.paths import LibraryPaths

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "shared" / "data"
SYNONYMS = HERE / "synonym_queries.tsv"
LANGUAGES = HERE / "captions_in_other_languages.tsv"
EVERYDAY = HERE / "everyday_queries.tsv"
Row = TypeVar("Row")
SPEED_SECONDS = 5.0
BATCH = 16
FIRST = 10


@dataclass(frozen=True, slots=True)
class SynonymQuery:
    """A query whose key word no training caption has, its usual wording, the words that count."""

    query: str
    usual: str
    expected: frozenset[str]


@dataclass(frozen=True, slots=True)
class EverydayQuery:
    """What people ask for. `fitting`: parts of captions of dev photos, or classes of Tiny ImageNet where `tiny`."""

    query: str
    kind: str
    tiny: bool
    fitting: tuple[str, ...]


def evaluate(encoder: Encoder, data: Path = DATA) -> dict[str, Figure]:
    """All figures of quality for one model."""
    dev = read_photos(data / "flickr8k_dev")
    photos = encode_photos(encoder, dev)
    captions = in_batches(encoder.encode_texts, dev.texts)
    labelled = labelled_pictures(data / "training" / "tiny_imagenet_val.npz")
    pictures = encode_pictures(encoder, labelled)
    return {
        "flickr8k dev": recalls(captions, photos, dev.owners),
        "score scale": score_scale(captions, photos, dev.owners),
        "other languages": languages(encoder, dev, photos),
        "everyday words": everyday(encoder, dev, photos, labelled, pictures),
        "tiny imagenet zero-shot": naming(encoder, labelled, pictures),
        "words without pictures": synonyms(encoder, dev, photos),
    }


def encode_photos(encoder: Encoder, photos: Captioned) -> Floats:
    """Vectors of photo files, prepared as the program prepares them."""
    return in_batches(
        lambda paths: encoder.encode_images(photos.prepared(paths, encoder.model_input)),
        photos.paths,
    )


def recalls(texts: Floats, photos: Floats, owners: Ints) -> dict[str, Figure]:
    """R@1, 5 and 10 both ways; the intervals redraw photos."""
    to_photo, to_text = photo_ranks(texts, photos, owners), text_ranks(texts, photos, owners)
    found: dict[str, Figure] = {}
    for within in (1, 5, FIRST):
        found[f"text to photo R@{within}"] = str(share(to_photo < within, owners))
    for within in (1, 5, FIRST):
        found[f"photo to text R@{within}"] = str(share(to_text < within))
    return found


def score_scale(texts: Floats, photos: Floats, owners: Ints) -> dict[str, Figure]:
    """Cosines of captions with their own photo and with all others."""
    scores = texts @ photos.T
    own = np.zeros(scores.shape, bool)
    own[np.arange(len(texts)), owners] = True
    return {
        "unrelated mean": float(scores[~own].mean()),
        "unrelated standard deviation": float(scores[~own].std()),
        "related mean": float(scores[own].mean()),
    }


def encode_pictures(encoder: Encoder, pictures: Labelled) -> Floats:
    """Vectors of an archive's pictures."""
    return in_batches(
        lambda rows: encoder.encode_images(pictures.prepared(rows, encoder.model_input)),
        range(len(pictures.labels)),
    )


def naming(encoder: Encoder, pictures: Labelled, vectors: Floats) -> dict[str, Figure]:
    """Share of pictures whose class's first name is the nearest of all."""
    names = np.stack([encoder.encode_query(words[0]) for words in pictures.class_words])
    right = (vectors @ names.T).argmax(1) == pictures.labels
    return {"top-1": str(share(right)), "classes": len(names)}


def languages(encoder: Encoder, dev: Captioned, photos: Floats) -> dict[str, Figure]:
    """R@10 of captions that people wrote in other languages, one of each photo, among all dev photos."""
    row_of = {path.name: row for row, path in enumerate(dev.paths)}
    spoken: dict[str, list[tuple[int, str]]] = {}
    for row in _read_table(LANGUAGES):
        spoken.setdefault(row["language"], []).append((row_of[row["image"]], row["caption"]))
    found: dict[str, Figure] = {}
    for language, pairs in spoken.items():
        texts = in_batches(encoder.encode_texts, [caption for _, caption in pairs])
        ranks = photo_ranks(texts, photos, np.array([row for row, _ in pairs], np.int64))
        found[f"{language} R@{FIRST}"] = str(share(ranks < FIRST))
    return found


def everyday(
    encoder: Encoder, dev: Captioned, photos: Floats, labelled: Labelled, pictures: Floats
) -> dict[str, Figure]:
    """Of the ten first photos for a word, how many show it, by captions or labels; by kind of word."""
    by_kind: dict[str, list[float]] = {}
    for query in read_everyday(EVERYDAY):
        fits = _fitting_pictures(query, labelled) if query.tiny else _fitting_photos(query, dev)
        scores = (pictures if query.tiny else photos) @ encoder.encode_query(query.query)
        by_kind.setdefault(query.kind, []).append(float(fits[np.argsort(-scores)[:FIRST]].mean()))
    everything = [precision for found in by_kind.values() for precision in found]
    by_kind[f"all {len(everything)}"] = everything
    return {f"P@{FIRST}, {kind}": float(np.mean(found)) for kind, found in by_kind.items()}


def read_everyday(path: Path) -> list[EverydayQuery]:
    """The committed list of everyday queries."""
    return [
        EverydayQuery(row["query"], row["kind"], row["photos"] == "tiny", tuple(row["fitting"].split("|")))
        for row in _read_table(path)
    ]


def _fitting_pictures(query: EverydayQuery, labelled: Labelled) -> npt.NDArray[np.bool_]:
    fits = np.array([words[0] in query.fitting for words in labelled.class_words], bool)
    return np.asarray(fits[labelled.labels], np.bool_)


def _fitting_photos(query: EverydayQuery, dev: Captioned) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(dev.paths), bool)
    for text, owner in zip(dev.texts, dev.owners, strict=True):
        found[owner] |= any(part in text.lower() for part in query.fitting)
    return found


def _read_table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def synonyms(encoder: Encoder, dev: Captioned, photos: Floats) -> dict[str, Figure]:
    """Of the ten first photos, how many fit, as a share of how many could; for both wordings."""
    queries = read_synonyms(SYNONYMS)
    fitting = [dev.mentioning(query.expected) for query in queries]
    found: dict[str, Figure] = {"queries": len(queries)}
    for label, wording in (("unseen word", "query"), ("usual word", "usual")):
        shares = [
            _first_ten(encoder.encode_query(getattr(query, wording)), photos, fits)
            for query, fits in zip(queries, fitting, strict=True)
        ]
        found[f"{label} R@{FIRST}"] = 100 * float(np.mean(shares))
    chance = [fits.mean() * FIRST / min(FIRST, fits.sum()) for fits in fitting]
    found[f"chance R@{FIRST}"] = 100 * float(np.mean(chance))
    return found


def read_synonyms(path: Path) -> list[SynonymQuery]:
    """The committed list of queries."""
    with path.open(encoding="utf-8", newline="") as lines:
        return [
            SynonymQuery(row["query"], row["synonym"], frozenset(row["expected"].split()))
            for row in csv.DictReader(lines, delimiter="\t")
        ]


def speed(encoder: Encoder) -> dict[str, Figure]:
    """Pictures a second in batches of 16 and single queries a second, encoders alone."""
    size = encoder.model_input.size
    pixels = np.random.default_rng(0).integers(0, 256, (BATCH, size, size, 3), np.uint8)
    return {
        "pictures a second": BATCH * _rate(lambda: encoder.encode_images(pixels)),
        "queries a second": _rate(lambda: encoder.encode_texts(["a dog on the beach"])),
    }


def in_batches(encode: Callable[[Sequence[Row]], Floats], rows: Sequence[Row], batch: int = 100) -> Floats:
    """Encode many rows, some at a time."""
    return np.concatenate([encode(rows[start : start + batch]) for start in range(0, len(rows), batch)])


def _first_ten(query: Floats, photos: Floats, fits: npt.NDArray[np.bool_]) -> float:
    first = np.argsort(-(photos @ query))[:FIRST]
    return float(fits[first].sum()) / min(FIRST, int(fits.sum()))


def _rate(call: Callable[[], object]) -> float:
    call()
    count, start = 0, time.perf_counter()
    while (spent := time.perf_counter() - start) < SPEED_SECONDS:
        call()
        count += 1
    return count / spent


def loading(model_id: str, models: Path) -> tuple[Encoder, dict[str, Figure]]:
    """Load a model and say how long it takes until the first query and the first picture, and what it holds."""
    start = time.perf_counter()
    load(model_id, models)  # what it stands on is imported; the first time on a machine it also tries precisions
    imported = time.perf_counter() - start
    process = psutil.Process()
    before, start = process.memory_info().rss, time.perf_counter()
    encoder = load(model_id, models)
    encoder.encode_query("a dog on the beach")
    asked = time.perf_counter() - start
    size = encoder.model_input.size
    start = time.perf_counter()
    encoder.encode_images(np.zeros((BATCH, size, size, 3), np.uint8))
    seen = time.perf_counter() - start
    located = locate(model_id, models)
    return encoder, {
        "imported in seconds": imported,
        "first query after seconds": asked,
        "first pictures after further seconds": seen,
        "memory taken, MiB": (process.memory_info().rss - before) / 2**20,
        "files, MiB": sum(file.bytes for file in located.entry.files) / 2**20,
        "precision": str(encoder.precision),
    }


def main() -> None:
    """Measure one model and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", help="its id in resources/models.toml, or of one of your own")
    parser.add_argument(
        "--models", type=Path, default=LibraryPaths.default().models, help="folder of downloaded models"
    )
    arguments = parser.parse_args()
    encoder, load_figures = loading(arguments.model, arguments.models)
    write(f"eval-{arguments.model}", {**evaluate(encoder), "speed": speed(encoder), "loading": load_figures})


if __name__ == "__main__":
    main()
