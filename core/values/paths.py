"""Paths in memory are `str` as `os.fsdecode` makes them; on disk they are bytes (`os.fsencode`).

A name that is not valid UTF-8 keeps its bytes through surrogate escapes. Only what is printed or shown
goes through `shown`, because such a string cannot be encoded for a terminal, JSON or Qt.
"""

import os


def shown(path: str | os.PathLike[str]) -> str:
    r"""Return `path` as text that can always be printed: undecodable bytes become `\xNN`."""
    return os.fspath(path).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def is_printable(path: str | os.PathLike[str]) -> bool:
    """Tell whether `shown(path)` is the path itself."""
    return shown(path) == os.fspath(path)
