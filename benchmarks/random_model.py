"""ViT-B-32-256 with random weights: the arithmetic of the real model, without its download."""

import json
from pathlib import Path

from benchmarks.report import BENCH_FOLDER
from core.embedding.models.custom_model import CONFIGURATION, WEIGHTS
from core.embedding.models.install import import_model
from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops
from core.settings.paths import LibraryPaths

ARCHITECTURE = "ViT-B-32-256"
MODEL_ID = "random-vit-b-32-256"


def install(paths: LibraryPaths) -> str:
    """Install the model in a library; return its id. The weights are made once, then kept."""
    folder = BENCH_FOLDER / MODEL_ID
    if not (folder / WEIGHTS).exists():
        _make(folder)
    return import_model(folder, paths.models, MODEL_ID).id


def _make(folder: Path) -> None:
    ensure_torchvision_ops()
    import open_clip
    import torch
    from safetensors.torch import save_file

    torch.manual_seed(0)
    folder.mkdir(parents=True, exist_ok=True)
    network = open_clip.create_model(ARCHITECTURE)
    configuration = open_clip.get_model_config(ARCHITECTURE)
    (folder / CONFIGURATION).write_text(json.dumps({"model_cfg": configuration}), "utf-8")
    temporary = folder / "new.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, temporary)
    temporary.replace(folder / WEIGHTS)
