"""Brings whatever a decoder gives (palette, grey, CMYK, 16 bit, alpha, wide gamut) to 8-bit sRGB on white."""

import io
from functools import lru_cache

import numpy as np
from PIL import Image, ImageCms

_WITH_ALPHA = {"LA", "PA", "RGBA", "La", "RGBa"}
_WIDE = {"I", "F"}


def to_srgb(picture: Image.Image, icc: bytes | None) -> Image.Image:
    """Return `picture` as RGB in sRGB, transparent parts white.

    A colour profile that cannot be used is left out: the picture then looks as in a program without colour management.
    """
    picture = _eight_bit(picture)
    alpha = None
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
        colours = picture.convert("RGB")
    if alpha is None or alpha.getextrema() == (255, 255):
        return colours
    flat = Image.new("RGB", colours.size, (255, 255, 255))
    flat.paste(colours, mask=alpha)
    return flat


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
