"""The real engine gives photos places while it indexes, and labels afterwards, with the real (small) model."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from sqlalchemy import func, select

from core.catalog.database import open_for_reading
from core.catalog.schema import Embedding, Photo, PhotoLabel
from core.engine.engine import Engine
from core.engine.protocol import AddRoot, ReloadSettings, Search
from core.media import ocr
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import IndexingSettings, ModelSettings, SearchSettings, Settings
from core.values.comparing import IndexKind, Metric
from core.values.filters import NearPlaceFilter
from core.values.query import ExactWords, MatchedIn, Query, SearchResult, Words

LISBON = {1: "N", 2: (38.0, 42.0, 36.0), 3: "W", 4: (9.0, 8.0, 24.0)}


@pytest.fixture
def paths(tmp_path: Path, models_with_tiny: Path) -> LibraryPaths:
    paths = LibraryPaths.inside(tmp_path / "library")
    paths.create()
    shutil.copytree(models_with_tiny, paths.models, dirs_exist_ok=True)
    settings = Settings(
        model=ModelSettings(id="tiny", precision="float32"), indexing=IndexingSettings(workers=1, read_text=False)
    )
    store.save(paths.settings, settings)
    return paths


def _wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


def _reload(engine: Engine, paths: LibraryPaths, indexing: IndexingSettings) -> None:
    store.save(paths.settings, store.load(paths.settings).model_copy(update={"indexing": indexing}))
    engine.handle(ReloadSettings())


def test_photos_get_places_while_indexing_and_labels_when_it_is_done(tmp_path: Path, paths: LibraryPaths) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    rng = np.random.default_rng(3)
    for number in range(6):
        picture = Image.fromarray(rng.integers(0, 255, (48, 64, 3), np.uint8))
        exif = picture.getexif()
        exif.get_ifd(0x8825).update(LISBON if number == 0 else {})
        picture.save(pictures / f"{number}.jpg", exif=exif)
    engine = Engine.open(paths, lambda _: None, watch=False)
    try:
        engine.handle(AddRoot(str(pictures)))
        assert engine.wait_for_model(120).ready
        assert engine.wait_until_idle(120)
        catalog = open_for_reading(paths.catalog)
        with catalog.connect() as connection:
            place = connection.execute(select(Photo.town, Photo.country).where(Photo.town.is_not(None))).one()
            assert tuple(place) == ("Lisbon", "Portugal")
            photos = connection.execute(select(func.count(Embedding.photo_id.distinct()))).scalar_one()
        assert photos == 6
        near = engine.handle(Search(Query(filters=(NearPlaceFilter("lisboa", 20.0),))))
        assert isinstance(near, SearchResult)
        assert near.matching == 1

        def labelled() -> int:
            with catalog.connect() as connection:
                return connection.execute(select(func.count(PhotoLabel.photo_id.distinct()))).scalar_one()

        _wait_for(lambda: labelled() == photos)
        _reload(engine, paths, IndexingSettings(workers=1, read_text=False, label_photos=False))
        _wait_for(lambda: labelled() == 0)
        _reload(engine, paths, IndexingSettings(workers=1, read_text=False))
        _wait_for(lambda: labelled() == photos)
        catalog.dispose()
    finally:
        engine.close()


def test_a_metric_and_an_index_that_are_chosen_answer_at_once(tmp_path: Path, paths: LibraryPaths) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    rng = np.random.default_rng(4)
    for number in range(5):
        Image.fromarray(rng.integers(0, 255, (48, 64, 3), np.uint8)).save(pictures / f"{number}.png")
    engine = Engine.open(paths, lambda _: None, watch=False)
    try:
        engine.handle(AddRoot(str(pictures)))
        assert engine.wait_for_model(120).ready
        assert engine.wait_until_idle(120)
        query = Query((Words("a dog"),), strictness=0.0)
        by_cosine = engine.handle(Search(query))
        settings = store.load(paths.settings)
        chosen = SearchSettings(metric=Metric.L2, index=IndexKind.BINARY)
        store.save(paths.settings, settings.model_copy(update={"search": chosen}))
        engine.handle(ReloadSettings())
        by_distance = engine.handle(Search(query))
        assert isinstance(by_cosine, SearchResult)
        assert isinstance(by_distance, SearchResult)
        assert [hit.photo_id for hit in by_distance.hits] == [hit.photo_id for hit in by_cosine.hits]
        for one, other in zip(by_distance.hits, by_cosine.hits, strict=True):
            assert one.score == pytest.approx(-np.sqrt(2 - 2 * other.score), abs=0.01)
    finally:
        engine.close()


@pytest.mark.skipif(not ocr.is_available(), reason="the extra `ocr` is not installed")
def test_text_in_a_picture_is_read_while_idle_and_found_by_its_words(tmp_path: Path, paths: LibraryPaths) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    Image.new("RGB", (320, 240), (90, 140, 200)).save(pictures / "sky.png")
    sign = Image.new("RGB", (900, 400), (240, 236, 220))
    ImageDraw.Draw(sign).text((40, 130), "Harbour Street 27", (20, 20, 60), ImageFont.load_default(72))
    sign.save(pictures / "screenshot.png")  # which is read whatever the small model makes of it
    store.save(
        paths.settings,
        store.load(paths.settings).model_copy(update={"indexing": IndexingSettings(workers=1, label_photos=False)}),
    )
    engine = Engine.open(paths, lambda _: None, watch=False)
    try:
        engine.handle(AddRoot(str(pictures)))
        assert engine.wait_for_model(120).ready
        _wait_for(lambda: engine.reader.understood().with_text > 0, 200)  # a search would hold reading back
        literally = engine.handle(Search(Query((ExactWords("harbour street"),))))
        assert isinstance(literally, SearchResult)
        (hit,) = literally.hits
        assert engine.reader.rows([hit.photo_id])[hit.photo_id].path.endswith("screenshot.png")
        by_words = engine.handle(Search(Query((Words("harbour"),))))
        assert isinstance(by_words, SearchResult)
        first = by_words.hits[0]
        assert first.photo_id == hit.photo_id
        assert MatchedIn.TEXT in {reason.matched_in for reason in first.reasons}
    finally:
        engine.close()
