"""Selections: ranges and single photos, kept while photos come and go."""

import numpy as np

from desktop_app.grid.selection import Selection


def selection(count: int = 10) -> Selection:
    made = Selection()
    made.show(np.arange(100, 100 + count), keep=False)
    return made


def test_one_is_toggled_and_a_range_extends_from_it() -> None:
    made = selection()
    made.toggle(3)
    made.extend(6)
    assert made.ids.tolist() == [103, 104, 105, 106]
    made.extend(1)
    assert made.places.tolist() == [1, 2, 3]
    made.toggle(8)
    made.extend(9, add=True)
    assert made.places.tolist() == [1, 2, 3, 8, 9]
    assert len(made) == 5


def test_what_is_selected_and_in_focus_stays_when_photos_come_and_go() -> None:
    made = selection()
    made.toggle(2)
    made.toggle(7)
    made.show(np.array([50, 51, 107, 102, 60]), keep=True)
    assert made.ids.tolist() == [107, 102]
    assert made.current == 2
    version = made.version
    made.show(np.array([107, 102]), keep=True)
    assert made.version == version
    made.show(np.array([107]), keep=True)
    assert made.version > version
    made.show(np.array([107]), keep=False)
    assert len(made) == 0
    assert made.current is None


def test_a_day_is_taken_in_and_out() -> None:
    made = selection()
    made.set_range(2, 5, True)
    assert made.holds(2, 5)
    assert not made.holds(2, 6)
    assert not made.holds(4, 4)
    made.set_range(3, 4, False)
    assert made.places.tolist() == [2, 4]


def test_all_and_none() -> None:
    made = selection(40_000)
    made.all()
    assert len(made) == 40_000
    assert 39_999 in made
    assert 40_000 not in made
    made.clear()
    assert len(made) == 0
