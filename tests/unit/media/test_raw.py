"""DNGs made here, with and without a camera's preview."""

import io
import struct
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.media.reader import read
from core.media.reasons import MediaError
from core.values.photo import MediaKind, TakenAt
from core.values.reasons import Reason
from tests.unit.media.making import corners, dng, encoded, exif_block, quarters, request


def test_without_a_preview_the_sensors_data_is_developed(tmp_path: Path) -> None:
    path = tmp_path / "photo.dng"
    path.write_bytes(dng(800, 600))
    result = read(request(path))
    assert (result.kind, result.format) == (MediaKind.RAW, "DNG")
    assert (result.width, result.height) == (800, 600)
    pixels = result.frames[0].pixels.astype(int)
    left, right = pixels[32, 12], pixels[32, 52]
    assert left[0] > left[2] + 50
    assert right[2] > right[0] + 50


def test_a_preview_that_is_large_enough_is_taken(tmp_path: Path) -> None:
    path = tmp_path / "photo.nef"
    path.write_bytes(dng(800, 600, preview=encoded(quarters(640, 480), "JPEG")))
    result = read(request(path))
    assert (result.width, result.height) == (800, 600)
    assert corners(result.frames[0].pixels) == ["red", "green", "blue", "yellow"]


def test_a_tiny_preview_is_not_taken(tmp_path: Path) -> None:
    path = tmp_path / "photo.dng"
    path.write_bytes(dng(800, 600, preview=encoded(quarters(160, 120), "JPEG")))
    pixels = read(request(path)).frames[0].pixels.astype(int)
    assert pixels[48, 12, 0] > pixels[48, 12, 2] + 50  # bottom left is blue in the preview, red on the sensor


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("with_preview", [True, False])
def test_it_is_turned_upright(orientation: int, with_preview: bool, tmp_path: Path) -> None:
    preview = encoded(quarters(640, 480), "JPEG") if with_preview else None
    path = tmp_path / "photo.dng"
    path.write_bytes(dng(800, 600, preview=preview, orientation=orientation))
    result = read(request(path))
    assert (result.width, result.height) == ((600, 800) if orientation in (6, 8) else (800, 600))
    assert result.thumbnail is not None
    with Image.open(io.BytesIO(result.thumbnail)) as thumbnail:
        assert thumbnail.size == ((288, 384) if orientation in (6, 8) else (384, 288))
    if with_preview:
        expected = {
            1: ["red", "green", "blue", "yellow"],
            3: ["yellow", "blue", "green", "red"],
            6: ["blue", "red", "yellow", "green"],
            8: ["green", "yellow", "red", "blue"],
        }
        assert corners(result.frames[0].pixels) == expected[orientation]
    else:
        pixels = result.frames[0].pixels.astype(int)
        red = {1: (32, 8), 3: (32, 56), 6: (8, 32), 8: (56, 32)}[orientation]
        assert pixels[red][0] > pixels[red][2] + 50


def test_a_preview_with_an_orientation_of_its_own_is_turned_once(tmp_path: Path) -> None:
    preview = encoded(quarters(640, 480), "JPEG", exif=exif_block({0x112: 6}))
    path = tmp_path / "photo.dng"
    path.write_bytes(dng(800, 600, preview=preview, orientation=6))
    assert corners(read(request(path)).frames[0].pixels) == ["blue", "red", "yellow", "green"]


def test_the_cameras_facts_are_read(tmp_path: Path) -> None:
    path = tmp_path / "photo.dng"
    path.write_bytes(dng(800, 600))
    metadata = read(request(path)).metadata
    assert (metadata.camera_make, metadata.camera_model) == ("Testmaker", "Model One")
    assert metadata.taken_at == TakenAt(datetime(2021, 5, 6, 7, 8, 9))


def test_a_plain_tiff_of_a_camera_is_no_raw_file(tmp_path: Path) -> None:
    path = tmp_path / "scan.tif"
    path.write_bytes(encoded(quarters(800, 600), "TIFF", exif=exif_block({0x10F: "Nikon"})))
    result = read(request(path))
    assert (result.kind, result.format) == (MediaKind.IMAGE, "TIFF")


def test_a_raw_file_cut_short_says_so(tmp_path: Path) -> None:
    data = dng(800, 600)
    strip = struct.pack("<HHI", 0x111, 4, 1)
    path = tmp_path / "photo.dng"
    path.write_bytes(data.replace(strip + struct.pack("<I", 8), strip + struct.pack("<I", len(data) - 1000)))
    with pytest.raises(MediaError) as caught:
        read(request(path))
    assert caught.value.reason is Reason.CUT_SHORT


def test_a_real_dng_is_developed(shared_data: Path) -> None:
    result = read(request(shared_data / "formats" / "tinydng" / "colorchart.dng"))
    assert result.format == "DNG"
    assert result.frames[0].pixels.std() > 20
    assert np.isfinite(result.frames[0].pixels).all()
