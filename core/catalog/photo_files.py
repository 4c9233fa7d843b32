"""All files of photos, for what is done to files: copies and companions too, but none that is gone."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, text

from core.values.photo import FileState, PhotoId, RootId


@dataclass(frozen=True, slots=True)
class PhotoFile:
    """One file of a photo. `offline`: why it cannot be reached now, or None."""

    photo_id: PhotoId
    root_id: RootId
    path: str
    offline: str | None


def read_files(connection: Connection, photo_ids: Sequence[PhotoId]) -> list[PhotoFile]:
    """Return the files of some photos."""
    found = connection.execute(_FILES, {"ids": json.dumps([int(photo_id) for photo_id in photo_ids])})
    return [
        PhotoFile(
            PhotoId(row.photo_id),
            RootId(row.root_id),
            os.fsdecode(os.path.join(row.path, *filter(None, (row.folder, row.name)))),
            row.offline,
        )
        for row in found
    ]


_FILES = text(f"""
    SELECT files.photo_id, files.root_id, roots.path, roots.offline, files.folder, files.name
    FROM files JOIN roots ON roots.id = files.root_id
    WHERE files.photo_id IN (SELECT value FROM json_each(:ids)) AND files.state != '{FileState.MISSING}'
    ORDER BY files.photo_id, files.id
""")
