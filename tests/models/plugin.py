"""A small open_clip model with fixed random weights, for tests where meaning does not matter.

`tiny_model_folder` is what a user could import; `models_with_tiny` a models folder with it installed as "tiny";
`tiny_encoder` is it loaded.
"""

import json
import shutil
from pathlib import Path

import pytest

from core.embedding.protocol import Encoder
from core.embedding.runtime.load import set_passive_omp_wait

TINY = "tiny"
_CONFIGURATION = Path(__file__).with_name("tiny.json")
_SPREAD = 16.0
"""Random networks see all pictures as nearly the same; larger first weights set them apart."""


def pytest_configure() -> None:
    set_passive_omp_wait()  # before any test imports torch


@pytest.fixture(scope="session")
def tiny_model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with `tiny.json` and `model.safetensors` (float16, 7 MB). Do not write to it."""
    from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops

    ensure_torchvision_ops()
    import open_clip
    import torch
    from safetensors.torch import save_file

    folder = tmp_path_factory.mktemp("tiny-model")
    with torch.random.fork_rng():
        torch.manual_seed(0)
        model = open_clip.CLIP(**json.loads(_CONFIGURATION.read_text("utf-8")))
    with torch.no_grad():
        model.visual.conv1.weight.mul_(_SPREAD)
    save_file(
        {name: value.half().contiguous() for name, value in model.state_dict().items()}, folder / "model.safetensors"
    )
    shutil.copy(_CONFIGURATION, folder / _CONFIGURATION.name)
    return folder


@pytest.fixture(scope="session")
def models_with_tiny(tiny_model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A models folder with the small model installed as "tiny". Do not write to it; copy it into a library."""
    from core.embedding.models.install import import_model

    folder = tmp_path_factory.mktemp("models")
    import_model(tiny_model_folder, folder, TINY)
    return folder


@pytest.fixture(scope="session")
def tiny_encoder(models_with_tiny: Path) -> Encoder:
    """The small model, loaded in float32: 32 px pictures, 64 dimensions."""
    import torch

    from core import embedding
    from core.settings.schema import ModelSettings

    torch.set_num_threads(1)  # so small a network gains nothing from more, and tests share the cores
    return embedding.load(TINY, models_with_tiny, ModelSettings(id=TINY, device="cpu", precision="float32"))
