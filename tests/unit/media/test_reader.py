"""Every still format, by content: size, colours, thumbnail, model input; and what is done once for all of them."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from core.catalog.thumbnails import SHORTEST_PX
from core.media.limits import SHORTEST_WORKING_PX
from core.media.model_input import ModelInput
from core.media.reader import read
from core.values.photo import MediaKind
from tests.unit.media.making import SWAPPED_PRIMARIES, corners, detailed, encoded, exif_block, quarters, request

UPRIGHT = ["red", "green", "blue", "yellow"]
FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"]


@pytest.mark.parametrize("format_name", FORMATS)
def test_each_format_gives_size_thumbnail_and_model_input(format_name: str, tmp_path: Path) -> None:
    path = tmp_path / "no extension at all"
    path.write_bytes(encoded(quarters(800, 600), format_name))
    result = read(request(path))
    assert (result.kind, result.format, result.width, result.height) == (MediaKind.IMAGE, format_name, 800, 600)
    assert result.thumbnail is not None
    with Image.open(io.BytesIO(result.thumbnail)) as thumbnail:
        assert (thumbnail.format, thumbnail.size) == ("JPEG", (384, 288))
        assert corners(thumbnail.convert("RGB")) == UPRIGHT
    (frame,) = result.frames
    assert frame.pixels.shape == (64, 64, 3)
    assert frame.pixels.dtype == np.uint8
    assert frame.moment_ms is None
    assert corners(frame.pixels) == UPRIGHT


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF", "HEIF"])
def test_a_picture_is_turned_upright_by_its_orientation(format_name: str, orientation: int, tmp_path: Path) -> None:
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = quarters(400, 300)
    if orientation in undo:
        stored = stored.transpose(undo[orientation])
    path = tmp_path / "turned"
    block = exif_block({0x112: orientation})
    path.write_bytes(encoded(stored, format_name, exif=block))
    result = read(request(path))
    assert (result.width, result.height) == (400, 300)
    assert corners(result.frames[0].pixels) == UPRIGHT
    assert result.thumbnail is not None
    with Image.open(io.BytesIO(result.thumbnail)) as thumbnail:
        assert thumbnail.size == (384, 288)
        assert corners(thumbnail.convert("RGB")) == UPRIGHT


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((4000, 3000), (384, 288)),
        ((3000, 4000), (288, 384)),
        ((4000, 400), (1280, 128)),
        ((100, 80), (100, 80)),
        ((1, 1), (1, 1)),
    ],
)
def test_a_thumbnail_keeps_its_bounds_and_never_enlarges(
    size: tuple[int, int], expected: tuple[int, int], tmp_path: Path
) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(Image.new("RGB", size, (90, 120, 60)), "JPEG"))
    result = read(request(path))
    assert (result.width, result.height) == size
    assert result.thumbnail is not None
    with Image.open(io.BytesIO(result.thumbnail)) as thumbnail:
        assert thumbnail.size == expected


def test_the_working_size_is_enough_for_a_thumbnail() -> None:
    assert SHORTEST_WORKING_PX == SHORTEST_PX


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("size", [(867, 1155), (1155, 867)])
def test_decoding_at_a_reduced_scale_gives_the_model_nearly_the_same_picture(
    size: tuple[int, int], orientation: int, tmp_path: Path
) -> None:
    picture = detailed(*size)
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(picture, "JPEG", quality=92, exif=exif_block({0x112: orientation})))
    with Image.open(path) as whole:
        full = ImageOps.exif_transpose(whole).convert("RGB").resize((224, 224), Image.Resampling.BICUBIC)
    (frame,) = read(request(path, model_input=ModelInput(224, "squash"))).frames
    difference = np.abs(np.asarray(full).astype(float) - frame.pixels.astype(float))
    assert difference.mean() < 0.8  # 2.2 when the fraction of a pixel at the edge is forgotten


def test_a_model_that_takes_larger_pictures_than_the_thumbnail_gets_them_from_the_file(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    stripes = np.zeros((2048, 2048, 3), np.uint8)
    stripes[:, ::8] = 255
    stripes[:, 1::8] = stripes[:, 2::8] = stripes[:, 3::8] = 255
    path.write_bytes(encoded(Image.fromarray(stripes), "JPEG", quality=95))
    (frame,) = read(request(path, model_input=ModelInput(1024))).frames
    assert frame.pixels.astype(float).std() > 80  # stripes of four pixels survive at half size, not at an eighth


def test_what_is_not_asked_for_is_not_made(tmp_path: Path) -> None:
    path = tmp_path / "photo.png"
    path.write_bytes(encoded(quarters(), "PNG"))
    result = read(request(path, model_input=None, thumbnail=False))
    assert result.thumbnail is None
    assert result.frames == ()
    assert result.perceptual_hash is not None


def _grey_ramp() -> Image.Image:
    return Image.linear_gradient("L").resize((300, 300))


@pytest.mark.parametrize(
    ("mode", "format_name"),
    [
        ("1", "PNG"),
        ("L", "JPEG"),
        ("L", "PNG"),
        ("LA", "PNG"),
        ("P", "PNG"),
        ("P", "GIF"),
        ("RGBA", "PNG"),
        ("RGBA", "WEBP"),
        ("RGBA", "AVIF"),
        ("CMYK", "JPEG"),
        ("CMYK", "TIFF"),
        ("YCbCr", "TIFF"),
        ("LAB", "TIFF"),
        ("I;16", "PNG"),
        ("I;16", "TIFF"),
        ("I", "TIFF"),
        ("F", "TIFF"),
    ],
)
def test_every_mode_comes_out_as_the_same_ramp_of_grey(mode: str, format_name: str, tmp_path: Path) -> None:
    ramp = _grey_ramp()
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(ramp).astype(np.uint16) * 257)
    elif mode == "I":
        picture = Image.fromarray(np.asarray(ramp).astype(np.int32) * 257)
    elif mode == "F":
        picture = Image.fromarray(np.asarray(ramp).astype(np.float32) / 255)
    elif mode == "LAB":
        picture = ramp.convert("RGB")
        from PIL import ImageCms

        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        transform = ImageCms.buildTransform(srgb, lab, "RGB", "LAB")
        converted = ImageCms.applyTransform(picture, transform)
        assert converted is not None
        picture = converted
    else:
        picture = ramp.convert("RGB").convert(mode) if mode in {"CMYK", "YCbCr"} else ramp.convert(mode)
    path = tmp_path / "ramp"
    path.write_bytes(encoded(picture, format_name))
    (frame,) = read(request(path)).frames
    rows = frame.pixels.astype(float).mean(axis=(1, 2))
    assert np.abs(rows - np.linspace(0, 255, 64)).max() < 12
    assert np.ptp(frame.pixels.astype(int), axis=2).mean() < 4


def test_transparent_parts_are_white(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (300, 300), (200, 0, 0, 0))
    picture.paste((0, 0, 200, 255), (0, 0, 300, 150))
    for name, data in {
        "rgba.png": encoded(picture, "PNG"),
        "rgba.webp": encoded(picture, "WEBP", lossless=True),
        "palette.gif": encoded(picture, "GIF"),
        "palette.png": encoded(picture.quantize(16), "PNG"),
        "grey.png": encoded(picture.convert("LA"), "PNG"),
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        (frame,) = read(request(path)).frames
        assert frame.pixels[50, 32].min() > 250, name
        assert frame.pixels[10, 32].min() < 60, name


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "TIFF", "WEBP", "HEIF"])
def test_a_colour_profile_is_carried_into_srgb(format_name: str, tmp_path: Path) -> None:
    path = tmp_path / "swapped"
    path.write_bytes(encoded(quarters(), format_name, icc_profile=SWAPPED_PRIMARIES))
    (frame,) = read(request(path)).frames
    assert corners(frame.pixels)[0] == "blue"
    assert corners(frame.pixels)[2] == "red"


def test_a_broken_colour_profile_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(encoded(quarters(), "JPEG", icc_profile=SWAPPED_PRIMARIES[:100] + b"rubbish" * 20))
    (frame,) = read(request(path)).frames
    assert corners(frame.pixels) == UPRIGHT


def test_of_several_pages_or_frames_the_first_is_shown(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (300, 300), (200, 10, 10)), Image.new("RGB", (500, 100), (10, 10, 200))
    same = Image.new("RGB", (300, 300), (10, 10, 200))
    for name, data in {
        "pages.tif": encoded(first, "TIFF", save_all=True, append_images=[second]),
        "moving.gif": encoded(first, "GIF", save_all=True, append_images=[same], duration=100),
        "moving.webp": encoded(first, "WEBP", save_all=True, append_images=[same], duration=100),
        "moving.png": encoded(first, "PNG", save_all=True, append_images=[same], duration=100),
        "moving.avif": encoded(first, "AVIF", save_all=True, append_images=[same], duration=100),
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        result = read(request(path))
        assert (result.width, result.height) == (300, 300), name
        assert result.frames[0].pixels[32, 32, 0] > 150, name


def test_jpeg_xl_is_read_where_its_plug_in_is_installed(tmp_path: Path) -> None:
    pytest.importorskip("pillow_jxl", reason="the extra `jxl` is not installed")
    path = tmp_path / "photo.jxl"
    path.write_bytes(encoded(quarters(800, 600), "JXL"))
    result = read(request(path))
    assert (result.format, result.width, result.height) == ("JXL", 800, 600)
    assert corners(result.frames[0].pixels) == UPRIGHT
