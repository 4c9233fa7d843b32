"""The real engine gives photos places while it indexes, and labels afterwards, with the real (small) model."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select

from core.catalog.database import open_for_reading
from core.catalog.schema import Embedding, Photo, PhotoLabel
from core.engine.engine import Engine
from core.engine.protocol import AddRoot, Search
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import IndexingSettings, ModelSettings, Settings
from core.values.filters import NearPlaceFilter
from core.values.query import Query, SearchResult

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
        catalog.dispose()
    finally:
        engine.close()
