"""The small pieces of the house style."""

import pytest
from PySide6.QtGui import QTextDocument

from desktop_app.theme.widgets import plain_tip


@pytest.mark.parametrize("name", ["<b>bold</b>.jpg", "<img src=x>\n/p/  a&amp;b", "a < b & c"])
def test_a_tooltip_says_a_name_as_it_is(name: str) -> None:
    document = QTextDocument()
    document.setHtml(plain_tip(name))
    assert document.toPlainText().replace("\u2028", "\n") == name
    assert plain_tip("a & b.jpg") == "a & b.jpg"
