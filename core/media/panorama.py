"""Tells panoramas from other wide pictures."""

from core.values.photo import MediaKind, Metadata

_WIDE = 2.5
"""Clearly wider than any sensor, and than screens (20:9, 21:9) and what phones take to fill them."""


def is_panorama(kind: MediaKind, width: int, height: int, metadata: Metadata, *, is_screenshot: bool) -> bool:
    """Tell whether a picture of `width` x `height` (upright) is a panorama: by what the file says, else by its shape.

    A high one counts only if a camera took it: long screenshots of pages and chats are no panoramas.
    """
    if kind is MediaKind.VIDEO or is_screenshot:
        return False
    if metadata.panorama is not None:
        return metadata.panorama
    if width >= _WIDE * height:
        return True
    return height >= _WIDE * width and (metadata.camera_make is not None or metadata.exposure_s is not None)
