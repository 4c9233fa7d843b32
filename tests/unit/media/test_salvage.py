"""What is left of files that are cut short or damaged, by one rule for all formats; and healthy files that look odd."""

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, PngImagePlugin

from core.media.reader import read
from core.media.reasons import MediaError
from core.media.request import ReadResult
from core.values.reasons import Reason, ReasonKind
from tests.unit.media.making import (
    corners,
    detailed,
    dng,
    encoded,
    exif_block,
    grid_heic,
    quarters,
    request,
    tiff,
    video,
)

SIZE = (320, 240)


def read_bytes(folder: Path, data: bytes, name: str = "photo") -> ReadResult:
    path = folder / name
    path.write_bytes(data)
    return read(request(path))


def thumbnail(result: ReadResult) -> Image.Image:
    assert result.thumbnail is not None
    return Image.open(io.BytesIO(result.thumbnail)).convert("RGB")


def difference(result: ReadResult, picture: Image.Image, rows: slice) -> float:
    """Return the mean difference of the thumbnail from `picture` in some of its rows."""
    small = thumbnail(result)
    expected = np.asarray(picture.convert("RGB").resize(small.size), int)
    return float(np.abs(np.asarray(small, int) - expected)[rows].mean())


def cut(format_name: str, kept: float) -> bytes:
    data = (
        grid_heic(detailed(512, 512), 128)
        if format_name == "grid of HEIF"
        else encoded(detailed(*SIZE), format_name, **({"interlace": 0} if format_name == "GIF" else {}))
    )
    return data[: int(len(data) * kept)]


CUT_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "PPM", "AVIF", "HEIF", "grid of HEIF"]


@pytest.mark.parametrize("format_name", CUT_FORMATS)
@pytest.mark.parametrize("kept", [0.5, 0.97])
def test_what_is_there_of_a_cut_file_is_shown_and_its_flaw_is_said(
    format_name: str, kept: float, tmp_path: Path
) -> None:
    if format_name == "GIF" and kept == 0.97:
        pytest.skip("all its pixels are there")
    result = read_bytes(tmp_path, cut(format_name, kept))
    assert result.flaw == Reason.CUT_SHORT
    whole = thumbnail(read_bytes(tmp_path, cut(format_name, 1.0)))
    # A bitmap begins with its lowest row.
    assert difference(result, whole, slice(-60, None) if format_name == "BMP" else slice(0, 60)) < 5


