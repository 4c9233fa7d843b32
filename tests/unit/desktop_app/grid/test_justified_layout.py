"""Rows of whole pictures: nothing overlaps, nothing is lost, rows are as high as promised."""

import itertools

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from desktop_app.grid.justified_layout import HIGHEST, NARROWEST, WIDEST, Layout, lay_out

SHAPES = st.lists(st.floats(0.05, 20), min_size=0, max_size=60)


@st.composite
def layouts(draw: st.DrawFn) -> Layout:
    shapes = np.array(draw(SHAPES))
    cuts = draw(st.lists(st.integers(0, len(shapes)), max_size=6))
    first = np.array(sorted({0, len(shapes), *cuts}) if len(shapes) else [0], dtype=np.int64)
    leads = np.array([draw(st.sampled_from([0, 40, 140])) for _ in first[1:]], dtype=np.int64)
    width = draw(st.integers(300, 2600))
    return lay_out(shapes, first, leads, width=width, target=draw(st.integers(60, 330)), gap=4)


@given(layouts())
def test_every_picture_stands_once_in_its_section_and_order(layout: Layout) -> None:
    boxes = [box for row in range(layout.rows) for box in layout.boxes(row)]
    assert len(boxes) == layout.count
    for place, box in enumerate(boxes):
        assert layout.box(place) == box
        section = layout.section_of(place)
        assert box.y >= layout.section_y[section] + layout.leads[section]
        assert box.y + box.height + layout.gap <= layout.section_end(section)


@given(layouts())
def test_pictures_do_not_overlap_and_stay_inside(layout: Layout) -> None:
    for row in range(layout.rows):
        boxes = layout.boxes(row)
        for left, right in itertools.pairwise(boxes):
            assert left.x + left.width + layout.gap == right.x
        assert boxes[0].x == 0
        assert boxes[-1].x + boxes[-1].width <= layout.width
        if layout.row_is_full[row]:
            assert abs(boxes[-1].x + boxes[-1].width - layout.width) <= 1


@given(layouts(), st.integers(60, 330))
def test_rows_are_no_higher_than_promised_and_the_last_of_a_section_is_not_stretched(
    layout: Layout, target: int
) -> None:
    again = lay_out(layout.shapes, layout.section_first, layout.leads, width=layout.width, target=target, gap=4)
    for row in range(again.rows):
        assert again.row_height[row] <= HIGHEST * target + 1
        if again.row_first[row + 1] in again.section_first:
            assert again.row_height[row] <= target


@given(layouts())
def test_shapes_are_kept_but_for_the_extreme(layout: Layout) -> None:
    assert ((layout.shapes >= NARROWEST) & (layout.shapes <= WIDEST)).all()
    for row in range(layout.rows):
        first = int(layout.row_first[row])
        for number, box in enumerate(layout.boxes(row)):
            assert abs(box.width - layout.shapes[first + number] * box.height) <= 2 + layout.shapes[first + number]


@given(layouts(), st.floats(-10, 2700), st.floats(-10, 30_000))
def test_a_point_is_on_the_picture_whose_box_holds_it(layout: Layout, x: float, y: float) -> None:
    found = layout.at(x, y)
    holding = [
        int(layout.row_first[row]) + number
        for row in range(layout.rows)
        for number, box in enumerate(layout.boxes(row))
        if box.contains(x, y)
    ]
    assert ([] if found is None else [found]) == holding


@given(layouts(), st.floats(0, 5000), st.floats(1, 2000))
def test_rows_in_view_are_those_that_touch_it(layout: Layout, top: float, height: float) -> None:
    seen = [
        row
        for row in range(layout.rows)
        if layout.row_y[row] < top + height and layout.row_y[row] + layout.row_height[row] > top
    ]
    assert list(layout.rows_between(top, top + height)) == seen


def test_a_wider_window_keeps_the_order_and_needs_less_height() -> None:
    shapes = np.tile([1.5, 0.75, 1.33], 300)
    first, leads = np.array([0, 900]), np.array([40])
    narrow, wide = (lay_out(shapes, first, leads, width=width, target=150, gap=4) for width in (600, 1800))
    assert wide.height < narrow.height
    assert wide.count == narrow.count == 900


def test_nothing_has_no_rows() -> None:
    layout = lay_out(np.empty(0), np.array([0, 0]), np.array([140]), width=500, target=150, gap=4)
    assert (layout.rows, layout.count, layout.height) == (0, 0, 140)
    assert layout.at(5, 5) is None
    assert list(layout.sections_between(0, 100)) == [0]
