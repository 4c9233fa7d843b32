"""The readers of media formats, one family a module. `looks_like_media` is for scanning; content decides later."""

import os
from functools import cache

from core.media.formats import registry


@cache
def _extensions() -> frozenset[str]:
    return registry.extensions()


def looks_like_media(name: bytes | str) -> bool:
    """Tell by the extension whether a file called `name` is worth opening. Names of resource forks (`._x`) are not."""
    text = os.fsdecode(name)
    base = text.replace("\\", "/").rpartition("/")[2]
    return not base.startswith("._") and os.path.splitext(base)[1].lower() in _extensions()
