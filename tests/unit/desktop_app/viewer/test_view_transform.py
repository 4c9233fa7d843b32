"""Where a picture lies when it is fitted, zoomed and panned: properties that hold for every picture and window."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF, QSizeF

from desktop_app.viewer.view_transform import LARGEST_SCALE, ViewTransform

sides = st.floats(40, 8000)
sizes = st.builds(QSizeF, sides, sides)
shares = st.tuples(st.floats(0, 1), st.floats(0, 1))


def point_in(view: ViewTransform, share: tuple[float, float]) -> QPointF:
    return QPointF(view.viewport.width() * share[0], view.viewport.height() * share[1])


@given(sizes, sizes)
def test_fitted_all_of_it_is_seen_in_the_middle(picture: QSizeF, viewport: QSizeF) -> None:
    view = ViewTransform(picture, viewport)
    target = view.target
    outer = QRectF(QPointF(0, 0), viewport).adjusted(-0.01, -0.01, 0.01, 0.01)
    assert outer.contains(target)
    assert target.center().x() == pytest.approx(viewport.width() / 2)
    assert target.center().y() == pytest.approx(viewport.height() / 2)
    assert target.width() / target.height() == pytest.approx(picture.width() / picture.height())


@given(sizes, sizes, st.lists(st.tuples(st.floats(0.3, 4), shares, shares), max_size=8))
def test_however_it_is_moved_it_covers_the_window_or_stands_in_its_middle(
    picture: QSizeF, viewport: QSizeF, moves: list[tuple[float, tuple[float, float], tuple[float, float]]]
) -> None:
    view = ViewTransform(picture, viewport)
    for factor, at, by in moves:
        view = view.zoomed(factor, point_in(view, at)).panned(point_in(view, by) - point_in(view, (0.5, 0.5)))
        assert view.fit_scale - 1e-9 <= view.effective_scale <= LARGEST_SCALE
        target = view.target
        for low, high, room in (
            (target.left(), target.right(), viewport.width()),
            (target.top(), target.bottom(), viewport.height()),
        ):
            covers = low <= 0.01 and high >= room - 0.01
            assert covers or (low + high) / 2 == pytest.approx(room / 2, abs=0.01)


def test_what_lies_under_the_pointer_stays_there() -> None:
    view = ViewTransform(QSizeF(4000, 3000), QSizeF(1000, 750)).zoomed(4, QPointF(500, 375))
    at = QPointF(620, 300)
    before = (at - view.target.topLeft()) / view.effective_scale
    closer = view.zoomed(1.5, at)
    after = (at - closer.target.topLeft()) / closer.effective_scale
    assert (after - before).manhattanLength() < 1e-6


def test_it_follows_the_window_until_it_is_zoomed() -> None:
    fitted = ViewTransform(QSizeF(4000, 2000), QSizeF(1000, 800)).resized(QSizeF(2000, 800))
    assert fitted.is_fitted
    assert fitted.effective_scale == pytest.approx(0.4)
    zoomed = fitted.scaled_to(1.0, QPointF(0, 0)).resized(QSizeF(1500, 900))
    assert zoomed.effective_scale == 1.0
    assert zoomed.scaled_to(0.1, QPointF(10, 10)).is_fitted
