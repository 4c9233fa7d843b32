"""The trial: what it chooses, what it refuses, and when it is held again."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from core import embedding
from core.embedding.models.locate import locate
from core.embedding.runtime.calibration import AGREEMENT, hold_trial, sample_pictures
from core.embedding.runtime.device import choose_device, describe, fast_dtypes
from core.embedding.runtime.dtype import Precision, recall_trial, remember_trial
from core.embedding.runtime.load import TRIAL
from core.settings.schema import ModelSettings
from core.values.errors import UsageError


@pytest.fixture
def models_dir(models_with_tiny: Path, tmp_path: Path) -> Path:
    """A models folder of one's own, with no trial in it."""
    return Path(shutil.copytree(models_with_tiny, tmp_path / "models", ignore=shutil.ignore_patterns(TRIAL)))


def test_the_first_load_holds_a_trial_and_the_next_remembers_it(models_dir: Path) -> None:
    file = models_dir / "tiny" / TRIAL
    first = embedding.load("tiny", models_dir, ModelSettings(id="tiny", device="cpu"))
    written = file.read_bytes()
    again = embedding.load("tiny", models_dir, ModelSettings(id="tiny", device="cpu"))
    assert again.precision == first.precision
    assert file.read_bytes() == written


def test_the_trial_measures_float32_and_whatever_it_chose(models_dir: Path) -> None:
    trial = hold_trial(locate("tiny", models_dir), torch.device("cpu"), seconds=0.2)
    measured = {measurement.dtype: measurement for measurement in trial.measurements}
    assert measured["float32"].agreement == 1
    chosen = measured[trial.chosen.dtype]
    assert not chosen.refused
    assert trial.chosen.batch_size in chosen.pictures_per_second


@pytest.mark.parametrize("dtype", ["bfloat16", "float16"])
def test_a_short_format_agrees_with_float32(models_dir: Path, dtype: str) -> None:
    if dtype not in fast_dtypes(torch.device("cpu")):
        pytest.skip(f"this processor does not compute {dtype} itself")
    encoders = [
        embedding.load("tiny", models_dir, ModelSettings(id="tiny", device="cpu", precision=precision))
        for precision in ("float32", dtype)
    ]
    full, short = (encoder.encode_images(sample_pictures(6, 32)) for encoder in encoders)
    assert (full * short).sum(axis=1).min() > AGREEMENT


def test_the_trial_leaves_the_number_of_threads_as_it_was(models_dir: Path) -> None:
    before = torch.get_num_threads()
    hold_trial(locate("tiny", models_dir), torch.device("cpu"), seconds=0.05)
    assert torch.get_num_threads() == before


def test_another_machine_torch_or_weights_has_no_remembered_trial(models_dir: Path, tmp_path: Path) -> None:
    trial = hold_trial(locate("tiny", models_dir), torch.device("cpu"), seconds=0.05)
    file = tmp_path / TRIAL
    remember_trial(file, trial)
    remember_trial(file, replace(trial, machine="another", chosen=Precision("cpu", "float32", 32)))
    known = (trial.fingerprint, trial.torch, trial.machine)
    assert recall_trial(file, *known) == trial
    for place in range(3):
        changed = [*known]
        changed[place] = "new"
        assert recall_trial(file, *changed) is None


@pytest.mark.parametrize("content", [b"", b"{}", b"[{}]", b"\xff\x00", b"["])
def test_a_damaged_trial_file_is_as_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / TRIAL
    file.write_bytes(content)
    assert recall_trial(file, "a", "b", "c") is None


def test_a_trial_that_cannot_be_kept_is_no_failure(models_dir: Path, tmp_path: Path) -> None:
    trial = hold_trial(locate("tiny", models_dir), torch.device("cpu"), seconds=0.05)
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    remember_trial(blocked / "inside" / TRIAL, trial)


def test_a_device_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(UsageError, match=r"'quantum'.*cpu"):
        choose_device("quantum")
    assert choose_device("cpu").type == "cpu"
    assert describe(torch.device("cpu")) == describe(torch.device("cpu"))


def test_an_unknown_precision_is_named_with_those_that_are(models_dir: Path) -> None:
    with pytest.raises(UsageError, match=r"'int3'.*bfloat16"):
        embedding.load("tiny", models_dir, ModelSettings(id="tiny", precision="int3"))


def test_sample_pictures_are_always_the_same_and_not_flat() -> None:
    first, second = sample_pictures(2, 64), sample_pictures(2, 64)
    assert np.array_equal(first, second)
    assert first.shape == (2, 64, 64, 3)
    assert first.std() > 20
