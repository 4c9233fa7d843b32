"""Finds companions by name: the RAW beside a JPEG or HEIC, and the movie of a live photo."""

import os
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from core.catalog.differences import Entry
from core.values.photo import FileRole, MediaKind

_LEADS = (b".jpg", b".jpeg", b".jpe", b".heic", b".heif", b".hif")
_MOVIES = frozenset({b".mov", b".mp4"})


def group(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """Return the entries of one folder, each with its role and the name of its lead.

    Companions have the stem of their lead, whatever the case. Where several pictures share a stem, the first of JPEG
    before HEIC, by name, leads.
    """
    by_stem: dict[bytes, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_stem[os.path.splitext(entry.name)[0].lower()].append(entry)
    leads = {stem: _lead(same) for stem, same in by_stem.items() if len(same) > 1}
    return tuple(_grouped(entry, leads.get(os.path.splitext(entry.name)[0].lower())) for entry in entries)


def _lead(entries: Sequence[Entry]) -> bytes | None:
    ranked = [
        (_LEADS.index(extension), entry.name)
        for entry in entries
        if (extension := os.path.splitext(entry.name)[1].lower()) in _LEADS
    ]
    return min(ranked)[1] if ranked else None


def _grouped(entry: Entry, lead: bytes | None) -> Entry:
    if lead is None or entry.name == lead:
        return entry
    if entry.kind is MediaKind.RAW:
        return replace(entry, role=FileRole.COMPANION_RAW, lead=lead)
    if entry.kind is MediaKind.VIDEO and os.path.splitext(entry.name)[1].lower() in _MOVIES:
        return replace(entry, role=FileRole.COMPANION_MOVIE, lead=lead)
    return entry
