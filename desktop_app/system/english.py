"""The English plural: texts are written "%n photo(s)", and this makes "1 photo" and "2 photos" of them."""

import re

from PySide6.QtCore import QObject, QTranslator

_ENDING = re.compile(r"\((e?s)\)")


class EnglishPlurals(QTranslator):
    """Answers for texts with a number; other texts are English already.

    Qt has the plural forms of a language in its translation files. English would need a compiled file of its own
    that says nothing else.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def isEmpty(self) -> bool:  # noqa: N802
        return False

    def translate(self, context: str, text: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        return _ENDING.sub("" if n == 1 else r"\1", text) if n >= 0 else None
