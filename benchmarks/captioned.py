"""The measuring data as arrays: captioned photo files and labelled pictures in an archive."""

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.retrieval import Ints
from core.media.model_input import ModelInput, prepare

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Captioned:
    """Photo files with several captions each; `owners` says which photo a caption belongs to."""

    paths: tuple[Path, ...]
    texts: tuple[str, ...]
    owners: Ints

    def prepared(self, paths: Sequence[Path], model_input: ModelInput) -> Pixels:
        """Some of the photos, as a model takes them."""
        rows = []
        for path in paths:
            with Image.open(path) as photo:
                rows.append(prepare(photo, model_input))
        return np.stack(rows)

    def mentioning(self, words: frozenset[str]) -> npt.NDArray[np.bool_]:
        """Which photos have one of `words` in any of their captions."""
        found = np.zeros(len(self.paths), bool)
        for text, owner in zip(self.texts, self.owners, strict=True):
            found[owner] |= not words.isdisjoint(re.findall(r"[a-z]+", text.lower()))
        return found


@dataclass(frozen=True, slots=True)
class Labelled:
    """Encoded pictures of an archive with their classes, and each class's words."""

    encoded: tuple[bytes, ...]
    labels: Ints
    class_words: tuple[tuple[str, ...], ...]

    def prepared(self, rows: Sequence[int], model_input: ModelInput) -> Pixels:
        """Some of the pictures, as a model takes them."""
        found = []
        for row in rows:
            with Image.open(io.BytesIO(self.encoded[row])) as picture:
                found.append(prepare(picture, model_input))
        return np.stack(found)


def read_photos(folder: Path) -> Captioned:
    """`captions.tsv` (image, caption) beside a folder `photos`."""
    paths: dict[str, int] = {}
    texts, owners = [], []
    with (folder / "captions.tsv").open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            owners.append(paths.setdefault(row["image"], len(paths)))
            texts.append(row["caption"])
    files = tuple(folder / "photos" / name for name in paths)
    return Captioned(files, tuple(texts), np.array(owners, np.int64))


def labelled_pictures(archive_path: Path) -> Labelled:
    """An archive with `data` (joined files), `offsets`, `labels` and `names` (words of a class)."""
    with np.load(archive_path) as archive:
        joined, offsets = archive["data"].tobytes(), archive["offsets"]
        labels = archive["labels"].astype(np.int64)
        words = tuple(tuple(part.strip() for part in str(name).split(",")) for name in archive["names"])
    encoded = tuple(joined[start:end] for start, end in pairwise(offsets))
    return Labelled(encoded, labels, words)
