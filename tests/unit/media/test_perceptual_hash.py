"""The fingerprint of what a picture looks like: alike for edits of one photo, far apart for different ones."""

from pathlib import Path

import pytest
from PIL import Image, ImageEnhance

from core.media.perceptual_hash import distance, perceptual_hash
from core.media.reader import read
from tests.unit.media.making import detailed, encoded, request

NEAR = 8
FAR = 18


def test_edits_of_one_picture_are_near_and_other_pictures_far() -> None:
    picture = detailed(640, 480)
    original = perceptual_hash(picture)
    edits = [
        picture.resize((213, 160)),
        picture.convert("L").convert("RGB"),
        ImageEnhance.Brightness(picture).enhance(1.2),
        ImageEnhance.Contrast(picture).enhance(0.8),
        picture.resize((640, 500)),
    ]
    assert all(distance(original, perceptual_hash(edit)) <= NEAR for edit in edits)
    others = [perceptual_hash(detailed(640, 480, seed=seed)) for seed in range(2, 12)]
    assert all(distance(original, other) >= FAR for other in others)


def test_it_fits_a_signed_column_of_64_bits() -> None:
    hashes = [perceptual_hash(detailed(64, 64, seed=seed)) for seed in range(20)]
    assert all(-(2**63) <= value < 2**63 for value in hashes)
    assert len(set(hashes)) == len(hashes)


def test_distance_counts_the_bits_that_differ() -> None:
    assert distance(0, 0) == 0
    assert distance(-1, 0) == 64
    assert distance(0b1011, 0b0001) == 2


def test_plain_pictures_have_a_fingerprint() -> None:
    for colour in (0, 128, 255):
        assert isinstance(perceptual_hash(Image.new("RGB", (50, 50), (colour,) * 3)), int)


@pytest.mark.parametrize("format_name", ["PNG", "WEBP", "HEIF"])
def test_the_same_photo_in_another_format_is_near(format_name: str, tmp_path: Path) -> None:
    picture = detailed(900, 700)
    (tmp_path / "a").write_bytes(encoded(picture, "JPEG"))
    (tmp_path / "b").write_bytes(encoded(picture, format_name))
    first, second = (read(request(tmp_path / name)).perceptual_hash for name in "ab")
    assert first is not None
    assert second is not None
    assert distance(first, second) <= 4


def test_edits_of_a_real_photo_are_near(shared_data: Path) -> None:
    folder = shared_data / "formats" / "near-duplicates"
    names = ["aaa-orig", "blur-a-little", "high-contrast", "sharpen-a-little", "shrink-a-little"]
    hashes = [read(request(next(folder.rglob(f"{name}.jpg")))).perceptual_hash or 0 for name in names]
    assert max(distance(hashes[0], other) for other in hashes[1:]) <= NEAR
    other = (
        read(request(shared_data / "formats" / "exif-orientation-examples" / "Landscape_1.jpg")).perceptual_hash or 0
    )
    assert distance(hashes[0], other) >= FAR
