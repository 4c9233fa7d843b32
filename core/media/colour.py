"""Brings whatever a decoder gives (palette, grey, CMYK, 16 bit, alpha, wide gamut) to 8-bit sRGB on white."""

import io
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import numpy as np
from PIL import Image, ImageCms

_WITH_ALPHA = {"LA", "PA", "RGBA", "La", "RGBa"}
_WIDE = {"I", "F"}
_GAMMA_OF_SRGB = 0.45455
_LEAST_GAMMA, _MOST_GAMMA, _SAME_GAMMA = 0.1, 3.0, 0.05


def to_srgb(picture: Image.Image, icc: bytes | None) -> Image.Image:
    """Return `picture` as RGB in sRGB, transparent parts white.

    A colour profile that cannot be used is left out: the picture then looks as in a program without colour management.
    """
    info = picture.info
    alpha = _transparent_grey(picture)
    picture = _eight_bit(picture)
    if picture.mode in {"La", "RGBa"}:
        picture = picture.convert(picture.mode[:-1] + "A")
    if picture.mode in {"P", "PA"} or (picture.mode in {"1", "L", "RGB"} and "transparency" in picture.info):
        picture = picture.convert("RGBA" if picture.mode == "PA" or "transparency" in picture.info else "RGB")
    if picture.mode in _WITH_ALPHA:
        alpha = picture.getchannel("A")
        picture = picture.convert("L" if picture.mode == "LA" else "RGB")
    if picture.mode == "1":
        picture = picture.convert("L")
    colours = _by_profile(picture, icc) if icc else None
    if colours is None:
        colours = _by_gamma(picture.convert("RGB"), info)
    if alpha is None or alpha.getextrema() == (255, 255):
        return colours
    flat = Image.new("RGB", colours.size, (255, 255, 255))
    flat.paste(colours, mask=alpha)
    return flat


def _transparent_grey(picture: Image.Image) -> Image.Image | None:
    """Return the alpha of a 16-bit grey PNG, one value of which stands for transparent; Pillow leaves that to us."""
    value = picture.info.get("transparency")
    if not picture.mode.startswith("I;16") or not isinstance(value, int):
        return None
    opaque = np.asarray(picture) != value
    return Image.fromarray(opaque.astype(np.uint8) * 255)


def _by_gamma(picture: Image.Image, info: Mapping[Any, Any]) -> Image.Image:
    """Return `picture` in sRGB's gamma, where a PNG without a profile says that its own is another (chunk gAMA)."""
    gamma = info.get("gamma")
    if not isinstance(gamma, float | int) or "srgb" in info or not _LEAST_GAMMA <= gamma <= _MOST_GAMMA:
        return picture
    if abs(gamma / _GAMMA_OF_SRGB - 1) < _SAME_GAMMA:
        return picture
    table = [round(255 * (value / 255) ** (_GAMMA_OF_SRGB / gamma)) for value in range(256)]
    return picture.point(table * 3)


def _eight_bit(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I;16"):
        values = np.asarray(picture).astype(np.uint16, copy=False)
        return Image.fromarray((values >> 8).astype(np.uint8))
    if picture.mode not in _WIDE:
        return picture
    values = np.nan_to_num(np.asarray(picture).astype(np.float32), posinf=0.0, neginf=0.0)
    low, high = float(values.min()), float(values.max())
    if low >= 0 and high <= 1:
        low, high = 0.0, 1.0
    elif low >= 0 and high <= 255:
        low, high = 0.0, 255.0
    elif low >= 0 and high <= 65535:
        low, high = 0.0, 65535.0
    scaled = (values - low) * (255.0 / max(high - low, 1e-12))
    return Image.fromarray(scaled.astype(np.uint8))


def _by_profile(picture: Image.Image, icc: bytes) -> Image.Image | None:
    if picture.mode not in {"L", "RGB", "CMYK", "LAB"}:
        return None
    try:
        transform = _transform(icc, picture.mode)
        return None if transform is None else ImageCms.applyTransform(picture, transform)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return None


@lru_cache(maxsize=16)
def _transform(icc: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """Return the way from profile `icc` to sRGB, or None where it already is sRGB."""
    profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    if mode == "RGB" and "srgb" in (profile.profile.profile_description or "").lower():
        return None
    return ImageCms.buildTransform(profile, ImageCms.createProfile("sRGB"), mode, "RGB", ImageCms.Intent.PERCEPTUAL)
