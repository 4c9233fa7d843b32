"""Photos without captions: found below their folder, squashed, not too many of one source; or none at all."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from training.starter import data
from training.starter.config import Places
from training.starter.projection import projection_of


@pytest.fixture
def places(tmp_path: Path) -> Places:
    (tmp_path / "work").mkdir()
    return Places(data=tmp_path, dev=tmp_path, work=tmp_path / "work", more=tmp_path / "more")


def test_without_a_folder_there_are_none(places: Places) -> None:
    assert data.more_photos(places).shape == (0, data.MORE_SIDE, data.MORE_SIDE, 3)


def test_each_source_gives_at_most_so_many_spread_over_all_of_it(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data, "MOST_OF_A_SOURCE", 3)
    for source, count in (("few", 2), ("many", 9)):
        (places.more / source / "deeper").mkdir(parents=True)
        for number in range(count):
            Image.new("RGB", (40, 20), (number * 20, 0, 0)).save(places.more / source / "deeper" / f"{number}.jpg")

    photos = data.more_photos(places)

    assert photos.shape == (5, data.MORE_SIDE, data.MORE_SIDE, 3)
    assert photos[2:, 0, 0, 0].tolist() == pytest.approx([0, 80, 160], abs=4)


def test_the_directions_of_the_teacher_do_not_depend_on_what_they_are_applied_to() -> None:
    dice = np.random.default_rng(1)
    fitted = {"one": dice.random((300, 40), np.float32), "other": dice.random((200, 40), np.float32)}
    projection = projection_of(fitted, 12)

    of_one = projection.of(fitted["one"])

    assert of_one.shape == (300, 12)
    np.testing.assert_allclose(np.linalg.norm(of_one, axis=1), 1, rtol=1e-5)
    np.testing.assert_array_equal(projection_of(fitted, 12).of(fitted["one"]), of_one)
    assert projection.of(np.empty((0, 40), np.float32)).shape == (0, 12)
