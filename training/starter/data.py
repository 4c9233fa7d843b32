"""The training pictures and captions as arrays: read once from WebP, then memory-mapped.

Nothing here decides how they are used; see `pictures.py` for crops and the stages for losses.
"""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from training.starter.config import Places

Pixels = npt.NDArray[np.uint8]
MORE_SIDE = 224
"""As large as what the image tower looks at later: photos of 176 px, enlarged, are softer than what people have."""
MOST_OF_A_SOURCE = 12_000


@dataclass(frozen=True, slots=True)
class LabelledPictures:
    """Pictures `[n, side, side, 3]`, a class number each, and the words of every class."""

    pixels: Pixels
    labels: npt.NDArray[np.int64]
    class_words: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class CaptionedPhotos:
    """Photos `[n, side, side, 3]` with their file names and captions, in the same order."""

    pixels: Pixels
    names: tuple[str, ...]
    captions: tuple[tuple[str, ...], ...]


def tiny_imagenet(places: Places, part: str) -> LabelledPictures:
    """Tiny ImageNet's `train` or `val` part, 64 px."""
    with np.load(places.data / f"tiny_imagenet_{part}.npz") as archive:
        words = tuple(split_words(str(name)) for name in archive["names"])
        labels = archive["labels"].astype(np.int64)
    pixels = _pixels(places.data / f"tiny_imagenet_{part}.npz", places.work / f"tiny_{part}.npy")
    return LabelledPictures(pixels, labels, words)


def flickr_train(places: Places) -> CaptionedPhotos:
    """The 6,000 training photos of Flickr8k, 176 px, squashed to squares."""
    archive_path = places.data / "flickr8k_train.npz"
    with np.load(archive_path) as archive:
        names = tuple(str(name) for name in archive["names"])
    captions = read_captions(places.data / "flickr8k_train_captions.tsv")
    pixels = _pixels(archive_path, places.work / "flickr_train.npy")
    return CaptionedPhotos(pixels, names, tuple(captions[name] for name in names))


def more_captioned(places: Places) -> CaptionedPhotos:
    """All photos below `places.captioned`, of the size of Flickr8k's; none when there is no such folder."""
    captions: dict[Path, tuple[str, ...]] = {}
    for table in sorted(places.captioned.glob("*/captions.tsv")):
        captions |= {table.parent / "photos" / name: texts for name, texts in read_captions(table).items()}
    side = flickr_train(places).pixels.shape[1]
    cache = places.work / "more_captioned.npy"
    pixels = _files(list(captions), side, cache)
    ensure_of(cache, len(pixels), len(captions))
    return CaptionedPhotos(pixels, tuple(path.name for path in captions), tuple(captions.values()))


def more_photos(places: Places) -> Pixels:
    """All photos below `places.more`, squashed to squares; none when there is no such folder."""
    sources = sorted(path for path in places.more.glob("*") if path.is_dir())
    paths = [path for source in sources for path in _evenly(sorted(source.rglob("*.jpg")), MOST_OF_A_SOURCE)]
    return _files(paths, MORE_SIDE, places.work / "more_photos.npy")


def flickr_dev(places: Places, side: int) -> CaptionedPhotos:
    """The 1,000 dev photos, for reporting only."""
    captions = read_captions(places.dev / "captions.tsv")
    pixels = np.empty((len(captions), side, side, 3), np.uint8)
    for row, name in enumerate(captions):
        pixels[row] = _squashed(places.dev / "photos" / name, side)
    return CaptionedPhotos(pixels, tuple(captions), tuple(captions.values()))


def wordnet_nouns(places: Places) -> Iterator[tuple[str, ...]]:
    """The words of every WordNet noun synset, most usual first."""
    with (places.data / "wordnet_nouns.txt").open(encoding="utf-8") as lines:
        for line in lines:
            yield split_words(line.rstrip("\n").split("\t")[1])


def ensure_of(cache: Path, found: int, wanted: int) -> None:
    """Refuse what was kept of other photos or texts than there are now: its rows would go with the wrong ones."""
    if found != wanted:
        message = f"{cache} has {found} rows, not {wanted}: delete it, and all in {cache.parent} that was made of it"
        raise RuntimeError(message)


def split_words(joined: str) -> tuple[str, ...]:
    """'sea, ocean' as ('sea', 'ocean')."""
    return tuple(word.strip() for word in joined.split(",") if word.strip())


def read_captions(path: Path) -> dict[str, tuple[str, ...]]:
    """Captions by photo name, in the order of the file."""
    captions: dict[str, list[str]] = {}
    with path.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
            captions.setdefault(row["image"], []).append(row["caption"])
    return {name: tuple(texts) for name, texts in captions.items()}


def _pixels(archive_path: Path, cache: Path) -> Pixels:
    if not cache.exists():
        with np.load(archive_path) as archive:
            joined, offsets = archive["data"].tobytes(), archive["offsets"]
        side = len(_decode(joined[: offsets[1]]))
        _save(cache, (_decode(joined[start:end]) for start, end in pairwise(offsets)), len(offsets) - 1, side)
    pixels: Pixels = np.load(cache, mmap_mode="r")
    return pixels


def _files(paths: list[Path], side: int, cache: Path) -> Pixels:
    if not cache.exists():
        _save(cache, (_squashed(path, side) for path in paths), len(paths), side)
    pixels: Pixels = np.load(cache, mmap_mode="r")
    return pixels


def _save(cache: Path, pictures: Iterable[Pixels], count: int, side: int) -> None:
    """One after the other: together they may be more than memory holds."""
    cache.parent.mkdir(parents=True, exist_ok=True)
    unfinished = cache.with_suffix(".unfinished.npy")
    rows = np.lib.format.open_memmap(unfinished, "w+", np.uint8, (count, side, side, 3))
    for row, picture in enumerate(pictures):
        rows[row] = picture
    rows.flush()
    unfinished.rename(cache)


def _evenly(paths: list[Path], most: int) -> list[Path]:
    """At most so many, from all over the list."""
    return (
        [paths[row] for row in np.linspace(0, len(paths) - 1, most).round().astype(int)] if len(paths) > most else paths
    )


def _squashed(path: Path, side: int) -> Pixels:
    with Image.open(path) as photo:
        return np.asarray(photo.convert("RGB").resize((side, side), Image.Resampling.BICUBIC))


def _decode(encoded: bytes) -> Pixels:
    with Image.open(io.BytesIO(encoded)) as picture:
        return np.asarray(picture.convert("RGB"))
