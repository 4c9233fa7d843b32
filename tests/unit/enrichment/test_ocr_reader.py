"""Text is read in photos that seem to show some and in screenshots, newest first, and in no others."""

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select, text, update

from core.catalog.models import ModelRow
from core.catalog.schema import File, PictureText, Root
from core.catalog.transaction import Transactions
from core.enrichment.ocr_gate import SHOWING_TEXT, OcrGate
from core.enrichment.ocr_reader import TextReader
from core.media.reader import read
from core.media.request import ReadRequest, ReadResult
from core.values.photo import FileState
from tests.unit.search.conftest import DIMENSION, Library, mixture

MODEL = ModelRow(1, "words", "ab", DIMENSION, active=True, complete=True)
LEAST = 4.5
SIGN = SHOWING_TEXT[4].name


class Here:
    """Reads in this process what a worker would; says "words" of each picture instead of recognising any."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.closed = False

    def submit(self, request: ReadRequest) -> "Future[ReadResult]":
        assert request.text
        self.asked.append(Path(request.path).name)
        future: Future[ReadResult] = Future()
        try:
            result = read(ReadRequest(request.path, thumbnail=False))
        except Exception as error:
            future.set_exception(error)
        else:
            spoken = "" if "blank" in request.path else f"words of {Path(request.path).stem}"
            future.set_result(replace(result, text=spoken))
        return future

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def signs(library: Library, tmp_path: Path) -> Callable[[], Library]:
    """Forty landscapes, then a sign, a screenshot by name only, a blank sign and a broken one."""

    def make() -> Library:
        for _ in range(40):
            library.add("mountain lake")
        library.add(SIGN, name="sign.png")
        library.add("mountain lake", name="screen.png", is_screenshot=True)
        library.add(SIGN, name="blank.png")
        library.add(SIGN, name="broken.png")
        folder = tmp_path / "pictures"
        folder.mkdir()
        for name in ("sign", "screen", "blank"):
            Image.new("RGB", (64, 48)).save(folder / f"{name}.png")
        (folder / "broken.png").write_bytes(b"no picture")
        with library.catalog.begin() as connection:
            connection.execute(update(Root).values(path=str(folder).encode()))
            connection.execute(update(File).values(state=FileState.READY))
        return library

    return make


def _reader(library: Library, start: Callable[[], Here]) -> TextReader:
    return TextReader(Transactions(library.catalog), MODEL, library.encoder, start, least=LEAST)


def _read_all(library: Library, pool: Here) -> TextReader:
    reader = _reader(library, lambda: pool)
    steps = 0
    while reader.step():
        steps += 1
        assert steps < 100
    return reader


def _texts(library: Library) -> dict[int, str | None]:
    with library.catalog.connect() as connection:
        return {row.photo_id: row.text for row in connection.execute(select(PictureText))}


def test_only_what_seems_to_show_text_is_opened_newest_first(signs: Callable[[], Library]) -> None:
    library, pool = signs(), Here()
    _read_all(library, pool)
    assert pool.asked == ["broken.png", "blank.png", "screen.png", "sign.png"]
    assert _texts(library) == {41: "words of sign", 42: "words of screen", 43: None, 44: None}


def test_text_is_searchable_and_read_once(signs: Callable[[], Library]) -> None:
    library, pool = signs(), Here()
    _read_all(library, pool)
    with library.catalog.connect() as connection:
        found = connection.execute(text("SELECT rowid FROM photo_text WHERE photo_text MATCH 'text: \"of sign\"'"))
        assert list(found.scalars()) == [41]
    again = Here()
    _read_all(library, again)
    assert again.asked == []


def test_a_photo_whose_folder_is_offline_waits(signs: Callable[[], Library]) -> None:
    library, pool = signs(), Here()
    with library.catalog.begin() as connection:
        connection.execute(update(Root).values(offline="the drive is not connected"))
    _read_all(library, pool)
    assert pool.asked == []
    assert _texts(library) == {}
    with library.catalog.begin() as connection:
        connection.execute(update(Root).values(offline=None))
    _read_all(library, pool)
    assert "sign.png" in pool.asked
    assert _texts(library)[41] == "words of sign"


def test_a_file_that_is_away_is_tried_again_later(signs: Callable[[], Library], tmp_path: Path) -> None:
    library, pool = signs(), Here()
    away = tmp_path / "away.png"
    (tmp_path / "pictures" / "sign.png").rename(away)
    now = [1000.0]
    reader = TextReader(
        Transactions(library.catalog), MODEL, library.encoder, lambda: pool, least=LEAST, clock=lambda: now[0]
    )
    while reader.step():
        pass
    assert pool.asked.count("sign.png") == 1
    assert 41 not in _texts(library)
    away.rename(tmp_path / "pictures" / "sign.png")
    assert not reader.step()
    now[0] += 3600
    while reader.step():
        pass
    assert _texts(library)[41] == "words of sign"


def test_without_a_candidate_no_worker_is_started(library: Library) -> None:
    def start() -> Here:
        raise AssertionError("a worker was started")

    for _ in range(40):
        library.add("mountain lake")
    reader = _reader(library, start)
    while reader.step():
        pass
    reader.close()


def test_it_ends_when_closed(signs: Callable[[], Library]) -> None:
    library, pool = signs(), Here()
    reader = _reader(library, lambda: pool)
    while not pool.asked:
        assert reader.step()
    reader.close()
    assert pool.closed
    assert not reader.step()


def test_the_gate_tells_signs_from_landscapes(library: Library) -> None:
    rng = np.random.default_rng(0)
    photos = np.stack([mixture("mountain lake")] * 60 + [mixture(SIGN)] * 3)
    photos = (photos + 0.03 * rng.standard_normal(photos.shape)).astype(np.float32)
    gate = OcrGate(library.encoder, least=LEAST)
    gate.calibrate(photos)
    passed = gate.passes(photos)
    assert passed[60:].all()
    assert passed[:60].mean() < 0.02
