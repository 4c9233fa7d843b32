"""Words of names, folders, tags and captions as SQLite's full text finds them."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, insert, text

from core.catalog import database, text_index
from core.catalog.schema import EmbeddingModel, File, Photo, PhotoLabel, PhotoTag, PictureText, Root, Tag
from core.catalog.text_words import index_name, path_text, query_words
from core.values.case_folding import fold


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    engine = database.open_for_writing(tmp_path / "catalog.sqlite")
    yield engine
    engine.dispose()


def _photo(connection: Connection, photo_id: int, name: bytes, folder: bytes = b"", **values: object) -> None:
    if photo_id == 1:
        connection.execute(insert(Root).values(id=1, path=b"/home/anna/Pictures", added_at=0))
    connection.execute(insert(Photo).values(id=photo_id, sort_at=0, added_at=0, **values))
    connection.execute(insert(File).values(root_id=1, photo_id=photo_id, folder=folder, name=name, size=1, mtime_ns=0))


def _find(connection: Connection, words: str) -> list[int]:
    """Ask with all words, each as a phrase of its tokens whose last may be cut short."""
    asked = " AND ".join('"' + " ".join(tokens) + '"*' for tokens in query_words(words))
    rows = connection.execute(text("SELECT rowid FROM photo_text WHERE photo_text MATCH :asked"), {"asked": asked})
    return sorted(row[0] for row in rows)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        (b"IMG_20190704_beachParty.jpg", "beach"),
        (b"IMG_20190704_beachParty.jpg", "party"),
        (b"IMG_20190704_beachParty.jpg", "beachparty"),
        (b"IMG_20190704_beachParty.jpg", "20190704"),
        (b"IMG_20190704_beachParty.jpg", "2019"),
        (b"DSC01234.ARW", "dsc01234"),
        (b"DSC01234.ARW", "01234"),
        ("Café-Zürich.jpg".encode(), "cafe zurich"),
        ("Cafe\u0301.jpg".encode(), "café"),
        (b"caf\xe9 Malm\xf6.jpg", "café malmo"),
        ("Tromsø straße.jpg".encode(), "tromso STRASSE"),
        ("東京タワー夜景.jpg".encode(), "東京"),
        ("東京タワー夜景.jpg".encode(), "タワー"),
        ("東京タワー夜景.jpg".encode(), "景"),
        ("東京タワー夜景.jpg".encode(), "京"),
        ("วันหยุดทะเล.jpg".encode(), "ทะเล"),
        ("Новый год.jpg".encode(), "новый"),
    ],
)
def test_a_file_is_found_by_the_words_of_its_name(engine: Engine, name: bytes, words: str) -> None:
    with engine.begin() as connection:
        _photo(connection, 1, name)
        text_index.refresh(connection, [1])
        assert _find(connection, words) == [1]


def test_other_words_of_the_same_script_do_not_match(engine: Engine) -> None:
    with engine.begin() as connection:
        _photo(connection, 1, "東京タワー".encode())
        text_index.refresh(connection, [1])
        assert _find(connection, "京都") == []
        assert _find(connection, "東京都") == []


def test_everything_known_of_a_photo_can_be_found(engine: Engine) -> None:
    with engine.begin() as connection:
        _photo(
            connection,
            1,
            b"a.jpg",
            b"Trips/Lisbon",
            town="Faro",
            country="Portugal",
            camera_make="FUJIFILM",
            camera_model="X-T3",
            lens="XF35mm",
            caption="Grandma laughs",
        )
        connection.execute(insert(Tag).values(id=7, name="Familie"))
        connection.execute(insert(PhotoTag).values(photo_id=1, tag_id=7))
        connection.execute(insert(PictureText).values(photo_id=1, text="NO PARKING"))
        connection.execute(insert(EmbeddingModel).values(id=1, name="m", fingerprint="f", dimension=2, active=True))
        connection.execute(insert(PhotoLabel).values(photo_id=1, model_id=1, label="beach", score=0.3))
        text_index.refresh(connection, [1])
        for words in ("lisbon trips", "faro", "portugal", "fujifilm", "x-t3", "grandma", "familie", "parking", "beach"):
            assert _find(connection, words) == [1], words
        assert _find(connection, "pictures") == [1]
        assert _find(connection, "anna") == []


def test_a_changed_photo_is_found_by_its_new_words_only(engine: Engine) -> None:
    with engine.begin() as connection:
        _photo(connection, 1, b"old.jpg")
        text_index.refresh(connection, [1])
        connection.execute(text("UPDATE files SET name = :name"), {"name": b"new.jpg"})
        text_index.refresh(connection, [1, 1])
        assert _find(connection, "new") == [1]
        assert _find(connection, "old") == []


def test_a_photo_that_is_gone_loses_its_text(engine: Engine) -> None:
    with engine.begin() as connection:
        _photo(connection, 1, b"old.jpg")
        text_index.refresh(connection, [1])
        connection.execute(text("DELETE FROM photos"))
        text_index.refresh(connection, [1, 99])
        assert text_index.indexed_ids(connection) == set()


def test_more_photos_than_one_batch_are_all_indexed(engine: Engine) -> None:
    with engine.begin() as connection:
        for photo_id in range(1, 1203):
            _photo(connection, photo_id, f"photo{photo_id}.jpg".encode())
        text_index.refresh_all(connection)
        assert len(text_index.indexed_ids(connection)) == 1202
        assert _find(connection, "photo1201") == [1201]


@given(st.text())
def test_folding_twice_changes_nothing(words: str) -> None:
    assert fold(fold(words)) == fold(words)


@given(st.binary(max_size=60))
def test_any_name_becomes_text_that_can_be_stored(raw: bytes) -> None:
    index_name(path_text(raw)).encode("utf-8")


@given(st.text(max_size=60))
def test_any_query_becomes_words_that_can_be_stored(asked: str) -> None:
    for tokens in query_words(asked):
        assert tokens
        assert all(token.encode("utf-8") for token in tokens)
