"""The models Eidetic knows, read from `resources/models.toml`. Knows nothing of files on this machine, nor of torch."""

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files

from pydantic import TypeAdapter

from core.embedding.protocol import ScoreScale, Thresholds
from core.media.model_input import ModelInput


class Role(StrEnum):
    """What a model is for."""

    BUILT_IN = "built-in"
    DEFAULT = "default"
    LANGUAGES = "languages"
    QUALITY = "quality"
    CUSTOM = "own"


@dataclass(frozen=True, slots=True)
class ModelFile:
    """A file of a model, as published. `sha256`: hexadecimal, None where only the hub's own figure is known."""

    name: str
    bytes: int
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """What is known of a model without having it.

    Attributes:
        id: names its folder, and its vectors in the catalog.
        architecture: name of the open_clip architecture; its configuration comes with open_clip, or, for a user's
            own model, as a JSON file beside the weights. The built-in model is none of open_clip's.
        tag: open_clip's name for these weights.
        hub: repository on the Hugging Face hub; None where there is nothing to download.
        revision: commit, tag or branch there.
        weights: name of the file that pictures are encoded by, one of `files`.
        tokenizer: name of a `tokenizer.json`, one of `files`; None for open_clip's own byte-pair tokenizer.
        languages: BCP 47; `mul` for many.
        dimension: length of a vector.
        mean, std: of the training pictures, RGB, in 0 to 1; pixels are shifted and scaled by them.
        templates: prompts around a query's words, `{}` standing for them; their vectors are averaged.
        thresholds: from where on it is believed.
        measured: whether `score_scale` was measured with this program, or is an estimate.
        replaces: ids of models that shipped in its place before; who chose one of these gets this one.
        note: what a user should know before choosing it.
    """

    id: str
    title: str
    role: Role
    architecture: str
    licence: str
    languages: tuple[str, ...]
    dimension: int
    model_input: ModelInput
    mean: tuple[float, float, float]
    std: tuple[float, float, float]
    templates: tuple[str, ...]
    score_scale: ScoreScale
    thresholds: Thresholds
    weights: str
    files: tuple[ModelFile, ...]
    tag: str | None = None
    hub: str | None = None
    revision: str = "main"
    tokenizer: str | None = None
    measured: bool = False
    note: str = ""
    replaces: tuple[str, ...] = ()

    @property
    def download_bytes(self) -> int:
        """Size of all files together."""
        return sum(file.bytes for file in self.files)


@cache
def models() -> tuple[ModelEntry, ...]:
    """Return the models of the registry, the built-in one first."""
    text = files("resources").joinpath("models.toml").read_text("utf-8")
    return TypeAdapter(tuple[ModelEntry, ...]).validate_python(tomllib.loads(text)["model"])


def find(model_id: str) -> ModelEntry | None:
    """Return the model of this id, or the one in its place now; None when the registry has none."""
    return next((entry for entry in models() if model_id in (entry.id, *entry.replaces)), None)


def is_id(text: str) -> bool:
    """Tell whether `text` can name a model, and so a folder."""
    return re.fullmatch(r"[a-z0-9][a-z0-9._-]{0,63}", text) is not None
