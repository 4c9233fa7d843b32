"""Paths in memory are `str` as `os.fsdecode` makes them; on disk they are bytes (`os.fsencode`).

A name that is not valid UTF-8 keeps its bytes through surrogate escapes. Only what is printed or shown
goes through `shown`, because such a string cannot be encoded for a terminal, JSON or Qt.
"""

import os
import re

_HALF = re.compile("[\ud800-\udc7f\udd00-\udfff]")
"""Half a surrogate pair that stands for no byte; Qt can hand on one."""


def shown(path: str | os.PathLike[str]) -> str:
    r"""Return `path` as text that can always be printed: undecodable bytes become `\xNN`, half pairs `\uNNNN`."""
    text = _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", os.fspath(path))
    return text.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_printable(path: str | os.PathLike[str]) -> bool:
    """Tell whether `shown(path)` is the path itself."""
    return shown(path) == os.fspath(path)
