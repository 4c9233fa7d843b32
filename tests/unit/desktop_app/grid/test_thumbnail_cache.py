"""The thumbnail cache: answers at once or later, keeps little, drops what is stale."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor

from core.values.photo import ContentKey
from desktop_app.backend.tasks import TaskRunner
from desktop_app.backend.thumbnails import ThumbnailSource
from desktop_app.grid.thumbnail_cache import LEAST_KEPT, ThumbnailCache
from desktop_app.grid.thumbnail_loader import tile
from tests.qt.plugin import Wait
from tests.unit.desktop_app.library_builder import LibraryBuilder, colour_of, key_of

SIZE = QSize(100, 100)
Near = Callable[[QColor, tuple[int, int, int]], bool]


@pytest.fixture
def cache(qapp: object, thumbnails: ThumbnailSource, tasks: TaskRunner) -> ThumbnailCache:
    return ThumbnailCache(thumbnails, tasks)


def near(colour: QColor, wanted: tuple[int, int, int]) -> bool:
    return all(
        abs(have - want) < 12 for have, want in zip((colour.red(), colour.green(), colour.blue()), wanted, strict=True)
    )


def test_a_miss_is_loaded_and_told(library: LibraryBuilder, cache: ThumbnailCache, wait: Wait) -> None:
    photo_id = library.add("a.jpg")
    told: list[ContentKey] = []
    cache.loaded.connect(told.append)
    assert cache.get(key_of(photo_id), SIZE) is None
    wait(lambda: bool(told))
    assert told == [key_of(photo_id)]
    pixmap = cache.get(key_of(photo_id), SIZE)
    assert pixmap is not None
    assert (pixmap.width(), pixmap.height()) == (100, 100)
    image = pixmap.toImage()
    assert near(image.pixelColor(50, 50), colour_of(photo_id))
    assert image.pixelColor(0, 0).alpha() == 0, "the corners are round"


def test_another_tile_size_shows_the_old_picture_until_the_new_one_is_there(
    library: LibraryBuilder, cache: ThumbnailCache, wait: Wait
) -> None:
    key = key_of(library.add("a.jpg"))
    cache.get(key, SIZE)
    wait(lambda: cache.get(key, SIZE) is not None)
    old = cache.get(key, QSize(160, 100))
    assert old is not None
    assert old.width() == 100
    wait(lambda: (picture := cache.get(key, QSize(160, 100))) is not None and picture.width() == 160)


def test_a_scaled_screen_gets_more_pixels(library: LibraryBuilder, cache: ThumbnailCache, wait: Wait) -> None:
    key = key_of(library.add("a.jpg"))
    cache.set_scale(2.0)
    cache.get(key, SIZE)
    wait(lambda: cache.get(key, SIZE) is not None)
    pixmap = cache.get(key, SIZE)
    assert pixmap is not None
    assert pixmap.width() == 200
    assert pixmap.deviceIndependentSize().width() == 100


def test_what_is_absent_is_asked_for_again_only_when_told(
    library: LibraryBuilder, cache: ThumbnailCache, wait: Wait
) -> None:
    photo_id = library.add("a.jpg", thumbnail=False)
    other = library.add("b.jpg")
    cache.get(key_of(other), SIZE)
    cache.get(key_of(photo_id), SIZE)
    wait(lambda: cache.get(key_of(other), SIZE) is not None)
    library.put_thumbnail(photo_id)
    assert cache.get(key_of(photo_id), SIZE) is None
    cache.forget_absent()
    wait(lambda: cache.get(key_of(photo_id), SIZE) is not None)


def test_memory_follows_the_screen_and_not_the_library(
    library: LibraryBuilder, cache: ThumbnailCache, wait: Wait
) -> None:
    keys = [key_of(library.add(f"{number}.jpg")) for number in range(LEAST_KEPT + 30)]
    cache.set_visible(4)
    for key in keys:
        cache.get(key, SIZE)
    wait(lambda: cache.get(keys[0], SIZE) is not None or cache.held == LEAST_KEPT)
    wait(lambda: cache.held == LEAST_KEPT)
    assert cache.held <= LEAST_KEPT


@pytest.mark.qt_log_ignore("Not a JPEG file", extend=True)
def test_a_damaged_thumbnail_is_absent() -> None:
    assert tile(b"no jpeg", 100, 100, 8.0) is None
    assert tile(b"", 100, 100, 8.0) is None