@pytest.mark.parametrize("format_name", CUT_FORMATS)
def test_of_a_file_with_next_to_nothing_left_no_grey_picture_is_made(format_name: str, tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        read_bytes(tmp_path, cut(format_name, 0.02))
    assert caught.value.reason in {Reason.CUT_SHORT, Reason.DAMAGED}
    assert caught.value.reason.kind is ReasonKind.DAMAGED


def test_a_whole_file_has_no_flaw(tmp_path: Path) -> None:
    for format_name in CUT_FORMATS:
        assert read_bytes(tmp_path, cut(format_name, 1.0)).flaw is None, format_name


def test_a_progressive_jpeg_is_shown_as_coarse_as_it_is(tmp_path: Path) -> None:
    data = encoded(detailed(*SIZE), "JPEG", progressive=True)
    result = read_bytes(tmp_path, data[: len(data) // 2])
    assert result.flaw == Reason.CUT_SHORT
    assert difference(result, detailed(*SIZE), slice(None)) < 20


def test_a_cut_jpeg_2000_is_refused_and_not_black(tmp_path: Path) -> None:
    data = encoded(detailed(*SIZE), "JPEG2000")
    with pytest.raises(MediaError) as caught:
        read_bytes(tmp_path, data[: len(data) // 2])
    assert caught.value.reason.kind is ReasonKind.DAMAGED


def test_a_movie_cut_behind_its_index_is_shown_with_its_flaw(tmp_path: Path) -> None:
    import av

    whole = video(tmp_path / "whole.mp4", [detailed(*SIZE, seed=seed) for seed in range(4)])
    front = tmp_path / "front.mp4"
    with av.open(str(whole)) as given, av.open(str(front), "w", options={"movflags": "faststart"}) as container:
        stream = container.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(given.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                container.mux(packet)
    data = front.read_bytes()
    result = read_bytes(tmp_path, data[: len(data) // 2], "cut.mp4")
    assert result.flaw == Reason.CUT_SHORT
    assert np.asarray(thumbnail(result)).max() > 100
    assert read_bytes(tmp_path, data, "whole.mp4").flaw is None


def sensor_cut_off(kept: float, preview: bytes | None = None) -> bytes:
    """Return a DNG whose sensor's data ends too soon: moved to the end of the file, which is then cut."""
    data = dng(800, 600, preview=preview)
    pixels = 800 * 600 * 2
    strip = struct.pack("<HHI", 0x111, 4, 1)
    at = data.index(strip + struct.pack("<I", 8)) + len(strip)
    moved = bytearray(data + data[8 : 8 + pixels])
    struct.pack_into("<I", moved, at, len(data))
    moved[8 : 8 + pixels] = bytes(pixels)
    return bytes(moved[: len(data) + int(pixels * kept)])


def test_a_cut_raw_file_is_developed_as_far_as_it_goes_or_its_preview_shown(tmp_path: Path) -> None:
    preview = encoded(quarters(160, 120), "JPEG")
    large = encoded(quarters(640, 480), "JPEG")
    assert read_bytes(tmp_path, sensor_cut_off(1.0), "whole.dng").flaw is None
    shown = read_bytes(tmp_path, sensor_cut_off(0.4, large), "large.dng")
    assert shown.flaw == Reason.CUT_SHORT
    assert corners(thumbnail(shown)) == ["red", "green", "blue", "yellow"]
    small = read_bytes(tmp_path, sensor_cut_off(0.0, preview), "small.dng")
    assert small.flaw == Reason.CUT_SHORT
    assert corners(thumbnail(small)) == ["red", "green", "blue", "yellow"]
    with pytest.raises(MediaError) as caught:
        read_bytes(tmp_path, sensor_cut_off(0.0), "none.dng")
    assert caught.value.reason is Reason.CUT_SHORT


def test_a_raw_file_without_picture_data_is_no_black_picture(tmp_path: Path) -> None:
    data = bytearray(dng(800, 600))
    data[8 : 8 + 800 * 600 * 2] = bytes(800 * 600 * 2)
    with pytest.raises(MediaError) as caught:
        read_bytes(tmp_path, bytes(data), "black.dng")
    assert caught.value.reason is Reason.NO_PICTURE


def png_chunk(kind: bytes, body: bytes, *, is_right: bool = True) -> bytes:
    checksum = zlib.crc32(kind + body) ^ (0 if is_right else 0xFFFF)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", checksum)


def with_chunk(png: bytes, chunk: bytes) -> bytes:
    return png[:33] + chunk + png[33:]


PNG = encoded(quarters(), "PNG")


def long_text() -> bytes:
    info = PngImagePlugin.PngInfo()
    info.add_text("workflow", "x" * (3 << 20), zip=True)
    info.add_itxt("prompt", "y" * (3 << 20), zip=True)
    return encoded(quarters(), "PNG", pnginfo=info)


@pytest.mark.parametrize(
    "data",
    [
        long_text(),
        with_chunk(PNG, png_chunk(b"gAMA", struct.pack(">I", 45455), is_right=False)),
        with_chunk(PNG, png_chunk(b"pHYs", struct.pack(">IIB", 2835, 2835, 1), is_right=False)),
        with_chunk(PNG, png_chunk(b"tEXt", b"Comment\0hello", is_right=False)),
        with_chunk(PNG, png_chunk(b"zTXt", b"Comment\0\x78" + zlib.compress(b"hello"))),
        with_chunk(PNG, png_chunk(b"zTXt", b"Comment\0\0rubbish")),
        with_chunk(PNG, png_chunk(b"acTL", struct.pack(">II", 2, 0)) + png_chunk(b"fdAT", bytes(4) + b"x")),
        with_chunk(PNG, png_chunk(b"acTL", struct.pack(">II", 0, 0))),
    ],
    ids=["long texts", "gAMA", "pHYs", "tEXt", "packed oddly", "packed badly", "no first control chunk", "no frames"],
)
def test_what_a_png_can_do_without_may_be_broken(data: bytes, tmp_path: Path) -> None:
    result = read_bytes(tmp_path, data)
    assert result.flaw is None
    assert corners(thumbnail(result)) == ["red", "green", "blue", "yellow"]


def test_a_png_with_a_wrong_checksum_of_its_header_is_shown_as_damaged(tmp_path: Path) -> None:
    data = bytearray(PNG)
    data[29] ^= 0xFF  # behind the header with the size
    result = read_bytes(tmp_path, bytes(data))
    assert result.flaw == Reason.DAMAGED
    assert corners(thumbnail(result)) == ["red", "green", "blue", "yellow"]


def bitmap(depth: int, masks: tuple[int, ...], *, file_header: bool = True, flipped: bool = False) -> bytes:
    """Return a bitmap of `quarters` with these masks for red, green, blue and perhaps alpha."""
    pixels = np.asarray(quarters(), np.uint32)
    planes = [*np.moveaxis(pixels, -1, 0), np.full(pixels.shape[:2], 255, np.uint32)]
    values = np.zeros(pixels.shape[:2], np.uint32)
    for plane, mask in zip(planes, masks, strict=False):
        shift = (mask & -mask).bit_length() - 1
        values |= (plane * (mask >> shift) // 255) << shift
    rows = values if flipped else values[::-1]
    data = rows.astype("<u2" if depth == 16 else "<u4").tobytes()
    height = -pixels.shape[0] if flipped else pixels.shape[0]
    size = 108 if len(masks) == 4 else 40
    header = struct.pack("<IiiHHIIiiII", size, pixels.shape[1], height, 1, depth, 3, len(data), 0, 0, 0, 0)
    header += struct.pack(f"<{len(masks)}I", *masks)
    header += bytes(size - len(header)) if size == 108 else b""
    if not file_header:
        return header + data
    return struct.pack("<2sIHHI", b"BM", 14 + len(header) + len(data), 0, 0, 14 + len(header)) + header + data


@pytest.mark.parametrize(
    "data",
    [
        bitmap(16, (0xF00, 0xF0, 0xF)),
        bitmap(16, (0x7C00, 0x3E0, 0x1F), flipped=True),
        bitmap(32, (0x3FF00000, 0xFFC00, 0x3FF)),
        bitmap(32, (0xFF, 0xFF00, 0xFF0000, 0xFF000000)),
        bitmap(16, (0xF00, 0xF0, 0xF), file_header=False),
        encoded(quarters(), "BMP")[14:],
        encoded(quarters().quantize(16), "BMP")[14:],
    ],
    ids=["4 bits", "upside down", "10 bits", "with alpha", "bit fields in a DIB", "DIB", "DIB with a palette"],
)
def test_bitmaps_of_every_kind_are_read(data: bytes, tmp_path: Path) -> None:
    result = read_bytes(tmp_path, data)
    assert (result.format, result.width, result.height, result.flaw) == ("BMP", 400, 300, None)
    assert corners(thumbnail(result)) == ["red", "green", "blue", "yellow"]


def old_style_jpeg() -> bytes:
    inside = encoded(quarters(), "JPEG", quality=95)
    # YCbCr, as such files say; the whole JPEG is the strip.
    return tiff(inside, (400, 300), compression=6, photometric=6, more=((513, 1, -1), (514, 1, len(inside))))


@pytest.mark.parametrize(
    "data",
    [
        tiff(np.asarray(quarters(), "<f4") / np.float32(255), (400, 300), bits=32, sample_format=3),
        tiff(np.asarray(quarters(), "<f2") / np.float16(255), (400, 300), bits=16, sample_format=3),
        tiff(np.asarray(quarters(), "<u4") * np.uint32(1 << 24), (400, 300), bits=32),
        tiff(encoded(quarters(), "WEBP", lossless=True), (400, 300), compression=50001),
        old_style_jpeg(),
    ],
    ids=["float", "half float", "32 bits", "WebP", "old-style JPEG"],
)
def test_tiffs_of_every_kind_are_read_in_their_colours(data: bytes, tmp_path: Path) -> None:
    result = read_bytes(tmp_path, data)
    assert (result.format, result.width, result.height, result.flaw) == ("TIFF", 400, 300, None)
    assert corners(thumbnail(result)) == ["red", "green", "blue", "yellow"]


def test_a_tiff_that_is_read_by_another_way_keeps_its_facts(tmp_path: Path) -> None:
    pixels = np.asarray(quarters(), "<f4") / np.float32(255)
    data = tiff(pixels, (400, 300), bits=32, sample_format=3, more=((0x112, 1, 6), (0x8827, 1, 200)))
    result = read_bytes(tmp_path, data)
    assert (result.width, result.height, result.metadata.iso) == (300, 400, 200)
    assert corners(thumbnail(result)) == ["blue", "red", "yellow", "green"]


def test_a_tiff_that_cannot_be_read_is_unsupported_and_not_damaged(tmp_path: Path) -> None:
    with pytest.raises(MediaError) as caught:
        read_bytes(tmp_path, tiff(b"x" * 100, (400, 300), compression=34887))
    assert caught.value.reason.kind is ReasonKind.UNSUPPORTED


def test_the_gamma_of_a_png_counts(tmp_path: Path) -> None:
    picture = detailed(*SIZE)
    linear = Image.fromarray((255 * (np.asarray(picture) / 255.0) ** 2.2).round().astype(np.uint8))
    data = with_chunk(encoded(linear, "PNG"), png_chunk(b"gAMA", struct.pack(">I", 100000)))
    # Eight bits of linear light are few where it is dark.
    assert difference(read_bytes(tmp_path, data), picture, slice(None)) < 10
    srgb = with_chunk(data, png_chunk(b"sRGB", b"\0"))
    assert difference(read_bytes(tmp_path, srgb), linear, slice(None)) < 10
    absurd = with_chunk(encoded(picture, "PNG"), png_chunk(b"gAMA", struct.pack(">I", 1)))
    assert difference(read_bytes(tmp_path, absurd), picture, slice(None)) < 10


def test_the_transparent_grey_of_a_16_bit_png_is_white(tmp_path: Path) -> None:
    grey = np.full((240, 320), 20_000, np.uint16)
    grey[:120] = 0
    data = with_chunk(encoded(Image.fromarray(grey), "PNG"), png_chunk(b"tRNS", struct.pack(">H", 0)))
    small = np.asarray(thumbnail(read_bytes(tmp_path, data)))
    assert small[:100].min() > 250
    assert 70 < small[-50:].mean() < 90


@pytest.mark.parametrize("reason", list(Reason))
def test_each_reason_is_of_a_kind_and_known_again_by_its_sentence(reason: Reason) -> None:
    assert reason.kind in ReasonKind
    assert Reason.of(str(MediaError(reason, "3 x 4"))) is reason
    assert Reason.of("Something else.") is None


def psd(picture: Image.Image) -> bytes:
    """Return a flat PSD with an EXIF block: header, no colour table, one resource, no layers, planes as they are."""
    block = exif_block({0x10F: "Leica"})[6:]
    resource = b"8BIM" + struct.pack(">HHI", 1058, 0, len(block)) + block + b"\0" * (len(block) % 2)
    planes = np.moveaxis(np.asarray(picture), -1, 0).tobytes()
    header = struct.pack(">4sH6xHIIHH", b"8BPS", 1, 3, picture.height, picture.width, 8, 3)
    return header + struct.pack(">II", 0, len(resource)) + resource + struct.pack(">IH", 0, 0) + planes


@pytest.mark.parametrize(
    ("format_name", "data"),
    [
        ("JPEG2000", encoded(quarters(), "JPEG2000")),
        ("PSD", psd(quarters())),
        ("PPM", encoded(quarters(), "PPM")),
        ("PPM", b"P1 4 2\n 0 0 1 1\n 0 0 1 1\n"),
    ],
)
def test_formats_of_archives_and_studios_are_read(format_name: str, data: bytes, tmp_path: Path) -> None:
    result = read_bytes(tmp_path, data)
    assert (result.format, result.flaw) == (format_name, None)
    if result.width == 400:
        assert corners(thumbnail(result)) == ["red", "green", "blue", "yellow"]
    if format_name == "PSD":
        assert result.metadata.camera_make == "Leica"
