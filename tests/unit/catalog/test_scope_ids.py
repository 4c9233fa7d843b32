"""All ids of a scope come in order, from an index alone."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Engine, event, insert, text

from core.catalog import database
from core.catalog.photo_dates import UNDATED
from core.catalog.schema import Photo
from core.catalog.scopes import scope_ids
from core.values.scope import Scope, ScopeKind

TODAY = date(2020, 1, 1)


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Engine]:
    engine = database.open_for_writing(tmp_path / "catalog.sqlite")
    yield engine
    engine.dispose()


def test_they_come_by_date_undated_ones_last(catalog: Engine) -> None:
    rng = np.random.default_rng(0)
    states = ("waiting", "ready", "missing", "failed")
    rows = [
        {
            "id": number,
            "state": states[number % 4],
            "added_at": 0,
            "sort_at": UNDATED if number % 9 == 0 else int(rng.integers(0, 20)),
        }
        for number in range(1, 400)
    ]
    with catalog.begin() as connection:
        connection.execute(insert(Photo), rows)
        shown = [row for row in rows if row["state"] in {"waiting", "ready"}]
        for sign, oldest_first in ((-1, False), (1, True)):
            wanted = sorted(
                shown,
                key=lambda row: (
                    row["sort_at"] == UNDATED,
                    sign * int(str(row["sort_at"])),
                    sign * int(str(row["id"])),
                ),
            )
            found = scope_ids(connection, Scope(ScopeKind.ALL), TODAY, oldest_first=oldest_first)
            assert found.tolist() == [row["id"] for row in wanted]
        assert scope_ids(connection, Scope(ScopeKind.FAVOURITES), TODAY).tolist() == []


def test_they_are_read_from_the_index_without_sorting(catalog: Engine) -> None:
    statements: list[str] = []
    event.listen(catalog, "before_cursor_execute", lambda *args: statements.append(args[2]))
    with catalog.connect() as connection:
        scope_ids(connection, Scope(ScopeKind.ALL), TODAY)
        plan = " ".join(row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {statements[-1]}")))
    assert "COVERING INDEX photos_shown" in plan
    assert "TEMP B-TREE" not in plan
