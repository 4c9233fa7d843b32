"""A file that is overwritten: an edit keeps what the user put on the photo, another picture does not inherit it."""

from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageEnhance, ImageOps

from tests.unit.indexing.library import Library
from tests.unit.media.making import exif_block

BLACK_AND_WHITE = 30


def scene(seed: int) -> Image.Image:
    """A picture of few large shapes in strong colours: pictures of different seeds have nothing in common."""
    random = np.random.default_rng(seed)
    colours = random.choice(np.array([0, 255], np.uint8), (4, 4, 3))
    return Image.fromarray(colours).resize((320, 240), Image.Resampling.NEAREST)


@pytest.fixture
def filled(library: Library, photos: Path) -> Library:
    """A library of enough photos to tell what is alike and what is not."""
    for number in range(BLACK_AND_WHITE):
        scene(number).save(photos / f"{number}.png")
    library.index(photos)
    library.tag("0.png", "kept")
    return library


def test_another_picture_at_the_same_path_is_a_photo_of_its_own(filled: Library, photos: Path) -> None:
    old = (photos / "0.png").read_bytes()

    scene(1000).save(photos / "0.png")
    filled.rescan()

    assert filled.tags("0.png") == set()
    assert filled.states()["0.png"] == "ready"
    assert filled.rows("SELECT state FROM photos WHERE id IN (SELECT photo_id FROM photo_tags)") == [("missing",)]

    (photos / "back.png").write_bytes(old)
    filled.rescan()

    assert filled.tags("back.png") == {"kept"}
    assert filled.tags("0.png") == set()


@pytest.mark.parametrize("how", ["grey", "brighter", "cropped", "framed"])
def test_an_edit_keeps_what_the_user_put_on_it(filled: Library, photos: Path, how: str) -> None:
    before = scene(0)
    edits = {
        "grey": before.convert("L").convert("RGB"),
        "brighter": ImageEnhance.Brightness(before).enhance(1.4),
        "cropped": before.crop((16, 12, 304, 228)),
        "framed": ImageOps.expand(before, border=10, fill="white"),
    }

    edits[how].save(photos / "0.png")
    filled.rescan()

    assert filled.tags("0.png") == {"kept"}
    assert filled.rows("SELECT count(*) FROM photos") == [(BLACK_AND_WHITE,)]


@pytest.mark.parametrize(("seconds", "is_kept"), [(0, True), (3600, False)])
def test_the_moment_tells_an_edit_beyond_recognition_from_another_shot(
    filled: Library, photos: Path, seconds: int, is_kept: bool
) -> None:
    moment = datetime(2021, 5, 6, 12)
    scene(50).save(photos / "shot.jpg", exif=_exif(moment))
    filled.rescan()
    filled.tag("shot.jpg", "mine")

    other = _exif(moment + timedelta(seconds=seconds))
    ImageOps.invert(scene(50)).save(photos / "shot.jpg", exif=other)
    filled.rescan()

    assert filled.tags("shot.jpg") == ({"mine"} if is_kept else set())


def _exif(moment: datetime) -> bytes:
    return exif_block({0x0110: "Camera"}, {0x9003: moment.strftime("%Y:%m:%d %H:%M:%S")})
