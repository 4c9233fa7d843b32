"""How a model runs on this machine, and the file that remembers it. No torch here; `calibration` measures it."""

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

log = logging.getLogger(__name__)

DType = Literal["float32", "bfloat16", "float16"]


@dataclass(frozen=True, slots=True)
class Precision:
    """What a model computes on and with.

    Attributes:
        device: cpu, cuda, mps or xpu.
        dtype: the format of its weights and of what flows between them.
        batch_size: pictures at once.
    """

    device: str
    dtype: DType
    batch_size: int


@dataclass(frozen=True, slots=True)
class Measurement:
    """One format tried: pictures a second by batch size, and the worst cosine with float32.

    `refused`: why it was not taken although tried; empty when it could be.
    """

    dtype: DType
    pictures_per_second: dict[int, float]
    agreement: float
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The outcome of a trial, and all that it depends on."""

    fingerprint: str
    torch: str
    machine: str
    chosen: Precision
    measurements: tuple[Measurement, ...]


_FILE = TypeAdapter(list[Calibration])
_KEPT = 8


def recall_trial(path: Path, fingerprint: str, torch_version: str, machine: str) -> Calibration | None:
    """Return the remembered trial of this model, torch and machine; None when there is none."""
    return next((trial for trial in _read(path) if _is_for(trial, fingerprint, torch_version, machine)), None)


def last_choice(path: Path) -> Precision | None:
    """Return what the newest trial in the file chose, for display; None when there was none."""
    return next((trial.chosen for trial in _read(path)), None)


def remember_trial(path: Path, trial: Calibration) -> None:
    """Add `trial` to the file, in place of an older one. What cannot be written is measured again another time."""
    others = [other for other in _read(path) if not _is_for(other, trial.fingerprint, trial.torch, trial.machine)]
    temporary = path.with_suffix(".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_bytes(_FILE.dump_json([trial, *others[: _KEPT - 1]], indent=2))
        temporary.replace(path)
    except OSError as error:
        log.info("the trial of a model cannot be kept in %s: %s", path, error)


def _read(path: Path) -> list[Calibration]:
    try:
        return _FILE.validate_json(path.read_bytes())
    except FileNotFoundError:
        return []
    except (OSError, ValidationError) as error:
        log.info("%s is ignored: %s", path, error)
        return []


def _is_for(trial: Calibration, fingerprint: str, torch_version: str, machine: str) -> bool:
    return (trial.fingerprint, trial.torch, trial.machine) == (fingerprint, torch_version, machine)
