"""Counts what lies in a folder before it is added, for the first page. By names only; what counts is read later."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QImageReader

PHOTOS = frozenset(
    [
        ".jpg",
        ".jpeg",
        ".jpe",
        ".jfif",
        ".png",
        ".webp",
        ".heic",
        ".heif",
        ".hif",
        ".avif",
        ".jxl",
        ".gif",
        ".tif",
        ".tiff",
        ".bmp",
        ".dng",
        ".cr2",
        ".cr3",
        ".nef",
        ".nrw",
        ".arw",
        ".raf",
        ".orf",
        ".rw2",
        ".pef",
        ".srw",
    ]
)
VIDEOS = frozenset([".mp4", ".mov", ".m4v", ".avi", ".mkv", ".webm", ".3gp", ".mts", ".m2ts", ".mpg", ".mpeg"])
PREVIEWS = 5
PREVIEW_HEIGHT = 120
TELL_EVERY = 500
_LOOKED_AT = frozenset({".jpg", ".jpeg", ".png", ".webp"})
"""Of what Qt reads everywhere."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What was found so far. `size`: in bytes; `done`: whether that is all."""

    photos: int = 0
    videos: int = 0
    size: int = 0
    done: bool = False

    @property
    def files(self) -> int:
        return self.photos + self.videos


def survey(
    folder: str, tell: Callable[[Survey], None], show: Callable[[QImage], None], stopped: Callable[[], bool]
) -> Survey:
    """Look through a folder, in any thread: `tell` what was found so far, `show` a few of the photos.

    `stopped`: asked at each folder; what is found until then is returned. What cannot be listed has nothing.
    """
    found, told, shown = Survey(), 0, 0
    for path, folders, names in os.walk(folder):
        if stopped():
            return found
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        looked_at = False
        for name in sorted(names):
            kind = os.path.splitext(name)[1].lower()
            if name.startswith(".") or kind not in PHOTOS | VIDEOS:
                continue
            file = os.path.join(path, name)
            found = _with(found, file, is_video=kind in VIDEOS)
            # At most one of each folder, so that they are not five of one burst.
            if shown < PREVIEWS and not looked_at and kind in _LOOKED_AT and (image := small(file)) is not None:
                shown, looked_at = shown + 1, True
                show(image)
            if found.files - told >= TELL_EVERY:
                told = found.files
                tell(found)
    return replace(found, done=True)


def small(file: str) -> QImage | None:
    """Return a photo at the height of a preview, or None when it cannot be read."""
    reader = QImageReader(file)
    reader.setAutoTransform(True)
    size = reader.size()
    if not size.isValid() or size.isEmpty():
        return None
    reader.setScaledSize(size.scaled(QSize(1 << 16, 2 * PREVIEW_HEIGHT), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def _with(found: Survey, file: str, *, is_video: bool) -> Survey:
    try:
        size = os.stat(file).st_size
    except OSError:
        return found
    if is_video:
        return replace(found, videos=found.videos + 1, size=found.size + size)
    return replace(found, photos=found.photos + 1, size=found.size + size)
