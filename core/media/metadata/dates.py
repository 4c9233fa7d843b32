"""Chooses a photo's date among all that its file, its sidecar, its name and its folder say."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum

from core.media.metadata import zones
from core.values.photo import DatePrecision, DateSource, GeoPoint, TakenAt

_SAME_MOMENT_S = 90
"""How far apart two clocks may tell the same moment: a fix of the satellites may be a little old."""


class DateKind(IntEnum):
    """What a date says, the most wanted first: the kind decides before the place that it was found in."""

    TAKEN = 0
    DIGITISED = 1
    CHANGED = 2
    SATELLITE = 3
    NAME = 4
    TAKEOUT = 5
    FOLDER = 6


_SOURCES = {
    DateKind.TAKEN: DateSource.FILE,
    DateKind.DIGITISED: DateSource.DIGITISED,
    DateKind.CHANGED: DateSource.CHANGED,
    DateKind.SATELLITE: DateSource.FILE,
    DateKind.NAME: DateSource.NAME,
    DateKind.TAKEOUT: DateSource.TAKEOUT,
    DateKind.FOLDER: DateSource.FOLDER,
}


@dataclass(frozen=True, slots=True)
class Dated:
    """One date that something says.

    Attributes:
        is_instant: the clock is that of UTC, whatever the place: the local time must be found out.
        in_sidecar: it stands beside the file.
    """

    taken_at: TakenAt
    kind: DateKind
    is_instant: bool = False
    in_sidecar: bool = False


Dates = tuple[Dated, ...]


@dataclass(frozen=True, slots=True)
class Chosen:
    """A photo's date and where it was found."""

    taken_at: TakenAt
    source: DateSource


def dated(taken_at: TakenAt | None, kind: DateKind, *, is_instant: bool = False) -> Dates:
    """Return the date, if there is one, as a tuple to be joined with others."""
    return () if taken_at is None else (Dated(taken_at, kind, is_instant),)


def choose(dates: Iterable[Dated], position: GeoPoint | None, tolerance_s: float = 0) -> Chosen | None:
    """Return the date to show, or None where nothing says any.

    Args:
        dates: those of one kind in the order of trust.
        position: where the picture was taken, if that is known.
        tolerance_s: how much later than the name's an instant may be: some write the end of a video.
    """
    ranked = sorted(dates, key=lambda date: date.kind)
    if not ranked:
        return None
    best = _refined(ranked)
    source = _SOURCES[best.kind]
    if best.in_sidecar and source is DateSource.FILE:
        source = DateSource.SIDECAR
    if best.is_instant:
        return Chosen(_localised(best.taken_at, ranked, position, _SAME_MOMENT_S + tolerance_s), source)
    return Chosen(_with_zone(best.taken_at, ranked), source)


def _refined(ranked: Sequence[Dated]) -> Dated:
    """Return the first date, or one of its kind that says the same more exactly."""
    best = ranked[0]
    for other in ranked[1:]:
        inside = best.taken_at.wall <= other.taken_at.wall < best.taken_at.end()
        finer = other.taken_at.end() - other.taken_at.wall < best.taken_at.end() - best.taken_at.wall
        if other.kind is best.kind and inside and finer:
            best = other
    return best


def _with_zone(taken: TakenAt, others: Iterable[Dated]) -> TakenAt:
    """Return the date with the zone that is told with the same time elsewhere, or that the satellites' time gives."""
    if taken.offset_minutes is not None or taken.precision is not DatePrecision.SECOND:
        return taken
    second = taken.wall.replace(microsecond=0)
    for other in others:
        if other.taken_at.offset_minutes is not None and not other.is_instant:
            if other.taken_at.wall.replace(microsecond=0) == second:
                return replace(taken, offset_minutes=other.taken_at.offset_minutes)
        elif other.kind is DateKind.SATELLITE:
            zone = zones.zone_between(taken.wall, other.taken_at.wall, _SAME_MOMENT_S)
            if zone is not None:
                return replace(taken, offset_minutes=zone)
    return taken


def _localised(instant: TakenAt, others: Iterable[Dated], position: GeoPoint | None, tolerance_s: float) -> TakenAt:
    """Return an instant on the clock of the place: by position, else by a local time told elsewhere, else as here."""
    zone = None if position is None else zones.zone_at(position, instant.wall)
    if zone is None:
        for other in others:
            taken = other.taken_at
            if other.is_instant or other.kind is DateKind.FOLDER or taken.precision is not DatePrecision.SECOND:
                continue
            zone = zones.zone_between(taken.wall, instant.wall, tolerance_s)
            if zone is not None:
                break
    if zone is None:
        zone = zones.zone_here(instant.wall)
    return TakenAt(_shifted(instant.wall, zone), zone)


def _shifted(wall: datetime, minutes: int) -> datetime:
    return wall + timedelta(minutes=minutes)
