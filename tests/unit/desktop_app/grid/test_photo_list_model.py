"""The model of the grid: ids only, rows when they are asked for, one row more for the relevance line."""

from collections.abc import Sequence

import numpy as np
import pytest
from PySide6.QtCore import Qt

from core.catalog.reader import CatalogReader, PhotoRow
from core.values.photo import PhotoId, PhotoState
from core.values.query import Hit
from desktop_app.grid.photo_list_model import Listing, PhotoListModel, Role, clock
from tests.unit.desktop_app.library_builder import LibraryBuilder


class CountingRows:
    """Passes questions on to a reader and keeps what was asked."""

    def __init__(self, reader: CatalogReader) -> None:
        self._reader = reader
        self.asked: list[int] = []

    def rows(self, photo_ids: Sequence[PhotoId]) -> dict[PhotoId, PhotoRow]:
        self.asked.append(len(photo_ids))
        return self._reader.rows(photo_ids)


def names(model: PhotoListModel) -> list[str]:
    return [str(model.index(row).data()) for row in range(model.rowCount())]


def test_rows_come_in_the_order_of_the_listing(library: LibraryBuilder, reader: CatalogReader) -> None:
    for day, name in enumerate(("old.jpg", "middle.jpg", "new.jpg")):
        library.add(name, day=day)
    model = PhotoListModel(reader)
    model.show(Listing.of_ids(reader.photo_ids()))
    assert names(model) == ["new.jpg", "middle.jpg", "old.jpg"]


def test_a_hundred_thousand_photos_cost_no_question_until_they_are_drawn(
    library: LibraryBuilder, reader: CatalogReader
) -> None:
    library.add_many(100_000)
    rows = CountingRows(reader)
    model = PhotoListModel(rows)
    model.show(Listing.of_ids(reader.photo_ids()))
    assert model.rowCount() == 100_000
    assert rows.asked == []
    assert model.index(70_000).data() == "photo 70001.jpg"
    assert model.index(70_001).data() == "photo 70002.jpg"
    assert len(rows.asked) == 1
    assert rows.asked[0] < 200


def test_the_relevance_line_is_a_row_that_cannot_be_selected(library: LibraryBuilder, reader: CatalogReader) -> None:
    ids = [library.add(f"{number}.jpg") for number in range(4)]
    model = PhotoListModel(reader)
    model.show(Listing.of_hits([Hit(photo_id, 0.3, relevant=place < 1) for place, photo_id in enumerate(ids)]))
    assert model.line_row == 1
    assert model.weaker == 3
    assert model.rowCount() == 5
    assert [model.photo_at(row) for row in range(5)] == [ids[0], None, *ids[1:]]
    assert not model.flags(model.index(1)) & Qt.ItemFlag.ItemIsSelectable
    assert model.row_of(ids[1]) == 2
    assert model.place_of(ids[1]) == 1
    assert "3 photo" in str(model.index(1).data(Qt.ItemDataRole.AccessibleTextRole))


def test_a_listing_without_weaker_hits_has_no_line(library: LibraryBuilder, reader: CatalogReader) -> None:
    photo_id = library.add("a.jpg")
    model = PhotoListModel(reader)
    model.show(Listing.of_hits([Hit(photo_id, 0.3)]))
    assert model.line_row is None
    assert model.rowCount() == 1


def test_the_same_photos_again_reset_nothing(library: LibraryBuilder, reader: CatalogReader) -> None:
    photo_id = library.add("a.jpg")
    model = PhotoListModel(reader)
    assert model.show(Listing.of_ids(reader.photo_ids()))
    assert not model.show(Listing.of_ids(reader.photo_ids()))
    assert not model.show(Listing(np.array([photo_id]), {photo_id: Hit(photo_id, 0.5)}))
    hit = model.index(0).data(Role.HIT)
    assert isinstance(hit, Hit)
    assert hit.score == 0.5


def test_a_stack_opens_in_its_place() -> None:
    listing = Listing.of_hits([Hit(PhotoId(1), 0.9, stack=(PhotoId(5), PhotoId(6))), Hit(PhotoId(2), 0.1, False)])
    opened = listing.unfolded(PhotoId(1))
    assert opened.ids.tolist() == [1, 5, 6, 2]
    assert opened.relevant == 3
    assert opened.hits[PhotoId(6)].score == 0.9
    assert opened.unfolded(PhotoId(1)) == opened


def test_forgotten_rows_are_read_again(library: LibraryBuilder, reader: CatalogReader) -> None:
    photo_id = library.add("a.jpg")
    model = PhotoListModel(reader)
    model.show(Listing.of_ids(reader.photo_ids()))
    row = model.photo_row(0)
    assert row is not None
    assert not row.favourite
    library.change(photo_id, favourite=True)
    model.forget([photo_id])
    row = model.photo_row(0)
    assert row is not None
    assert row.favourite


def test_a_screen_reader_hears_the_state(library: LibraryBuilder, reader: CatalogReader) -> None:
    library.add("clip.mov", day=2, duration_ms=65_000, favourite=True)
    library.add("broken.jpg", day=1, state=PhotoState.FAILED, reason="cut short")
    library.go_offline("The drive is not connected.")
    model = PhotoListModel(reader)
    model.show(Listing.of_ids(reader.photo_ids()))
    said = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert said == ["clip.mov, favourite, video, 1:05, offline", "broken.jpg, could not be read, offline"]


def test_a_name_that_is_not_utf8_is_shown(library: LibraryBuilder, reader: CatalogReader) -> None:
    library.add(b"caf\xe9.jpg")
    model = PhotoListModel(reader)
    model.show(Listing.of_ids(reader.photo_ids()))
    assert model.index(0).data() == "caf\\xe9.jpg"
    assert bytes(model.mimeData([model.index(0)]).urls()[0].toEncoded().data()).endswith(b"caf%E9.jpg")


@pytest.mark.parametrize(
    ("milliseconds", "text"), [(0, "0:00"), (5_000, "0:05"), (65_900, "1:05"), (3_723_000, "1:02:03")]
)
def test_durations_read_like_clocks(milliseconds: int, text: str) -> None:
    assert clock(milliseconds) == text
