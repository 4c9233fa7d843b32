"""Conditions on values that SQLite cannot compare as people do: case and accents beyond ASCII, paths in bytes.

The few distinct values there are get compared in Python, and those that fit become a list in SQL.
"""

import json
import os
import re
from collections.abc import Iterable

from sqlalchemy import ColumnElement, Connection, Select, Text, and_, cast, false, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute

from core.catalog.distinct_values import distinct_values
from core.catalog.schema import File, Photo, PhotoTag, Root, Tag
from core.catalog.text_words import path_text
from core.values.case_folding import bare, fold
from core.values.photo import FileState

Condition = ColumnElement[bool]

_SEPARATOR = "\x1f"
_MOST_RANGES = 100
_SLASHES = re.compile(r"[/\\]+")
_DRIVE = re.compile(r"[A-Za-z]:[/\\]")


def listed(values: Iterable[int | str]) -> Select[tuple[int | str]]:
    """Return values as a subquery; there may be any number of them."""
    return select(func.json_each(json.dumps(list(values))).table_valued("value").c.value)


def contains(connection: Connection, column: InstrumentedAttribute[str | None], wanted: str) -> Condition:
    """Return photos whose indexed `column` contains `wanted`; `false()` when none does."""
    asked = bare(wanted)
    fitting = [value for value in distinct_values(connection, column) if asked in bare(value)]
    return column.in_(listed(fitting)) if fitting else false()


def people(connection: Connection, wanted: str) -> Condition:
    """Return photos that show a person whose name contains `wanted`."""
    asked = bare(wanted)
    named = connection.execute(select(Photo.people).where(Photo.people.is_not(None)).distinct()).scalars()
    return Photo.people.in_(
        listed(names for names in named if names and any(asked in bare(name) for name in names.splitlines()))
    )


def tagged(connection: Connection, wanted: str) -> Condition:
    """Return photos that carry the tag, or one below it: `Italy` finds `Places/Italy/Rome`."""
    asked = _levels(wanted)
    tags = [row.id for row in connection.execute(select(Tag.id, Tag.name)) if asked in _levels(row.name)]
    return Photo.id.in_(select(PhotoTag.photo_id).where(PhotoTag.tag_id.in_(listed(tags))))


def _levels(tag: str) -> str:
    """Return a tag's path with a separator around each level, for whole levels to be found in it."""
    return _SEPARATOR + "".join(bare(level) + _SEPARATOR for level in tag.split("/"))


def photo_has(file: Condition) -> Condition:
    """Return photos of which a file that is there satisfies a condition."""
    return Photo.id.in_(select(File.photo_id).where(File.state != FileState.MISSING, file))


def named(connection: Connection, wanted: str) -> Condition:
    """Return photos with a file so named: a part of the name, or with `*` and `?` the whole of it."""
    if not wanted.isascii():
        names = connection.execute(select(File.name).where(File.state != FileState.MISSING).distinct()).scalars()
        fits = _name_pattern(wanted)
        return photo_has(File.name.in_([name for name in names if fits.search(fold(path_text(name)))]))
    pattern = re.sub(r"([\\%_])", r"\\\1", wanted)
    pattern = pattern.replace("*", "%").replace("?", "_") if _is_wild(wanted) else f"%{pattern}%"
    return photo_has(cast(File.name, Text).like(pattern, escape="\\"))


def _is_wild(wanted: str) -> bool:
    return "*" in wanted or "?" in wanted


def _name_pattern(wanted: str) -> re.Pattern[str]:
    pattern = re.escape(fold(wanted)).replace(r"\*", ".*").replace(r"\?", ".")
    return re.compile(rf"\A{pattern}\Z" if _is_wild(wanted) else pattern, re.DOTALL)


def in_folders(connection: Connection, wanted: str) -> Condition:
    """Return photos with a file in a folder so named, or below one."""
    return photo_has(lies_in(connection, wanted))


def lies_in(connection: Connection, wanted: str) -> Condition:
    """Return files in a folder so named, or below one."""
    absolute = wanted.startswith(("/", "\\")) or _DRIVE.match(wanted) is not None
    asked = _names(wanted)
    parts: list[Condition] = []
    inside: list[tuple[int, bytes]] = []
    for root in connection.execute(select(Root.id, Root.path)).all():
        above = _names(path_text(root.path))
        if _on_the_way(asked, above, absolute=absolute):
            parts.append(File.root_id == root.id)
            continue
        folders = connection.execute(select(File.folder).where(File.root_id == root.id).distinct()).scalars()
        inside.extend(
            (root.id, folder)
            for folder in folders
            if _on_the_way(asked, above + _names(path_text(folder)), absolute=absolute)
        )
    topmost = _topmost(inside)
    if len(topmost) <= _MOST_RANGES:
        parts.extend(_below(root_id, folder) for root_id, folder in topmost)
    else:  # SQLite limits the depth of an expression, not the length of a list
        place = cast(File.root_id, Text) + ":" + func.hex(File.folder)
        parts.append(place.in_(listed(f"{root_id}:{folder.hex().upper()}" for root_id, folder in inside)))
    return or_(false(), *parts)


def _below(root_id: int, folder: bytes) -> Condition:
    separator = os.sep.encode()
    inside = and_(File.folder > folder + separator, File.folder < folder + bytes([separator[0] + 1]))
    return and_(File.root_id == root_id, or_(File.folder == folder, inside))


def _names(path: str) -> list[str]:
    return [bare(part) for part in _SLASHES.split(path) if part]


def _on_the_way(asked: list[str], path: list[str], *, absolute: bool) -> bool:
    """Tell whether the asked folders stand one below the other in `path`, each as whole words of a name."""
    if not asked:
        return absolute
    starts = range(1) if absolute else range(len(path) - len(asked) + 1)
    return any(
        len(path) >= start + len(asked)
        and all(f" {name} " in f" {path[start + number]} " for number, name in enumerate(asked))
        for start in starts
    )


def _topmost(folders: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    """Leave out folders below others of the list."""
    separator = os.sep.encode()
    kept: list[tuple[int, bytes]] = []
    for root_id, folder in sorted(folders, key=lambda pair: (pair[0], pair[1] + separator)):
        if not kept or kept[-1][0] != root_id or not (folder + separator).startswith(kept[-1][1] + separator):
            kept.append((root_id, folder))
    return kept
