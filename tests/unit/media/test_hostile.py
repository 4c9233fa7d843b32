"""Broken and hostile files: each has one clear reason, soon, and nothing else happens."""

import contextlib
import os
import socket
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from core.media.reader import read
from core.media.reasons import MediaError
from core.values.errors import UnreadableFileError
from core.values.reasons import Reason
from tests.unit.media.making import detailed, dng, encoded, exif_block, quarters, request

STILL_FORMATS = ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF", "HEIF"]

posix_only = pytest.mark.skipif(os.name == "nt", reason="needs FIFOs, sockets and limits of memory, which are POSIX")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="Linux takes any bytes as a name")


def reason_of(path: Path | str) -> Reason:
    with pytest.raises(MediaError) as caught:
        read(request(path))
    assert str(caught.value)
    assert isinstance(caught.value, UnreadableFileError)
    return caught.value.reason


def written(folder: Path, data: bytes, name: str = "photo.jpg") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_what_is_no_photo_says_so(tmp_path: Path) -> None:
    for data in (
        b"hello, I am a text",
        b"\x00" * 100_000,
        b"%PDF-1.7 rubbish",
        b"x",
        b"\xff\xd8",
        b"#EXTM3U\nhttp://x/",
    ):
        assert reason_of(written(tmp_path, data)) is Reason.UNKNOWN_FORMAT


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    assert reason_of(written(tmp_path, b"")) is Reason.EMPTY


def test_a_misnamed_file_is_read_by_its_content(tmp_path: Path) -> None:
    for format_name in STILL_FORMATS:
        path = written(tmp_path, encoded(quarters(), format_name), "really.mp4")
        assert read(request(path)).format == format_name


def test_things_that_are_no_files_are_not_opened(tmp_path: Path) -> None:
    assert reason_of(tmp_path) is Reason.NOT_A_FILE
    assert reason_of(tmp_path / "nothing.jpg") is Reason.GONE
    assert reason_of(written(tmp_path, b"x") / "below a file.jpg") is Reason.GONE
    assert reason_of("a name with \x00.jpg") is Reason.GONE


@posix_only
def test_pipes_sockets_devices_and_loops_are_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    assert reason_of(tmp_path / "pipe.jpg") is Reason.NOT_A_FILE
    monkeypatch.chdir(tmp_path)  # the name of a socket must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("socket.jpg")
        assert reason_of(tmp_path / "socket.jpg") is Reason.NOT_A_FILE
    (tmp_path / "loop.jpg").symlink_to(tmp_path / "loop.jpg")
    assert reason_of(tmp_path / "loop.jpg") is Reason.NOT_A_FILE
    (tmp_path / "dangling.jpg").symlink_to(tmp_path / "nowhere")
    assert reason_of(tmp_path / "dangling.jpg") is Reason.GONE
    assert reason_of("/dev/zero") is Reason.NOT_A_FILE


@posix_only
def test_a_file_without_permission_says_so(tmp_path: Path) -> None:
    path = written(tmp_path, encoded(quarters(), "JPEG"))
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    assert reason_of(path) is Reason.NO_PERMISSION


def test_a_sparse_file_of_four_gigabytes_costs_little(tmp_path: Path) -> None:
    path = tmp_path / "huge.jpg"
    with path.open("wb") as file:
        file.truncate(4 * 2**30)
    assert reason_of(path) is Reason.UNKNOWN_FORMAT
    for head in (b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"II*\x00\x08\x00\x00\x00", b"\x00\x00\x00\x20ftypheic"):
        with path.open("r+b") as file:
            file.write(head)
        assert reason_of(path) in {Reason.CUT_SHORT, Reason.DAMAGED, Reason.TOO_LARGE, Reason.UNSUPPORTED}


