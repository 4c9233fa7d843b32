"""Paths in memory are `str` as `os.fsdecode` makes them; on disk they are bytes (`os.fsencode`).

A name that is not valid UTF-8 keeps its bytes through surrogate escapes. Only what is printed or shown
goes through `shown`, because such a string cannot be encoded for a terminal, JSON or Qt.
"""

import os
import re

_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Half a surrogate pair that stands for no byte; Qt can hand on one."""


_CONTROL = re.compile("[\\x00-\\x08\\x0a-\\x1f\\x7f-\\x9f\\u202a-\\u202e\\u2066-\\u2069]")


def shown(path: str | os.PathLike[str]) -> str:
    r"""Return `path` as text that can always be printed: undecodable bytes become `\xNN`, half pairs `\uNNNN`."""
    text = _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", os.fspath(path))
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def escaped(text: str) -> str:
    r"""Return `text` as one line that a terminal only prints: control characters become `\xNN`, undecodable bytes too.

    A file name may hold the sequences that move the cursor, set the title or answer for the user. Also escaped is what
    turns the direction of text, behind which a name's ending can hide.
    """
    return _CONTROL.sub(lambda one: ascii(one[0])[1:-1], shown(text))


def is_printable(path: str | os.PathLike[str]) -> bool:
    """Tell whether `shown(path)` is the path itself."""
    return shown(path) == os.fspath(path)
