"""Tells which time zone a moment of UTC has: by the position, by the same moment on a local clock, or as here.

The zones' borders are those of the package tzfpy (timezone-boundary-builder, from OpenStreetMap).
"""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from core.values.photo import GeoPoint

_STEP_MINUTES = 15
_FARTHEST_MINUTES = 14 * 60


def zone_at(position: GeoPoint, utc: datetime) -> int | None:
    """Return minutes east of UTC at `position` and (naive) `utc`; None at sea, where clocks follow the ship's."""
    import tzfpy  # takes 36 MB, which a worker that meets no such file need not have

    name = tzfpy.get_tz(position.longitude, position.latitude)
    if not name or name.startswith("Etc/"):
        return None
    try:
        offset = utc.replace(tzinfo=UTC).astimezone(ZoneInfo(name)).utcoffset()
    except (ZoneInfoNotFoundError, OverflowError):
        return None
    return None if offset is None else round(offset.total_seconds() / 60)


def zone_between(local: datetime, utc: datetime, tolerance_s: float) -> int | None:
    """Return the zone in which `local` is `utc`, if the two agree closely enough to tell."""
    ahead = (local - utc).total_seconds()
    minutes = round(ahead / 60 / _STEP_MINUTES) * _STEP_MINUTES
    # A recording ends after it began: what is told of the end may be later than the local time of its beginning.
    is_near = -min(tolerance_s, _STEP_MINUTES * 30) <= ahead - minutes * 60 <= 90
    return minutes if abs(minutes) <= _FARTHEST_MINUTES and is_near else None


def zone_here(utc: datetime) -> int:
    """Return the zone that this machine's clock has, or had, at (naive) `utc`."""
    try:
        offset = utc.replace(tzinfo=UTC).astimezone().utcoffset()
    except (OverflowError, OSError, ValueError):  # years that the system's clock cannot tell
        return 0
    return 0 if offset is None else round(offset.total_seconds() / 60)
