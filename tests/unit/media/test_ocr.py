"""Words in pictures are read, in a worker, without network."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from core.media import ocr
from core.media.pool import DecodePool
from core.media.request import ReadRequest

pytestmark = pytest.mark.skipif(not ocr.is_available(), reason="the extra `ocr` is not installed")


def sign(words: str, path: Path, size: tuple[int, int] = (900, 400)) -> Path:
    """Draw words on a plain board."""
    picture = Image.new("RGB", size, (240, 236, 220))
    ImageDraw.Draw(picture).text((40, size[1] // 3), words, (20, 20, 60), ImageFont.load_default(72))
    picture.save(path)
    return path


@pytest.fixture(scope="module")
def pool() -> Iterator[DecodePool]:
    with DecodePool(1, 200, 3072) as pool:
        yield pool


def test_words_on_a_sign_are_read_in_a_worker(pool: DecodePool, tmp_path: Path) -> None:
    path = sign("Harbour Street 27", tmp_path / "sign.png")
    result = pool.submit(ReadRequest(str(path), thumbnail=False, text=True)).result(200)
    assert result.text is not None
    assert re.sub(r"\W", "", result.text).casefold() == "harbourstreet27"


def test_a_picture_without_words_has_empty_text(pool: DecodePool, tmp_path: Path) -> None:
    Image.new("RGB", (600, 400), (90, 140, 200)).save(tmp_path / "sky.png")
    assert pool.submit(ReadRequest(str(tmp_path / "sky.png"), thumbnail=False, text=True)).result(200).text == ""


def test_text_is_read_only_when_asked_for(pool: DecodePool, tmp_path: Path) -> None:
    path = sign("Not asked", tmp_path / "sign.png")
    assert pool.submit(ReadRequest(str(path))).result(200).text is None
