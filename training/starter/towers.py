"""The model's shape: an ordinary open_clip architecture, described by the shipped JSON config."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops
from training.starter.config import Places

if TYPE_CHECKING:
    import open_clip

NAME = "eidetic-starter"
END_OF_TEXT = 49407
VISUAL = "visual."
HEAD = "classifier."


def architecture(places: Places) -> dict[str, Any]:
    """The open_clip config that ships beside the weights."""
    config: dict[str, Any] = json.loads((places.model / f"{NAME}.json").read_text())
    return config


def image_trunk(places: Places, dimension: int) -> Any:
    """The timm network that is the image tower, untrained, with a head of its own of `dimension` numbers."""
    ensure_torchvision_ops()
    import timm

    return timm.create_model(architecture(places)["vision_cfg"]["timm_model_name"], num_classes=dimension)


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


def trunk_of(student: Path) -> dict[str, Tensor]:
    """The image trunk of the trained student, without its head."""
    return _without_head(torch.load(student, weights_only=True), "trunk.")


def shipped_trunk(places: Places) -> dict[str, Tensor]:
    """The image trunk that ships, without its head."""
    return _without_head(shipped(places), "visual.trunk.")


def put_trunk(trunk: Any, weights: dict[str, Tensor]) -> None:
    """Give a timm network such weights; its head stays."""
    own = trunk.state_dict()
    trunk.load_state_dict(weights | {name: own[name] for name in own if name.startswith(HEAD)})


def picture_features(model: "open_clip.CLIP", pictures: Tensor) -> Tensor:
    """What the image tower's head makes vectors of, `[n, f]`."""
    trunk = model.visual.trunk
    features: Tensor = trunk.forward_head(trunk.forward_features(pictures), pre_logits=True)
    return features


def picture_head(model: "open_clip.CLIP") -> nn.Linear:
    """The image tower's last layer: timm's own, which open_clip uses where its config names no other (`timm_proj`)."""
    head: nn.Linear = model.visual.trunk.get_classifier()
    return head


def picture_size(model: "open_clip.CLIP") -> int:
    """Side of the pictures that the model looks at, pixels."""
    return int(model.visual.image_size[0])


def shipped(places: Places) -> dict[str, Tensor]:
    """The model's weights as they ship now, float32."""
    weights = load_file(places.model / "model.safetensors")
    return {name: weight.float() if weight.is_floating_point() else weight for name, weight in weights.items()}


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


def _without_head(weights: dict[str, Tensor], prefix: str) -> dict[str, Tensor]:
    trunk = {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}
    return {name: weight for name, weight in trunk.items() if not name.startswith(HEAD)}
