"""Edited versions that have lost their date stand at the one of their original."""

from datetime import datetime
from pathlib import Path

import pytest

from core.catalog.edited_dates import edited_keys, original_key
from tests.unit.indexing.library import Library, make_photo
from tests.unit.indexing.test_pairs import dated

NOON = datetime(2021, 5, 6, 12)


@pytest.mark.parametrize(
    ("key", "original"),
    [
        ("img_e0102", "img_0102"),
        ("img_0102", None),
        ("beach-edited", "beach"),
        ("strand-bearbeitet", "strand"),
        ("-edited", None),
        ("edited", None),
    ],
)
def test_names_of_edited_versions(key: str, original: str | None) -> None:
    assert original_key(key) == original
    assert original is None or key in edited_keys(original)


def _dates(library: Library) -> dict[str, int | None]:
    rows = library.rows("SELECT name, taken_wall FROM files JOIN photos ON photos.id = photo_id")
    return {name.decode(): wall for name, wall in rows}


def test_an_edited_version_has_the_date_of_its_original_whichever_is_read_first(library: Library, photos: Path) -> None:
    dated(photos / "IMG_0102.JPG", 1, NOON)
    make_photo(photos / "IMG_E0102.JPG", 2)
    make_photo(photos / "beach-edited.jpg", 3)
    make_photo(photos / "other-edited.jpg", 4)
    dated(photos / "own.jpg", 5, NOON)
    dated(photos / "own-edited.jpg", 6, datetime(2022, 1, 1))
    library.index(photos)

    dated(photos / "beach.jpg", 7, NOON)
    library.rescan()

    found = _dates(library)
    noon = found["IMG_0102.JPG"]
    assert noon is not None
    assert found["IMG_E0102.JPG"] == found["beach-edited.jpg"] == noon
    assert found["other-edited.jpg"] is None
    assert found["own-edited.jpg"] not in {None, noon}
