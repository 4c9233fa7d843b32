"""Files go to the system's trash and come back; nothing is overwritten, and what stays is named."""

from pathlib import Path

import pytest

from desktop_app.grid.trash import Trashed, from_trash, to_trash


@pytest.fixture
def photo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    (tmp_path / "photos").mkdir()
    made = tmp_path / "photos" / "größe & meer.jpg"
    made.write_bytes(b"picture")
    return made


def test_a_file_goes_to_the_trash_and_comes_back(photo: Path) -> None:
    outcome = to_trash([str(photo)])
    assert not photo.exists()
    assert not outcome.failed
    (trashed,) = outcome.moved
    assert Path(trashed.place).read_bytes() == b"picture"
    note = Path(trashed.place).parent.parent / "info" / f"{Path(trashed.place).name}.trashinfo"
    assert from_trash(outcome.moved).moved == [trashed]
    assert photo.read_bytes() == b"picture"
    assert not note.exists()


def test_what_is_not_there_stays_and_is_named(photo: Path) -> None:
    gone = str(photo.parent / "gone.jpg")
    outcome = to_trash([gone, str(photo)])
    assert outcome.failed == [gone]
    assert [one.path for one in outcome.moved] == [str(photo)]


def test_nothing_is_overwritten_on_the_way_back(photo: Path) -> None:
    outcome = to_trash([str(photo)])
    photo.write_bytes(b"another")
    assert from_trash(outcome.moved).failed == [str(photo)]
    assert photo.read_bytes() == b"another"
    assert Path(outcome.moved[0].place).read_bytes() == b"picture"


def test_where_the_system_tells_no_place_nothing_comes_back(photo: Path) -> None:
    assert from_trash([Trashed(str(photo), "")]).failed == [str(photo)]
