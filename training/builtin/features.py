"""Stage 1: what the two towers see in every picture, looked at once and kept under `build/`."""

import itertools
import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime

from training.builtin import towers
from training.builtin.config import Recipe
from training.builtin.pictures import Pixels, dev_pixels, flickr_train, read_captions, tiny_imagenet

Features = npt.NDArray[np.float16]
PARTS = ("flickr", "flickr-mirrored", "tiny", "tiny-val", "dev")
WIDTH = towers.FEATURES * len(towers.WEIGHTS)
_KEPT_TOGETHER = 512

logger = logging.getLogger(__name__)


def features(recipe: Recipe, part: str) -> Features:
    """Return the pooled features `[n, 2560]` of one of `PARTS`, Lite0's first; what is not kept yet is computed."""
    finished = recipe.places.work / f"{part}.npy"
    if not finished.is_file():
        count, pictures = _pictures(recipe, part)
        _look(recipe, part, count, pictures, finished)
    kept: Features = np.load(finished, mmap_mode="r")
    return kept


def session(model: bytes, threads: int = 1) -> onnxruntime.InferenceSession:
    """Return an ONNX Runtime session on `threads` cores."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def bare_towers(size: int) -> bytes:
    """Both towers as one ONNX model with an output for each."""
    graph = towers.Graph()
    pixels = towers.prepared_pixels(graph)
    outputs = {name: (towers.add_tower(graph, name, pixels), towers.FEATURES) for name in towers.WEIGHTS}
    return bytes(graph.model(size, outputs).SerializeToString())


def _pictures(recipe: Recipe, part: str) -> tuple[int, Iterator[Pixels]]:
    places = recipe.places
    if part.startswith("flickr"):
        photos = flickr_train(places)
        pixels = photos.archive.pixels(np.arange(len(photos.captions)), recipe.size)
        return len(photos.captions), (one[:, ::-1] for one in pixels) if part.endswith("mirrored") else pixels
    if part == "dev":
        return len(read_captions(places.dev / "captions.tsv")), dev_pixels(places, recipe)
    labelled = tiny_imagenet(places, "train" if part == "tiny" else "val")
    whole = np.arange(len(labelled.labels))
    rows = labelled.of_each_class(recipe.tiny_of_class, recipe.seed) if part == "tiny" else whole
    return len(rows), labelled.archive.pixels(rows, recipe.size)


def _look(recipe: Recipe, part: str, count: int, pictures: Iterator[Pixels], finished: Path) -> None:
    """Go through the pictures from where an earlier run stopped; each saved piece is whole."""
    look = session(bare_towers(recipe.size))
    pieces = finished.with_suffix("")
    pieces.mkdir(parents=True, exist_ok=True)
    done = len(list(pieces.glob("*.npy"))) * _KEPT_TOGETHER
    pictures = itertools.islice(pictures, done, None)
    for start in range(done, count, _KEPT_TOGETHER):
        rows = []
        left = min(_KEPT_TOGETHER, count - start)
        while left > 0:
            batch = np.stack(list(itertools.islice(pictures, min(recipe.batch, left))))
            rows.append(np.concatenate(look.run(None, {"pixels": batch}), axis=1).astype(np.float16))
            left -= len(batch)
        _save(pieces / f"{start:06}.npy", np.concatenate(rows))
        logger.info("%s: %s of %s", part, min(start + _KEPT_TOGETHER, count), count)
    _save(finished, np.concatenate([np.load(piece) for piece in sorted(pieces.glob("*.npy"))]))
    for piece in pieces.iterdir():
        piece.unlink()
    pieces.rmdir()


def _save(path: Path, rows: Features) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("wb") as file:
        np.save(file, rows)
    temporary.replace(path)
