"""Decides which files of a folder are one photo: the RAW beside a JPEG, the movie of a live or motion photo.

A name is only a hint (`core.catalog.pair_names`): a camera's counter goes round, and a wedding's speech may be called
like its picture. A pair needs evidence, which reading each file gave: Apple's content identifier, or time, camera and
length that agree. What speaks for nothing is a pair only if a camera named both, and then too only if nothing speaks
against it. Everything else is a photo of its own.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Row, bindparam, exists, or_, select
from sqlalchemy.orm import aliased

from core.catalog import linking
from core.catalog.file_facts import Facts, facts_of, share
from core.catalog.pair_names import is_counted, likeness
from core.catalog.schema import File, FileFacts
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.photo import FileRole, FileState, MediaKind

LONGEST_MOVIE_MS = 6_000
"""The movie of a live photo has 3 s, those of motion photos up to 5."""
_SAME_SHOT_S = 5
_SAME_CLIP_S = 60
_ZONE_STEP_S = 15 * 60
_WIDEST_ZONE_S = 15 * 60 * 60


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a group. `facts`: None until it was read."""

    file_id: int
    name: bytes
    key: str
    role: FileRole
    state: FileState
    lead_id: int | None
    photo_id: int
    former_photo_id: int | None
    facts: Facts | None

    @property
    def is_read(self) -> bool:
        return self.state == FileState.READY and self.facts is not None