def test_a_valid_photo_with_gigabytes_behind_it_is_still_a_photo(tmp_path: Path) -> None:
    path = written(tmp_path, encoded(quarters(), "JPEG"))
    with path.open("r+b") as file:
        file.truncate(3 * 2**30)
    result = read(request(path))
    assert (result.width, result.height, result.content.size) == (400, 300, 3 * 2**30)


@linux_only
def test_a_name_that_is_not_utf_8_is_opened_like_any_other(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9 \xff.jpg"
    with open(path, "wb") as file:
        file.write(encoded(quarters(), "JPEG"))
    assert read(request(os.fsdecode(path))).format == "JPEG"


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    header = b"\x00\x00\xff\xff\x00\x00\xff\xff\x08\x02\x00\x00\x00"  # 65535 x 65535
    png = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", b"") + _chunk(b"IEND", b"")
    assert reason_of(written(tmp_path, png)) is Reason.TOO_LARGE
    gif = b"GIF89a\xff\xff\xff\xff\x80\x00\x00\x00\x00\x00\xff\xff\xff,\x00\x00\x00\x00\xff\xff\xff\xff"
    gif += b"\x00\x02\x02D\x01\x00;"
    assert reason_of(written(tmp_path, gif)) is Reason.TOO_LARGE
    bmp = encoded(Image.new("RGB", (4, 4)), "BMP")
    assert reason_of(written(tmp_path, bmp[:18] + b"\x00\x00\x01\x00" * 2 + bmp[26:])) in {
        Reason.TOO_LARGE,
        Reason.CUT_SHORT,
    }
    jpeg = bytearray(encoded(quarters(), "JPEG"))
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 4] = b"\xff\xdc" * 2  # 65500 x 65500
    assert reason_of(written(tmp_path, bytes(jpeg))) is Reason.TOO_LARGE


def _chunk(kind: bytes, data: bytes) -> bytes:
    import zlib

    return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")


def test_a_png_whose_texts_unpack_to_gigabytes_costs_little(tmp_path: Path) -> None:
    texts = PngImagePlugin.PngInfo()
    for _ in range(3):
        texts.add_text("Comment", "\0" * 30_000_000, zip=True)
    path = written(tmp_path, encoded(quarters(), "PNG", pnginfo=texts))
    result = read(request(path))
    assert (result.width, result.flaw) == (400, None)


def test_a_picture_without_area_is_refused(tmp_path: Path) -> None:
    bmp = encoded(Image.new("RGB", (4, 4)), "BMP")
    assert reason_of(written(tmp_path, bmp[:18] + b"\x00\x00\x00\x00" + bmp[22:])) in {Reason.DAMAGED, Reason.CUT_SHORT}


def test_a_file_that_vanishes_or_shrinks_while_it_is_read_has_a_reason(tmp_path: Path) -> None:
    path = written(tmp_path, encoded(quarters(), "JPEG"))
    path.unlink()
    assert reason_of(path) is Reason.GONE


SAMPLES = {
    name: encoded(
        detailed(96, 72), name, **({} if name in {"GIF", "BMP"} else {"exif": exif_block({0x112: 6, 0x10F: "x"})})
    )
    for name in ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "AVIF")
} | {"DNG": dng(64, 48)}


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], derandomize=True)
@given(data=st.data())
def test_whatever_bytes_are_changed_a_file_is_read_or_has_a_reason(
    name: str, data: st.DataObject, tmp_path: Path
) -> None:
    sample = np.frombuffer(SAMPLES[name], np.uint8).copy()
    near_head = st.integers(4, min(600, len(sample) - 1))
    for at in data.draw(st.lists(near_head | st.integers(4, len(sample) - 1), min_size=1, max_size=12)):
        sample[at] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, 3))
    content = sample.tobytes() if cut else sample.tobytes()[: data.draw(st.integers(1, len(sample)))]
    with contextlib.suppress(UnreadableFileError):
        assert read(request(written(tmp_path, content))).frames[0].pixels.shape == (64, 64, 3)
