"""Moves photos' files to the system's trash and back. Only here, and only when told to, does Eidetic move a file."""

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QFile


@dataclass(frozen=True, slots=True)
class Trashed:
    """A file in the trash. `place`: where it lies there; empty where the system does not tell."""

    path: str
    place: str


@dataclass(slots=True)
class Outcome:
    """What became of some files.

    Attributes:
        moved: are where they were to go.
        failed: stayed where they were.
    """

    moved: list[Trashed] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def to_trash(paths: Sequence[str]) -> Outcome:
    """Move files to the trash; one that is not there, or may not be moved, stays and is named. In any thread."""
    outcome = Outcome()
    for path in paths:
        file = QFile(path)
        if os.path.exists(path) and file.moveToTrash():
            # The file object goes with the file; where the system tells no place, it loses its name.
            place = file.fileName()
            outcome.moved.append(Trashed(path, "" if place == path else place))
        else:
            outcome.failed.append(path)
    return outcome


def from_trash(trashed: Sequence[Trashed]) -> Outcome:
    """Move files back to where they were; nothing that lies there now is overwritten. In any thread."""
    outcome = Outcome()
    for one in trashed:
        if not one.place or os.path.lexists(one.path) or not os.path.exists(one.place):
            outcome.failed.append(one.path)
            continue
        try:
            os.makedirs(os.path.dirname(one.path), exist_ok=True)
            shutil.move(one.place, one.path)
        except OSError:
            outcome.failed.append(one.path)
            continue
        _forget_note(Path(one.place))
        outcome.moved.append(one)
    return outcome


def _forget_note(place: Path) -> None:
    """Remove what the freedesktop trash wrote about a file that lies in it no longer."""
    note = place.parent.parent / "info" / f"{place.name}.trashinfo"
    if place.parent.name == "files":
        note.unlink(missing_ok=True)
