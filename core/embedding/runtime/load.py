"""Loads a model: finds its files, builds it, and settles how it runs here."""

import os
from pathlib import Path
from typing import cast, get_args

from core.embedding.builtin.encoder import BuiltInEncoder
from core.embedding.models.locate import VerifiedModel, locate
from core.embedding.models.registry import Role
from core.embedding.protocol import Encoder
from core.embedding.runtime.dtype import DType, Precision, recall_trial, remember_trial
from core.settings.schema import ModelSettings
from core.values.errors import UsageError

TRIAL = "trial.json"
_UNTRIED_BATCH = 8


def load(model_id: str, models_dir: Path, settings: ModelSettings | None = None) -> Encoder:
    """Load a model, ready to encode. Imports torch, but for the built-in one, whose halves load when they are needed.

    The first time on a machine a trial of about two seconds is held. `settings`: device and precision, where the user
    does not leave them to us; the built-in model knows neither.

    Raises ModelUnavailableError when the model is not installed, incomplete or damaged; UsageError when the
    settings name a device or a precision that is not there.
    """
    settings = settings or ModelSettings(id=model_id)
    dtype = _dtype_of(settings.precision)
    model = locate(model_id, models_dir)
    if model.entry.role is Role.BUILT_IN:
        return BuiltInEncoder(model.entry, model.fingerprint, model.folder)
    set_passive_omp_wait()

    from core.embedding.runtime.device import choose_device
    from core.embedding.runtime.network import build_network, build_tokenizer
    from core.embedding.runtime.openclip import OpenClipEncoder

    device = choose_device(settings.device)
    if dtype is None:
        precision = _tried(model, models_dir / model_id / TRIAL, device.type)
    else:
        precision = Precision(device.type, dtype, _UNTRIED_BATCH)
    network = build_network(model.entry, model.folder).move(precision)
    tokenizer = build_tokenizer(model.entry, model.folder)
    return OpenClipEncoder(model.entry, model.fingerprint, network, tokenizer, precision)


def set_passive_omp_wait() -> None:
    """Tell OpenMP, before torch loads it, that a thread without work sleeps instead of spinning.

    While decode workers keep the cores busy, spinning threads wait for partners that are not running: ViT-B/32 then
    took 149 ms of processor time a picture instead of 41, and a query 2 s instead of 60 ms.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")


def _tried(model: VerifiedModel, file: Path, device_name: str) -> Precision:
    import torch

    from core.embedding.runtime.calibration import hold_trial
    from core.embedding.runtime.device import describe

    device = torch.device(device_name)
    trial = recall_trial(file, model.fingerprint, torch.__version__, describe(device))
    if trial is None:
        trial = hold_trial(model, device)
        remember_trial(file, trial)
    return trial.chosen


def _dtype_of(wanted: str) -> DType | None:
    if wanted == "auto":
        return None
    known = ", ".join(get_args(DType))
    if wanted not in get_args(DType):
        raise UsageError(f"There is no precision {wanted!r}; the setting model.precision can be auto, {known}.")
    return cast("DType", wanted)
