"""Times of files, as file systems give them: nanoseconds since 1970, which may be anything.

A wrong clock, a broken archive or a hostile disk gives dates that neither SQLite's 64 bits nor `datetime` hold.
"""

from datetime import UTC, datetime, timedelta

MOST = 2**63 - 1
"""The largest integer of the catalog; the year 2262, in nanoseconds."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def in_range(nanoseconds: int) -> int:
    """Return the time, or the nearest that the catalog can hold."""
    return max(-MOST, min(MOST, nanoseconds))


def local_time(nanoseconds: int) -> datetime:
    """Return the naive local time, to the second; UTC where the system knows no zone for so odd a year."""
    moment = _EPOCH + timedelta(seconds=in_range(nanoseconds) // 1_000_000_000)
    try:
        return moment.astimezone().replace(tzinfo=None)
    except (OSError, OverflowError, ValueError):
        return moment.replace(tzinfo=None)
