import pytest
from PySide6.QtCore import QSize

from desktop_app.navigation.window_state import first_size


@pytest.mark.parametrize(
    ("available", "expected"),
    [
        ((1920, 1040), (1280, 820)),
        ((1366, 728), (1280, 704)),
        ((1024, 560), (1024, 536)),
        ((1280, 844), (1280, 820)),
    ],
    ids=["room to spare", "a small laptop", "smaller than a window", "room for it and its title bar, exactly"],
)
def test_the_first_window_and_its_title_bar_fit_into_what_the_screen_has_free(
    available: tuple[int, int], expected: tuple[int, int]
) -> None:
    assert first_size(QSize(*available), title_bar=24) == QSize(*expected)
