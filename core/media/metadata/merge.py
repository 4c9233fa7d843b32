"""Joins what the several places in and beside a file say, the more trusted first."""

from dataclasses import replace

from core.media.metadata.exif import ExifFacts
from core.media.metadata.xmp import XmpFacts
from core.values.photo import Metadata

_MOST_NOTES = 20


def merge(*parts: Metadata) -> Metadata:
    """Return each value from the first of `parts` that has it; keywords and notes from all."""
    first = Metadata()
    for part in parts:
        first = Metadata(
            taken_at=first.taken_at or part.taken_at,
            camera_make=first.camera_make or part.camera_make,
            camera_model=first.camera_model or part.camera_model,
            lens=first.lens or part.lens,
            iso=first.iso or part.iso,
            f_number=first.f_number or part.f_number,
            exposure_s=first.exposure_s or part.exposure_s,
            focal_mm=first.focal_mm or part.focal_mm,
            position=first.position or part.position,
            rating=first.rating if first.rating is not None else part.rating,
            title=first.title or part.title,
            caption=first.caption or part.caption,
            keywords=_united(first.keywords, part.keywords),
            notes=tuple(dict.fromkeys(first.notes + part.notes))[:_MOST_NOTES],
        )
    return first


def of_file(exif: ExifFacts, xmp: XmpFacts, iptc: Metadata) -> Metadata:
    """Return what the file itself says.

    A date is taken from EXIF first, which the camera wrote; words and ratings from XMP and IPTC first, which
    people's programs keep up to date (as the Metadata Working Group's guidelines have it).
    """
    joined = merge(xmp.metadata, iptc, exif.metadata)
    taken_at = exif.metadata.taken_at or xmp.metadata.taken_at or iptc.taken_at or exif.last_resort
    return replace(joined, taken_at=taken_at)


def with_sidecar(file: Metadata, sidecar: Metadata) -> Metadata:
    """Return what file and sidecar say together; the sidecar, written later, goes first."""
    return merge(sidecar, file)


def _united(first: tuple[str, ...], second: tuple[str, ...]) -> tuple[str, ...]:
    known = {word.casefold() for word in first}
    added = {word.casefold(): word for word in reversed(second) if word.casefold() not in known}
    return first + tuple(reversed(added.values()))
