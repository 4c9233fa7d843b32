"""The training pictures: read from their archives, one by one, at the size that the towers look at."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from training.builtin.config import Places, Recipe

Pixels = npt.NDArray[np.uint8]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Archive:
    """Encoded pictures, joined, as they lie in an `.npz`: the n-th is `data[offsets[n]:offsets[n + 1]]`."""

    data: Pixels
    offsets: Ints

    def pixels(self, rows: Ints, size: int) -> Iterator[Pixels]:
        """Decode some pictures, RGB `[size, size, 3]`, squashed to squares."""
        for row in rows:
            with Image.open(io.BytesIO(self.data[self.offsets[row] : self.offsets[row + 1]].tobytes())) as picture:
                yield squashed(picture, size)


@dataclass(frozen=True, slots=True)
class Captioned:
    """Flickr8k's training photos and their five captions each, in the same order."""

    archive: Archive
    captions: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Labelled:
    """Tiny ImageNet's pictures, the class of each, and the words of every class."""

    archive: Archive
    labels: Ints
    class_words: tuple[tuple[str, ...], ...]

    def of_each_class(self, count: int, seed: int) -> Ints:
        """Rows of `count` pictures a class, drawn once for all."""
        dice = np.random.default_rng(seed)
        classes = range(len(self.class_words))
        return np.sort(
            np.concatenate([dice.permutation(np.flatnonzero(self.labels == one))[:count] for one in classes])
        )


def flickr_train(places: Places) -> Captioned:
    """Read Flickr8k's training part."""
    path = places.data / "flickr8k_train.npz"
    with np.load(path) as archive:
        names = [str(name) for name in archive["names"]]
    captions = read_captions(places.data / "flickr8k_train_captions.tsv")
    return Captioned(_archive(path), tuple(captions[name] for name in names))


def tiny_imagenet(places: Places, part: str) -> Labelled:
    """Read Tiny ImageNet's `train` or `val` part."""
    path = places.data / f"tiny_imagenet_{part}.npz"
    with np.load(path) as archive:
        words = tuple(tuple(word.strip() for word in str(name).split(",")) for name in archive["names"])
        labels = archive["labels"].astype(np.int64)
    return Labelled(_archive(path), labels, words)


def dev_pixels(places: Places, recipe: Recipe) -> Iterator[Pixels]:
    """Decode Flickr8k's dev photos in the order of its captions: for reporting only."""
    for name in read_captions(places.dev / "captions.tsv"):
        with Image.open(places.dev / "photos" / name) as photo:
            yield squashed(photo, recipe.size)


def read_captions(path: Path) -> dict[str, tuple[str, ...]]:
    """Captions by photo name, in the order of the file."""
    captions: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            captions.setdefault(row["image"], []).append(row["caption"])
    return {name: tuple(texts) for name, texts in captions.items()}


def squashed(picture: Image.Image, size: int) -> Pixels:
    """A picture as a square, whatever its aspect; as `core.media.model_input` prepares it."""
    return np.asarray(picture.convert("RGB").resize((size, size), Image.Resampling.BICUBIC))


def _archive(path: Path) -> Archive:
    with np.load(path) as archive:
        return Archive(archive["data"], archive["offsets"].astype(np.int64))
