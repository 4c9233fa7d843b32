"""How right a model's labels are, by threshold: `python -m benchmarks.bench_labels MODEL`.

On captioned photos a label counts as right when it, a synonym of it or a narrower label stands in one of the photo's
captions. Captions leave things out, so the true precision is higher. The threshold is chosen on half of the photos:
the lowest with the wanted precision; the other half says what it is worth.
"""

import argparse
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from benchmarks.captioned import Captioned, read_photos
from benchmarks.eval_model import DATA, encode_photos
from benchmarks.report import Figure, write
from core.embedding import load
from core.enrichment.label_vectors import Matrix, encode, shares
from core.enrichment.labeller import MOST_LABELS, strongest
from core.query.vocabulary import Vocabulary
from core.settings.paths import LibraryPaths

WANTED = 0.7
FEWEST = 50
_THRESHOLDS = np.arange(0.05, 0.96, 0.025)
_ENCODED_AT_ONCE = 32

Truth = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Quality:
    """What a threshold comes to. `found`: the share of labels standing in captions that photos got."""

    threshold: float
    precision: float
    labels: int
    photos: float
    found: float

    def figures(self) -> dict[str, Figure]:
        """Return it for the report."""
        return {
            "precision": self.precision,
            "labels kept": self.labels,
            "share of photos with a label": self.photos,
            "share of captioned labels found": self.found,
        }


def main() -> None:
    """Measure one model."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="eidetic-base")
    parser.add_argument(
        "--models", type=Path, default=LibraryPaths.default().models, help="folder of downloaded models"
    )
    parser.add_argument("--precision", type=float, default=WANTED, help="wanted on the photos it is chosen by")
    parser.add_argument("--examples", type=int, default=10, help="photos to print with their labels")
    arguments = parser.parse_args()
    vocabulary = Vocabulary.load()
    encoder = load(arguments.model, arguments.models)
    photos = read_photos(DATA / "flickr8k_dev")
    vectors = encode_photos(encoder, photos)
    labels = vocabulary.labels
    starts = range(0, len(labels), _ENCODED_AT_ONCE)
    matrix = np.concatenate([encode(labels[start : start + _ENCODED_AT_ONCE], encoder) for start in starts])
    sure = shares(vectors @ matrix.T, vocabulary.covers, encoder.score_scale)
    truth = captioned_labels(photos, vocabulary)
    half = np.arange(len(vectors)) % 2 == 0
    chosen = choose(sure[half], truth[half], arguments.precision)
    write(
        f"labels-{arguments.model}",
        {
            "labels": len(vocabulary),
            "photos": len(vectors),
            "chosen threshold": chosen,
            "on the other half": quality(sure[~half], truth[~half], chosen).figures(),
            "by threshold": {f"{least:.2f}": quality(sure, truth, least).figures() for least in _THRESHOLDS[::2]},
        },
    )
    for number in range(min(arguments.examples, len(vectors))):
        names = [labels[label].name for label in strongest(sure[number], chosen)]
        print(f"{photos.texts[5 * number]}\n    {', '.join(names) or '(none)'}")


def captioned_labels(photos: Captioned, vocabulary: Vocabulary) -> Truth:
    """Tell which labels (photos, labels) stand in a photo's captions, by any of their words in any form."""
    captions: list[list[frozenset[str]]] = [[] for _ in photos.paths]
    for text, owner in zip(photos.texts, photos.owners.tolist(), strict=True):
        captions[owner].append(_stems(text))
    words = [[_stems(word) for word in label.words] for label in vocabulary.labels]
    stand = np.array([[_stands(wanted, said) for wanted in words] for said in captions], bool)
    return np.asarray(stand.astype(np.int32) @ vocabulary.covers.T.astype(np.int32) > 0, np.bool_)


def quality(sure: Matrix, truth: Truth, least: float) -> Quality:
    """Measure a threshold."""
    kept = [strongest(row, least) for row in sure]
    right = sum(int(truth[photo, label]) for photo, labels in enumerate(kept) for label in labels)
    count = sum(len(labels) for labels in kept)
    findable = int(np.minimum(truth.sum(axis=1), MOST_LABELS).sum())
    return Quality(
        threshold=least,
        precision=right / count if count else 0.0,
        labels=count,
        photos=sum(1 for labels in kept if labels) / len(kept),
        found=right / max(findable, 1),
    )


def choose(sure: Matrix, truth: Truth, precision: float) -> float:
    """Return the lowest threshold with at least this precision; the most precise when none has it."""
    measured = [quality(sure, truth, float(least)) for least in _THRESHOLDS]
    enough = [one for one in measured if one.labels >= FEWEST]
    good = [one for one in enough if one.precision >= precision]
    return good[0].threshold if good else max(enough, key=lambda one: one.precision).threshold


def _stands(wanted: Iterable[frozenset[str]], said: Iterable[frozenset[str]]) -> bool:
    return any(stems <= caption for caption in said for stems in wanted)


_LITTLE = frozenset(["a", "an", "the", "of", "on", "in", "at", "to", "with", "and", "or", "s"])


def _stems(text: str) -> frozenset[str]:
    return frozenset(_stem(word) for word in re.findall(r"[a-z]+", text.lower()) if word not in _LITTLE)


def _stem(word: str) -> str:
    for ending in ("ies", "ing", "ed", "es", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            word = word[: -len(ending)]
            break
    return word[:-1] if len(word) > 3 and word[-1] == word[-2] else word


if __name__ == "__main__":
    main()
