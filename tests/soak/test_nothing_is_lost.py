"""Kills, damage and removals at random, with 500 annotated photos: after each round everything said is known.

`EIDETIC_SOAK_SECONDS` says how long (default 600), `EIDETIC_SOAK_SEED` with what luck.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import insert

from core.catalog import annotation_mirror, annotations, backups, database, integrity, roots
from core.catalog.backups import BackupKind
from core.catalog.safekeeping import Safekeeping
from core.catalog.schema import File, Photo, Root
from core.catalog.transaction import Transactions
from core.values.photo import PhotoId, RootId

PHOTOS = 500
_CHILD = """
import sys
from pathlib import Path
from tests.soak.test_nothing_is_lost import session
session(Path(sys.argv[1]), endless=True)
"""


def session(path: Path, *, endless: bool = False, told: list[str] | None = None) -> None:
    """Open the library as the engine does, find all photos that are missing, annotate all anew, close it."""
    heard: list[str] = [] if told is None else told
    engine = database.open_for_writing(path, on_repaired=heard.append)
    transactions = Transactions(engine)
    keeping = Safekeeping(path, transactions, heard.append, lambda error: heard.append(str(error)))
    try:
        _find_all(transactions)
        while True:
            with transactions.begin() as transaction:
                ids = [PhotoId(row[0]) for row in transaction.connection.exec_driver_sql("SELECT id FROM photos")]
                annotations.set_favourite(transaction, ids, True)
                annotations.set_rating(transaction, ids, 3)
                annotations.change_tags(transaction, ids, ["kept"], [])
            if not endless:
                break
            sys.stdout.write("round\n")
            sys.stdout.flush()
    finally:
        transactions.feed.close()
        keeping.close()
        engine.dispose()
    integrity.note_whole(path)


def _find_all(transactions: Transactions) -> None:
    """Do what comparing a folder does: photos whose rows are lost are there again, by their content."""
    with transactions.begin() as transaction:
        connection = transaction.connection
        if connection.exec_driver_sql("SELECT 1 FROM roots").first() is None:
            connection.execute(insert(Root).values(id=1, path=b"/photos", added_at=0))
        known = {row[0] for row in connection.exec_driver_sql("SELECT content_hash FROM photos")}
        for number in range(PHOTOS):
            digest = number.to_bytes(20, "big")
            if digest in known:
                continue
            values = {"sort_at": number, "added_at": 0, "content_size": 9, "content_hash": digest, "notes": "x" * 100}
            photo_id = connection.execute(insert(Photo).values(values).returning(Photo.id)).scalar_one()
            connection.exec_driver_sql("DELETE FROM files WHERE name = ?", (b"%d" % number,))
            connection.execute(
                insert(File).values(
                    root_id=1, photo_id=photo_id, folder=b"", name=b"%d" % number, size=9, mtime_ns=1, state="failed"
                )
            )
            transaction.changes.photos.add(photo_id)


def _said(path: Path) -> int:
    with sqlite3.connect(path) as catalog:
        (count,) = catalog.execute(
            "SELECT count(DISTINCT content_hash) FROM photos JOIN photo_tags ON photo_id = photos.id AND by_user "
            "JOIN tags ON tags.id = tag_id WHERE favourite AND rating = 3 AND name = 'kept'"
        ).fetchone()
    catalog.close()
    return int(count)


def _damage(path: Path, luck: random.Random) -> None:
    if not path.exists() or path.stat().st_size < 8192:
        return
    pages = path.stat().st_size // 4096
    match luck.randrange(4):
        case 0:
            os.truncate(path, luck.randrange(path.stat().st_size))
        case 1:
            with path.open("rb+") as file:
                file.write(bytes(100))
        case _:
            with path.open("rb+") as file:
                for _ in range(luck.randint(1, 12)):
                    file.seek(4096 * luck.randrange(pages))
                    file.write(luck.randbytes(4096))


def _kill_in_the_middle(path: Path, luck: random.Random) -> None:
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD, str(path)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert child.stdout is not None
    for _ in range(luck.randint(1, 3)):
        child.stdout.readline()
    child.send_signal(signal.SIGKILL)
    child.communicate()


def _remove_folder(path: Path) -> None:
    engine = database.open_for_writing(path)
    transactions = Transactions(engine)
    with transactions.begin() as transaction:
        root_id = RootId(transaction.connection.exec_driver_sql("SELECT id FROM roots").scalar_one())
        roots.begin_removal(transaction, root_id)
        while roots.remove_some(transaction, root_id, 100):
            pass
        roots.remove_empty(transaction, root_id)
    engine.dispose()


@pytest.mark.soak
@pytest.mark.timeout(7200)
@pytest.mark.expects_log("damaged")
def test_whatever_happens_nothing_that_was_said_is_lost(tmp_path: Path) -> None:
    luck = random.Random(int(os.environ.get("EIDETIC_SOAK_SEED", "1")))
    until = time.monotonic() + float(os.environ.get("EIDETIC_SOAK_SECONDS", "600"))
    path = tmp_path / "catalog.sqlite"
    session(path)
    rounds: Counter[str] = Counter()
    repaired = 0
    while time.monotonic() < until:
        what = luck.choice(["catalog", "catalog", "mirror", "backup", "kill", "kill and damage", "remove"])
        rounds[what] += 1
        if what == "mirror":
            _damage(annotation_mirror.path_of(path), luck)
        elif what == "backup":
            backups.make(path, BackupKind.MANUAL)
            _damage(luck.choice(backups.all_backups(path)).path, luck)
        elif what == "remove":
            _remove_folder(path)
        if "kill" in what:
            _kill_in_the_middle(path, luck)
        if what in {"catalog", "kill and damage"}:
            _damage(path, luck)
            # In one round of ten the mirror goes with it: then there is the backup.
            if luck.random() < 0.1:
                annotation_mirror.path_of(path).unlink()
        told: list[str] = []
        engine = database.open_for_writing(path, on_repaired=told.append)
        _find_all(Transactions(engine))
        engine.dispose()
        repaired += bool(told)
        assert _said(path) == PHOTOS, f"lost in round {rounds.total()}: {what}"
        session(path)
        for old in path.parent.glob("*.damaged-*"):
            old.unlink()
    sys.stdout.write(f"{rounds.total()} rounds {dict(rounds)}, {repaired} repairs told, 0 losses\n")
