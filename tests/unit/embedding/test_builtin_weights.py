"""The files of the built-in model's text weights: tables come out as they went in, damage is said."""

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from safetensors.numpy import save_file

from core.embedding.builtin.weights import PackedTable, Weights, pack
from core.values.errors import ModelUnavailableError


def test_a_packed_table_gives_back_its_rows(tmp_path: Path) -> None:
    dice = np.random.default_rng(0)
    table = dice.integers(0, 64, (371, 24), np.uint8)
    scale, lowest = np.array([0.1, 0.5, 2.0], np.float32), np.array([-3.0, 0.0, 7.0], np.float32)
    blocks, ends = pack(table, len(scale))
    tensors: dict[str, npt.NDArray[np.generic]] = {
        "t.blocks": blocks,
        "t.ends": ends,
        "t.scale": scale,
        "t.lowest": lowest,
        "t.width": np.array([24]),
    }
    save_file(tensors, tmp_path / "weights")
    rows = dice.permutation(len(table))
    expected = table[rows] * scale[rows % 3, None] + lowest[rows % 3, None]
    assert np.array_equal(PackedTable(Weights(tmp_path / "weights"), "t").rows(rows), expected)


def test_whole_numbers_are_scaled_by_column(tmp_path: Path) -> None:
    whole = np.array([[0, 255], [10, 20]], np.uint8)
    parts = {"m.uint8": whole, "m.scale": np.array([[0.5, 2.0]]), "m.lowest": np.array([[-1.0, 3.0]])}
    save_file(parts, tmp_path / "weights")
    assert np.allclose(Weights(tmp_path / "weights").floats("m"), [[-1.0, 513.0], [4.0, 43.0]])


def test_a_damaged_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "weights").write_bytes(b"no weights")
    with pytest.raises(ModelUnavailableError, match=r"weights cannot be read.*Install Eidetic again"):
        Weights(tmp_path / "weights")


def test_a_tensor_that_is_not_there_is_said(tmp_path: Path) -> None:
    save_file({"a": np.zeros(1)}, tmp_path / "weights")
    with pytest.raises(ModelUnavailableError, match="another version"):
        Weights(tmp_path / "weights").array("b")
