"""The learning rate warms up, then runs down to nothing."""

import pytest

from training.starter.schedule import rate_at


def test_rate_starts_low_peaks_after_the_warm_up_and_ends_at_nothing() -> None:
    course = [rate_at(step / 100, 0.1) for step in range(101)]
    assert course[0] == pytest.approx(0.01)
    assert max(course) == pytest.approx(1.0)
    assert course.index(max(course)) == 10
    assert course[-1] == pytest.approx(0.0, abs=1e-6)
    assert sorted(course[10:], reverse=True) == course[10:]
