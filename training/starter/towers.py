"""The model's shape: an ordinary open_clip architecture, described by the shipped JSON config."""

import json
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from core.embedding.torchvision_ops import ensure_torchvision_ops
from training.starter.config import Places

if TYPE_CHECKING:
    import open_clip

NAME = "eidetic-starter"
END_OF_TEXT = 49407
VISUAL = "visual."


def architecture(places: Places) -> dict[str, Any]:
    """The open_clip config that ships beside the weights."""
    config: dict[str, Any] = json.loads((places.model / f"{NAME}.json").read_text())
    return config


def image_trunk(places: Places) -> Any:
    """The timm network inside the image tower, untrained, without a classifier."""
    ensure_torchvision_ops()
    import timm

    return timm.create_model(architecture(places)["vision_cfg"]["timm_model_name"], num_classes=0)


def build(places: Places) -> "open_clip.CLIP":
    """The whole model, untrained."""
    ensure_torchvision_ops()
    import open_clip

    config = architecture(places)
    return open_clip.CLIP(
        embed_dim=config["embed_dim"],
        vision_cfg=config["vision_cfg"],
        text_cfg=config["text_cfg"],
    )


def shipped(places: Places) -> dict[str, Tensor]:
    """The model's weights as they ship now, float32."""
    weights = load_file(places.model / "model.safetensors")
    return {name: weight.float() if weight.is_floating_point() else weight for name, weight in weights.items()}


def shipped_image_tower(places: Places) -> dict[str, Tensor]:
    """The image tower's part of these, by its own names."""
    weights = shipped(places)
    return {name.removeprefix(VISUAL): weight for name, weight in weights.items() if name.startswith(VISUAL)}


def shipped_text_tower(places: Places) -> dict[str, Tensor]:
    """The text tower's part of these."""
    weights = shipped(places)
    return {name: weight for name, weight in weights.items() if name != "logit_scale" and not name.startswith(VISUAL)}


def tokenizer(places: Places) -> "open_clip.SimpleTokenizer":
    """open_clip's own byte-pair tokenizer at the model's context length."""
    ensure_torchvision_ops()
    import open_clip

    return open_clip.SimpleTokenizer(context_length=architecture(places)["text_cfg"]["context_length"])


def encode_tokens(model: "open_clip.CLIP", tokens: Tensor) -> tuple[Tensor, Tensor]:
    """As `encode_text` of a model, or its text half, but only as long as the longest text of the batch.

    The causal mask makes both equal. Returns the features before and after the projection.
    """
    ends = tokens.argmax(1)
    length = int(ends.max()) + 1
    states = model.token_embedding(tokens[:, :length]) + model.positional_embedding[:length]
    states = model.transformer(states, attn_mask=model.attn_mask[:length, :length])
    pooled = model.ln_final(states)[torch.arange(len(tokens)), ends]
    return pooled, pooled @ model.text_projection


def lay_out(module: nn.Module) -> None:
    """Store convolution kernels channels last, as the pictures are: much faster on CPUs."""
    for weight in module.parameters():
        if weight.ndim == 4:
            weight.data = weight.data.contiguous(memory_format=torch.channels_last)
