"""A user's own checkpoint: a folder with open_clip's configuration as JSON and the weights as safetensors."""

import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ValidationError

from core.embedding.models.registry import ModelEntry, ModelFile, Role
from core.embedding.protocol import RelevanceLine, ScoreScale, Thresholds
from core.media.model_input import ModelInput, ResizeMode
from core.values.errors import ModelUnavailableError

CONFIGURATION = "open_clip_config.json"
"""As open_clip writes it: `model_cfg` (the architecture) and `preprocess_cfg` (how pictures are prepared)."""
WEIGHTS = "open_clip_model.safetensors"
TOKENIZER = "tokenizer.json"

_TEMPLATES = ("{}", "a photo of {}.")
_TYPICAL_SCALE = ScoreScale(unrelated_mean=0.10, unrelated_std=0.05, related_mean=0.28)
"""Of a CLIP of common size; the relevance line adapts to the library anyway."""
TYPICAL_THRESHOLDS = Thresholds(
    label=0.25, text=1.5, nothing_fits=0.2, line=RelevanceLine(least=0.55, beside_best=(0.32, 0.62, 0.98))
)
"""Guesses, as for the models of the registry that could not be measured."""


class _Vision(BaseModel):
    image_size: int | tuple[int, int]


class _Text(BaseModel):
    hf_tokenizer_name: str | None = None
    hf_model_name: str | None = None


class _Model(BaseModel):
    embed_dim: int
    vision_cfg: _Vision
    text_cfg: _Text


class _Prepare(BaseModel):
    mean: tuple[float, float, float] = (0.48145466, 0.4578275, 0.40821073)
    std: tuple[float, float, float] = (0.26862954, 0.26130258, 0.27577711)
    resize_mode: ResizeMode = "shortest"
    interpolation: Literal["bicubic", "bilinear"] = "bicubic"


class _Configuration(BaseModel):
    model_cfg: _Model
    preprocess_cfg: _Prepare = _Prepare()


def own_entry(model_id: str, folder: Path) -> ModelEntry:
    """Describe the checkpoint in `folder`. Raises ModelUnavailableError when it is none that can be used."""
    path = folder / CONFIGURATION
    try:
        configuration = _Configuration.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise ModelUnavailableError(f"{path} is no open_clip configuration: {error}") from error
    model, prepare = configuration.model_cfg, configuration.preprocess_cfg
    if model.text_cfg.hf_model_name:
        raise ModelUnavailableError(
            f"{path} needs a text model of the transformers package, which Eidetic does not use. "
            "Choose a checkpoint whose text model is open_clip's own."
        )
    if model.text_cfg.hf_tokenizer_name and not (folder / TOKENIZER).is_file():
        raise ModelUnavailableError(f"{folder} lacks {TOKENIZER}, which its configuration calls for.")
    size = model.vision_cfg.image_size
    names = [CONFIGURATION, WEIGHTS, *([TOKENIZER] if model.text_cfg.hf_tokenizer_name else [])]
    return ModelEntry(
        id=model_id,
        title=model_id,
        role=Role.CUSTOM,
        architecture=model_id,
        licence="your own",
        languages=(),
        dimension=model.embed_dim,
        model_input=ModelInput(size if isinstance(size, int) else size[0], prepare.resize_mode, prepare.interpolation),
        mean=prepare.mean,
        std=prepare.std,
        templates=_TEMPLATES,
        score_scale=_TYPICAL_SCALE,
        thresholds=TYPICAL_THRESHOLDS,
        weights=WEIGHTS,
        files=tuple(ModelFile(name, (folder / name).stat().st_size) for name in names if (folder / name).is_file()),
        tokenizer=TOKENIZER if model.text_cfg.hf_tokenizer_name else None,
    )


def wrapped_configuration(path: Path) -> str:
    """Return open_clip's configuration in `path` as JSON; a bare architecture is wrapped as `model_cfg`.

    Raises ModelUnavailableError when the file is no JSON object.
    """
    try:
        whole = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise ModelUnavailableError(f"{path} is no readable JSON: {error}.") from error
    return json.dumps({"model_cfg": whole} if "embed_dim" in whole else whole, indent=2)