def settle(transaction: Transaction, file_ids: Collection[int]) -> None:
    """Make and part pairs, now that something happened to these files: read, failed, gone, moved."""
    for group in _groups(transaction.connection, file_ids):
        _settle_group(transaction, group)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What speaks for a pair.

    Attributes:
        role: what the other file is to the picture.
        is_proven: identifier, time or camera agree; else only nothing speaks against it.
    """

    role: FileRole
    is_proven: bool


def evidence(lead: Facts, other: Facts, key: str) -> Evidence | None:
    """Return what speaks for `other` being one photo with the picture `lead`; None: it is a photo of its own.

    `key`: what their names have in common.
    """
    if lead.kind is MediaKind.VIDEO or other.kind is MediaKind.IMAGE or lead.kind is other.kind:
        return None
    is_movie = other.kind is MediaKind.VIDEO
    role = FileRole.COMPANION_MOVIE if is_movie else FileRole.COMPANION_RAW
    if is_movie and lead.identifier is not None and other.identifier is not None:
        return Evidence(role, is_proven=True) if lead.identifier == other.identifier else None
    if is_movie and (other.duration_ms is None or other.duration_ms > LONGEST_MOVIE_MS):
        return None
    said = {_same_time(lead, other, _SAME_CLIP_S if is_movie else _SAME_SHOT_S), _same_camera(lead, other)} - {None}
    if False in said or not key:
        return None
    # An edited or converted picture has lost the identifier that its movie still has.
    if said or other.identifier is not None or is_counted(key):
        return Evidence(role, is_proven=bool(said))
    return None


def _same_time(one: Facts, other: Facts, seconds: int) -> bool | None:
    if one.wall is None or other.wall is None:
        return None
    apart = abs(one.wall - other.wall)
    if apart <= seconds:
        return True
    if one.offset_minutes is not None and other.offset_minutes is not None:
        return abs(one.wall - one.offset_minutes * 60 - other.wall + other.offset_minutes * 60) <= seconds
    # One of them may tell the time of another zone.
    rest = apart % _ZONE_STEP_S
    return apart <= _WIDEST_ZONE_S and min(rest, _ZONE_STEP_S - rest) <= seconds


def _same_camera(one: Facts, other: Facts) -> bool | None:
    if not one.camera or not other.camera:
        return None
    first, second = one.camera.casefold(), other.camera.casefold()
    return first in second or second in first


def _settle_group(transaction: Transaction, group: Sequence[Member]) -> None:
    by_id = {member.file_id: member for member in group}
    paired: set[int] = set()
    for member in group:
        if member.role is FileRole.PRIMARY:
            continue
        lead = by_id.get(member.lead_id or 0)
        if member.state == FileState.FAILED:
            linking.split_off(transaction, member.file_id)
        elif lead is not None and lead.state == FileState.FAILED:
            linking.hand_over(transaction, lead.file_id, member.file_id)
        elif lead is None or lead.role is not FileRole.PRIMARY or _is_contradicted(lead, member):
            linking.part(transaction, member.file_id)
        else:
            paired.update((member.file_id, lead.file_id))
    primaries = [member for member in group if member.role is FileRole.PRIMARY and member.is_read]
    if len(primaries) > 1 or (primaries and paired):
        _pair(transaction, primaries, paired, {(each.lead_id, each.role) for each in group if each.file_id in paired})
    for photo_id in {member.photo_id for member in group if member.file_id in paired}:
        share(transaction, photo_id)


def _is_contradicted(lead: Member, companion: Member) -> bool:
    if lead.facts is None or companion.facts is None or not (lead.is_read and companion.is_read):
        return False  # it is not known yet
    found = evidence(lead.facts, companion.facts, _key_of(lead, companion))
    return found is None or found.role is not companion.role


def _pair(
    transaction: Transaction,
    members: Sequence[Member],
    paired: set[int],
    taken: set[tuple[int | None, FileRole]],
) -> None:
    """Make companions of those whom something speaks for, the surest first. `taken`: leads with what they have."""
    found = [
        (lead, other, speaks)
        for lead in members
        for other in members
        if lead is not other and (speaks := _between(lead, other)) is not None
    ]
    leads = {member.lead_id for member in members}
    for lead, other, speaks in sorted(found, key=_rank):
        is_second = (lead.file_id, speaks.role) in taken
        if other.file_id in paired or other.file_id in leads or (is_second and not speaks.is_proven):
            continue
        linking.become_companion(transaction, other.file_id, speaks.role, lead.file_id)
        paired.update((lead.file_id, other.file_id))
        taken.add((lead.file_id, speaks.role))


def _between(lead: Member, other: Member) -> Evidence | None:
    # What is open about a file's former photo is decided first: what the user put on it would be left behind.
    if lead.facts is None or other.facts is None or other.former_photo_id not in {None, lead.photo_id}:
        return None
    return evidence(lead.facts, other.facts, _key_of(lead, other))


def _key_of(lead: Member, other: Member) -> str:
    return lead.key if lead.key == other.key else ""


def _rank(found: tuple[Member, Member, Evidence]) -> tuple[bool, bool, int, bytes, bytes]:
    lead, other, speaks = found
    is_raw = lead.facts is not None and lead.facts.kind is MediaKind.RAW
    # A RAW joins its picture before a movie could join the RAW.
    return speaks.role is FileRole.COMPANION_MOVIE, is_raw, -likeness(lead.name, other.name), lead.name, other.name


def _groups(connection: Connection, file_ids: Collection[int]) -> Iterator[list[Member]]:
    """Yield the files that share their folder and key, or identifier, with a given one; of those that are not alone."""
    seen: set[int] = set()
    for ids in batched(file_ids):
        touched = connection.execute(_TOUCHED, {"ids": ids}).all()
        for row in touched:
            if row.id in seen:
                continue
            group = _members(connection, row)
            seen.update(member.file_id for member in group)
            yield group


def _members(connection: Connection, row: Row[int, int, bytes, str]) -> list[Member]:
    here = (File.root_id == row.root_id, File.folder == row.folder, File.state != FileState.MISSING)
    rows = connection.execute(_MEMBERS.where(*here, File.pair_key == row.pair_key)).all()
    identifiers = {each.identifier for each in rows if each.identifier is not None}
    if identifiers:
        rows = connection.execute(
            _MEMBERS.where(*here, or_(File.pair_key == row.pair_key, FileFacts.identifier.in_(identifiers)))
        ).all()
    return [
        Member(
            each.id,
            each.name,
            each.pair_key,
            FileRole(each.role),
            FileState(each.state),
            each.lead_id,
            each.photo_id,
            each.former_photo_id,
            facts_of(each),
        )
        for each in rows
    ]


_other = aliased(File)
_other_facts = aliased(FileFacts)
_TOUCHED = (
    select(File.id, File.root_id, File.folder, File.pair_key)
    .outerjoin(FileFacts, FileFacts.file_id == File.id)
    .where(
        File.id.in_(bindparam("ids", expanding=True)) | File.lead_id.in_(bindparam("ids", expanding=True)),
        File.lead_id.is_not(None)
        | exists().where(
            _other.root_id == File.root_id,
            _other.folder == File.folder,
            _other.pair_key == File.pair_key,
            _other.id != File.id,
        )
        | (
            FileFacts.identifier.is_not(None)
            & exists().where(
                _other_facts.identifier == FileFacts.identifier,
                _other_facts.file_id == _other.id,
                _other.root_id == File.root_id,
                _other.folder == File.folder,
                _other.id != File.id,
            )
        ),
    )
)
"""Files that were touched, or whose lead was, and that are not alone with their key or identifier."""
_MEMBERS = (
    select(
        File.id,
        File.name,
        File.pair_key,
        File.role,
        File.state,
        File.lead_id,
        File.photo_id,
        File.former_photo_id,
        FileFacts.kind,
        FileFacts.duration_ms,
        FileFacts.wall,
        FileFacts.offset_minutes,
        FileFacts.camera,
        FileFacts.identifier,
    )
    .outerjoin(FileFacts, FileFacts.file_id == File.id)
    .order_by(File.id)
)
