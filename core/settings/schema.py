"""Every setting there is, with its default. The file keeps only what differs."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from core.values.comparing import IndexKind, Metric


class _Section(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, validate_default=True, use_attribute_docstrings=True)


class ModelSettings(_Section):
    """Which model answers."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9._-]*$", max_length=100)] = "eidetic-base"
    device: Literal["auto", "cpu", "cuda", "mps", "xpu"] = "auto"
    precision: str = "auto"


class IndexingSettings(_Section):
    """How photos are read."""

    workers: Annotated[int, Field(ge=0, le=64)] = 0
    """Decode workers; 0: one per core."""
    file_seconds: Annotated[float, Field(ge=0.1, le=3600, allow_inf_nan=False)] = 10.0
    """Time one file may take in a worker, 0.1 to 3600."""
    worker_megabytes: Annotated[int, Field(ge=256, le=1_048_576)] = 2048
    """Memory one worker may take."""
    pause_on_battery: bool = True
    missing_grace_days: Annotated[int, Field(ge=0, le=36_500)] = 30
    skip_noimage: bool = True
    """Leave out folders in which a file `.noimage` lies. Those with `.nomedia` are always left out."""
    label_photos: bool = True
    """Say what photos show, in labels that searches find. Turned off, the labels there are are forgotten."""
    read_text: bool = True
    """Read the text in pictures while idle, where the extra `ocr` is installed."""
    poll_seconds: Annotated[float, Field(ge=1, le=86_400, allow_inf_nan=False)] = 30.0
    """How often a folder without file events is compared."""


class SearchSettings(_Section):
    """How answers are cut."""

    strictness: Annotated[float, Field(ge=0, le=1)] = 0.5
    fold: bool = True
    metric: Metric = Metric.COSINE
    """How near two vectors are; for who compares, see `eidetic evaluate`."""
    index: IndexKind = IndexKind.AUTO
    """How the nearest vectors are found."""


class WindowSettings(_Section):
    """How the program looks."""

    theme: str = "system"
    thumbnail_px: Annotated[int, Field(ge=64, le=512)] = 150


class Settings(_Section):
    """The whole of `settings.toml`."""

    model: ModelSettings = ModelSettings()
    indexing: IndexingSettings = IndexingSettings()
    search: SearchSettings = SearchSettings()
    window: WindowSettings = WindowSettings()
