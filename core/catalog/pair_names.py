"""Tells by their names which files of a folder may be one photo. Only a hint: `core.catalog.pairing` wants evidence.

How programs name the parts of one photo:
- cameras and phones: `DSC_0001.JPG` and `.NEF`, `IMG_0001.HEIC` and `.MOV`;
- icloudpd `IMG_0001_HEIC.MOV`, others `IMG_0001.HEIC.MOV`; browsers and Google Takeout `IMG_0001(1).MOV`;
- Apple Photos' package `UUID.heic` and `UUID_3.mov`;
- Pixel `PXL_20210101_101010101.MP.jpg` and `.MP`, `….RAW-01.COVER.jpg` and `….RAW-02.ORIGINAL.dng`;
- older Pixels `MVIMG_20190101_120000.jpg` and `.MP4`.
"""

import os
import re
from itertools import takewhile

_PIXEL = re.compile(r"(pxl_\d{8}_\d{9})\b.*", re.DOTALL)
_NUMBERED = re.compile(r"(.+?) ?\(\d{1,4}\)", re.DOTALL)
_OF_PICTURE = re.compile(r"(.+)[._-](?:heic|heif|hevc|jpe?g|png|dng|live)", re.DOTALL)
_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
_APPLE_MOVIE = re.compile(rf"({_UUID})_\d")
_MOVIES = frozenset({".mov", ".mp4", ".m4v", ".mp", ".mv", ".3gp"})
_BY_COUNTER = re.compile(rf"{_UUID}|[a-z]{{0,6}}[-_ ]?\d[\d_\-. ]{{2,}}[a-z0-9_\-]*")


def pair_key(name: bytes) -> str:
    """Return what the names of all parts of one photo have in common, in lower case."""
    stem, extension = os.path.splitext(os.fsdecode(name).lower())
    pixel = _PIXEL.fullmatch(stem)
    if pixel is not None:
        return pixel[1]
    numbered = _NUMBERED.fullmatch(stem)
    stem = stem if numbered is None else numbered[1]
    if extension in _MOVIES:
        for pattern in (_OF_PICTURE, _APPLE_MOVIE):
            match = pattern.fullmatch(stem)
            stem = stem if match is None else match[1]
    return stem.encode("utf-8", "backslashreplace").decode()


def is_counted(key: str) -> bool:
    """Whether a camera or phone gave the name, by a counter, the time or at random: people do not choose such names."""
    return _BY_COUNTER.fullmatch(key) is not None


def likeness(lead: bytes, other: bytes) -> int:
    """Return how alike two names with the same key are; the alikest of several leads is the one that is meant."""
    one, two = (os.path.splitext(name.lower())[0] for name in (lead, other))
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False)))
    return 2 * same - max(len(one), len(two))
