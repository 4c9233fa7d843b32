"""Joins what the several places in and beside a file say, the more trusted first."""

from dataclasses import replace

from core.media.metadata import tags
from core.values.photo import GeoPoint, Metadata

_MOST_NOTES = 20
_SAME_PLACE = 1e-3
"""Degrees: about 100 m."""


def merge(*parts: Metadata) -> Metadata:
    """Return each value from the first of `parts` that has it; keywords and notes from all."""
    first = Metadata()
    for part in parts:
        first = Metadata(
            taken_at=first.taken_at or part.taken_at,
            date_source=first.date_source or part.date_source,
            camera_make=first.camera_make or part.camera_make,
            camera_model=first.camera_model or part.camera_model,
            lens=first.lens or part.lens,
            iso=first.iso or part.iso,
            f_number=first.f_number or part.f_number,
            exposure_s=first.exposure_s or part.exposure_s,
            focal_mm=first.focal_mm or part.focal_mm,
            position=_positions(first.position, part.position),
            rating=first.rating if first.rating is not None else part.rating,
            title=first.title or part.title,
            caption=first.caption or part.caption,
            keywords=tags.joined(first.keywords, part.keywords),
            people=tags.united(first.people, part.people),
            creator=first.creator or part.creator,
            label=first.label or part.label,
            place=first.place or part.place,
            favourite=first.favourite or part.favourite,
            content_identifier=first.content_identifier or part.content_identifier,
            panorama=first.panorama if first.panorama is not None else part.panorama,
            notes=tuple(dict.fromkeys(first.notes + part.notes))[:_MOST_NOTES],
        )
    return first


def of_file(exif: Metadata, xmp: Metadata, iptc: Metadata) -> Metadata:
    """Return what the file itself says.

    What the camera knows is taken from EXIF first, which it wrote; words and ratings from XMP and IPTC first, which
    people's programs keep up to date (as the guidelines of the Metadata Working Group have it).
    """
    joined, technical = merge(xmp, iptc, exif), merge(exif, xmp)
    return replace(
        joined,
        camera_make=technical.camera_make,
        camera_model=technical.camera_model,
        lens=technical.lens,
        iso=technical.iso,
        f_number=technical.f_number,
        exposure_s=technical.exposure_s,
        focal_mm=technical.focal_mm,
        position=technical.position,
    )


def _positions(first: GeoPoint | None, second: GeoPoint | None) -> GeoPoint | None:
    """Return the first position; with the height of the second, where only that tells the height of the same place."""
    if first is None or second is None:
        return first or second
    near = abs(first.latitude - second.latitude) < _SAME_PLACE and abs(first.longitude - second.longitude) < _SAME_PLACE
    return replace(first, altitude=second.altitude) if first.altitude is None and near else first
