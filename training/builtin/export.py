"""Last stage: the files that ship, from the towers, the sentence encoders and the trained heads."""

import math
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from safetensors.numpy import save_file

from core.embedding.builtin.encoder import PICTURES, TEXTS
from training.builtin import towers
from training.builtin.config import Recipe
from training.builtin.heads import Map, PictureHead, TextHead
from training.builtin.packages import Tensors, integers

Floats = npt.NDArray[np.float32]
OUTPUT: Final = "vectors"
_AXIS: Final = 1


def export(recipe: Recipe, parts: Tensors, pictures: PictureHead, texts: TextHead, class_texts: Floats) -> None:
    """Write the weights into the model's folder.

    Args:
        recipe: names the folder.
        parts: the sentence encoders.
        pictures: the trained head of pictures.
        texts: the trained head of texts.
        class_texts: vectors of ImageNet's classes.
    """
    folder = recipe.places.model
    folder.mkdir(parents=True, exist_ok=True)
    trained = map_weights("languages", texts.languages) | map_weights("english_head", texts.english)
    _write(folder / PICTURES, picture_graph(recipe.size, pictures, class_texts))
    temporary = folder / f"{TEXTS}.new"
    save_file({name: np.ascontiguousarray(values) for name, values in (parts | trained).items()}, temporary)
    temporary.replace(folder / TEXTS)


def map_weights(name: str, trained: Map) -> Tensors:
    """A map as the program reads it: matrices `[in, out]`, in 8 bits."""
    given = {key: value.numpy() for key, value in trained.state_dict().items()}
    found: Tensors = {f"{name}.{key}": given[key] for key in ("mean", "spread", "straight.bias", "into.bias")}
    for layer in ("straight", "into", "out"):
        found |= integers(f"{name}.{layer}.weight", given[f"{layer}.weight"].T)
    return found


def picture_graph(size: int, head: PictureHead, class_texts: Floats) -> bytes:
    """The whole way from pixels to unit vectors."""
    graph = towers.Graph()
    pixels = towers.prepared_pixels(graph)
    pooled = {name: towers.add_tower(graph, name, pixels) for name in towers.WEIGHTS}
    logits = [_linear(graph, pooled[name], *_transposed(towers.classifier(name))) for name in pooled]
    half = graph.constant(np.array(1 / len(logits), np.float32))
    probable = graph.add("Softmax", graph.add("Mul", graph.add("Add", *logits), half), axis=_AXIS)
    features = graph.add("Sqrt", graph.add("Relu", graph.add("Concat", *pooled.values(), axis=_AXIS)))
    seen = _normalised(graph, _mapped(graph, features, head.map))
    named = graph.add("MatMul", probable, graph.weight(class_texts * head.share.item()))
    vectors = _normalised(graph, graph.add("Add", seen, named))
    return bytes(graph.model(size, {OUTPUT: (vectors, class_texts.shape[1])}).SerializeToString())


def _mapped(graph: towers.Graph, features: str, trained: Map) -> str:
    given = {key: value.numpy() for key, value in trained.state_dict().items()}
    centred = graph.add("Sub", features, graph.constant(given["mean"]))
    rows = graph.add("Mul", centred, graph.constant(1 / given["spread"]))
    hidden = _gelu(graph, _linear(graph, rows, given["into.weight"].T, given["into.bias"]))
    straight = _linear(graph, rows, given["straight.weight"].T, given["straight.bias"])
    return graph.add("Add", straight, graph.add("MatMul", hidden, _in_8_bits(graph, given["out.weight"].T)))


def _linear(graph: towers.Graph, rows: str, weight: Floats, bias: Floats) -> str:
    return graph.add("Add", graph.add("MatMul", rows, _in_8_bits(graph, weight)), graph.constant(bias))


def _in_8_bits(graph: towers.Graph, weight: Floats) -> str:
    """A matrix kept in 8 bits, with a scale for each column; ONNX Runtime unpacks it once, on loading."""
    kept = integers("w", weight)
    whole = graph.add("Cast", graph.constant(kept["w.uint8"]), to=towers.FLOAT)
    scaled = graph.add("Mul", whole, graph.constant(kept["w.scale"]))
    return graph.add("Add", scaled, graph.constant(kept["w.lowest"]))


def _gelu(graph: towers.Graph, rows: str) -> str:
    scaled = graph.add("Mul", rows, graph.constant(np.array(1 / math.sqrt(2), np.float32)))
    risen = graph.add("Add", graph.add("Erf", scaled), graph.constant(np.array(1, np.float32)))
    return graph.add("Mul", graph.add("Mul", rows, risen), graph.constant(np.array(0.5, np.float32)))


def _normalised(graph: towers.Graph, rows: str) -> str:
    length = graph.add("ReduceL2", rows, axes=[_AXIS], keepdims=1)
    return graph.add("Div", rows, length)


def _transposed(classifier: towers.Classifier) -> tuple[Floats, Floats]:
    return np.ascontiguousarray(classifier.weight.T), classifier.bias


def _write(path: Path, content: bytes) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_bytes(content)
    temporary.replace(path)
