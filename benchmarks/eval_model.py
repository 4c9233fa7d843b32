"""How good and how fast a model is: `make eval-model MODEL=id`.

Needs `../shared/data`: the captioned dev photos, Tiny ImageNet's validation pictures. Captions are
encoded as they are, class names and short queries through the model's prompt templates, as the
program does it.
"""

import argparse
import csv
import importlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt
import psutil

from benchmarks.captioned import Captioned, labelled_pictures, read_photos
from benchmarks.report import Figure, write
from benchmarks.retrieval import Floats, Ints, photo_ranks, share, text_ranks
from core.embedding.models.locate import locate
from core.embedding.runtime.load import load
from core.settings.paths import LibraryPaths

if TYPE_CHECKING:
    from core.embedding.runtime.openclip import OpenClipEncoder

HERE = Path(__file__).parent
DATA = HERE.parent.parent / "shared" / "data"
SYNONYMS = HERE / "synonym_queries.tsv"
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


def evaluate(encoder: "OpenClipEncoder", data: Path = DATA) -> dict[str, Figure]:
    """All figures of quality for one model."""
    dev = read_photos(data / "flickr8k_dev")
    photos = encode_photos(encoder, dev)
    captions = in_batches(encoder.encode_texts, dev.texts)
    return {
        "flickr8k dev": recalls(captions, photos, dev.owners),
        "score scale": score_scale(captions, photos, dev.owners),
        "tiny imagenet zero-shot": naming(encoder, data / "training" / "tiny_imagenet_val.npz"),
        "words without pictures": synonyms(encoder, dev, photos),
    }


def encode_photos(encoder: "OpenClipEncoder", photos: Captioned) -> Floats:
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


def naming(encoder: "OpenClipEncoder", archive: Path) -> dict[str, Figure]:
    """Share of pictures whose class's first name is the nearest of all."""
    pictures = labelled_pictures(archive)
    names = np.stack([encoder.encode_query(words[0]) for words in pictures.class_words])
    vectors = in_batches(
        lambda rows: encoder.encode_images(pictures.prepared(rows, encoder.model_input)),
        range(len(pictures.labels)),
    )
    right = (vectors @ names.T).argmax(1) == pictures.labels
    return {"top-1": str(share(right)), "classes": len(names)}


def synonyms(encoder: "OpenClipEncoder", dev: Captioned, photos: Floats) -> dict[str, Figure]:
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


def speed(encoder: "OpenClipEncoder") -> dict[str, Figure]:
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


def loading(model_id: str, models: Path) -> tuple["OpenClipEncoder", dict[str, Figure]]:
    """Load a model and say how long that took, once what it stands on is imported, and what it holds."""
    import torch  # noqa: F401  (its import is not the model's)

    from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops

    start = time.perf_counter()
    ensure_torchvision_ops()
    importlib.import_module("open_clip")
    imported = time.perf_counter() - start
    process = psutil.Process()
    load(model_id, models)  # the first time on a machine tries precisions; that is remembered
    before, start = process.memory_info().rss, time.perf_counter()
    encoder = load(model_id, models)
    seconds = time.perf_counter() - start
    located = locate(model_id, models)
    weights = located.folder / located.entry.weights
    return encoder, {
        "open_clip imported in seconds": imported,
        "loaded in seconds": seconds,
        "memory taken by loading, MiB": (process.memory_info().rss - before) / 2**20,
        "weights file, MiB": weights.stat().st_size / 2**20,
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
