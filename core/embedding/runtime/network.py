"""Builds an open_clip model from local files. No network, no pickles, no time spent on random weights."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from core.embedding.models.registry import ModelEntry, Role
from core.embedding.runtime.dtype import Precision
from core.embedding.runtime.tokenizer import BytePairTokenizer, JsonTokenizer, Tokenizer
from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops
from core.values.errors import ModelUnavailableError

if TYPE_CHECKING:
    import open_clip


class Network:
    """An open_clip model for inference: float32 on the CPU until `move` is called.

    Attributes:
        model: open_clip's own module.
    """

    def __init__(self, model: "open_clip.CustomTextCLIP") -> None:
        self.model = model.eval().requires_grad_(False).to(memory_format=torch.channels_last)
        _put_words_first(model.text)

    def move(self, precision: Precision) -> "Network":
        """Bring it to the device and into the number format; there is no way back to float32. Returns itself."""
        self.model.to(device=torch.device(precision.device), dtype=getattr(torch, precision.dtype))
        return self

    @property
    def text_parameters(self) -> int:
        """How many numbers each token of a text meets: the text tower's, without the tokens' own vectors."""
        parts = (part for part in self.model.text.modules() if not isinstance(part, nn.Embedding))
        return sum(parameter.numel() for part in parts for parameter in part.parameters(recurse=False))

    def encode_pictures(self, pictures: Tensor) -> Tensor:
        """Return the vectors (n, dimension), not normalised, of prepared pictures (n, 3, size, size)."""
        features: Tensor = self.model.encode_image(pictures)
        return features

    def encode_tokens(self, tokens: Tensor) -> Tensor:
        """Return the vectors (n, dimension), not normalised, of token numbers (n, context length).

        Where no token sees a later one, and the vector is read at the end of the text (as in CLIP), what follows
        the longest text is left out: the vectors are the same, and a short query takes a fifth of the time. Not to
        be called from two threads at once: the model's mask is cut for the time of the call.
        """
        tower = self.model.text
        mask: Tensor | None = tower.attn_mask
        if mask is None or tower.pool_type != "argmax" or tower.cls_emb is not None:
            features: Tensor = self.model.encode_text(tokens)
            return features
        length = int(tokens.argmax(dim=-1).max()) + 1
        tower.attn_mask = mask[:length, :length]
        try:
            shorter: Tensor = self.model.encode_text(tokens[:, :length])
        finally:
            tower.attn_mask = mask
        return shorter


def build_network(entry: ModelEntry, folder: Path) -> Network:
    """Return the model of `entry` with the weights in `folder`.

    The text tower is always a module of its own (open_clip's `CustomTextCLIP`): that one takes texts shorter than
    its context. Raises ModelUnavailableError when the files do not fit the architecture.
    """
    ensure_torchvision_ops()
    import open_clip

    own = entry.role is Role.CUSTOM
    register_architecture(entry, folder)
    try:
        with SkipWeightInit():
            model = open_clip.create_model_from_pretrained(
                f"local-dir:{folder}" if own else entry.architecture,
                None if own else str(folder / entry.weights),
                return_transform=False,
                force_custom_text=True,
                device="cpu",
            )
    except (RuntimeError, ValueError, KeyError, TypeError, OSError) as error:
        raise ModelUnavailableError(
            f"The model {entry.id} in {folder} cannot be loaded: {_first_line(error)}. Download or import it again."
        ) from error
    return Network(model)


def build_tokenizer(entry: ModelEntry, folder: Path) -> Tokenizer:
    """Return the tokenizer of `entry`, set up as open_clip's configuration of the model says."""
    ensure_torchvision_ops()
    import open_clip

    register_architecture(entry, folder)
    name = f"local-dir:{folder}" if entry.role is Role.CUSTOM else entry.architecture
    text = open_clip.get_model_config(name)["text_cfg"]
    context = int(text.get("context_length", open_clip.tokenizer.DEFAULT_CONTEXT_LENGTH))
    options = text.get("tokenizer_kwargs", {})
    if entry.tokenizer is None:
        return BytePairTokenizer(context, options.get("clean", "lower"))
    return JsonTokenizer(folder / entry.tokenizer, context, options.get("clean", "whitespace"))


def register_architecture(entry: ModelEntry, folder: Path) -> None:
    """Tell open_clip of an architecture that it does not come with."""
    import open_clip

    file = folder / f"{entry.architecture}.json"
    if file.is_file() and entry.architecture not in open_clip.list_models():
        open_clip.add_model_config(file)


def _put_words_first(tower: nn.Module) -> None:
    """Let a text tower keep its tokens in the order (token, text, number) that attention computes in.

    WORKAROUND: open_clip keeps them as (text, token, number); `nn.MultiheadAttention` then hands its linear layer a
    transposed view, for which torch (2.13, bfloat16, a few short texts) copies the weights once per token. A query
    of two templates took 150 ms of processor time instead of 26.
    """
    from open_clip.transformer import ResidualAttentionBlock, Transformer

    for module in tower.modules():
        if isinstance(module, Transformer) and all(isinstance(it, ResidualAttentionBlock) for it in module.resblocks):
            module.batch_first = False
            for block in module.resblocks:
                block.attn.batch_first = False


class SkipWeightInit(TorchFunctionMode):
    """Leaves new weights as they come from memory: all of them are read from the file right after.

    Drawing them takes most of the time it takes to load a model (a second and more for SigLIP 2's word vectors).
    """

    _STEPS = frozenset(
        {
            *(Tensor.normal_, Tensor.uniform_, Tensor.erfinv_, Tensor.mul_, Tensor.add_, Tensor.clamp_),
            *(nn.init.normal_, nn.init.uniform_, nn.init.kaiming_uniform_),
        }
    )

    def __torch_function__(
        self,
        func: Callable[..., object],
        types: Sequence[type],
        args: Sequence[object] = (),
        kwargs: Mapping[str, object] | None = None,
    ) -> object:
        given = kwargs or {}
        if func in self._STEPS:
            changed = args[0] if args else given.get("tensor")
            if isinstance(changed, nn.Parameter):
                return changed
        if func is torch.randn:
            return torch.empty(*args, **given)  # type: ignore[call-overload]
        return func(*args, **given)


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip(".:")
