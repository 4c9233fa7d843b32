"""The different values of an indexed column of photos, found by jumping from one to the next.

SQLite's own DISTINCT reads an index from end to end; with some dozen cameras among 50,000 photos that is most of the
time that a filter takes.
"""

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import InstrumentedAttribute

from core.catalog.schema import Photo
from core.values.photo import PhotoState

Column = InstrumentedAttribute[str | None]


def distinct_values(connection: Connection, column: Column) -> list[str]:
    """Return the values of `column`, which must lead an index, ascending; also those of missing photos."""
    rows = connection.exec_driver_sql(_JUMPING.format(column=column.key)).all()
    return [row[0] for row in rows]


def counted_values(connection: Connection, column: Column) -> list[tuple[str, int]]:
    """Return the values of `column` with the number of photos that are not missing."""
    query = select(column, func.count()).where(column.is_not(None), Photo.state != PhotoState.MISSING).group_by(column)
    return [(value, count) for value, count in connection.execute(query) if value]


# A loose index scan: https://www.sqlite.org/lang_with.html has none built in.
_JUMPING = """
WITH RECURSIVE found(value) AS (
    SELECT min({column}) FROM photos
    UNION ALL
    SELECT (SELECT min({column}) FROM photos WHERE {column} > value) FROM found WHERE value IS NOT NULL
)
SELECT value FROM found WHERE value IS NOT NULL
"""
