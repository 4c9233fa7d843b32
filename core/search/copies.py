"""Finds the copy that lies in the folder that was asked for: a photo with several files is shown by that one."""

import os
from collections.abc import Sequence

from sqlalchemy import Connection, and_, select

from core.catalog.schema import File, Root
from core.catalog.states import batched
from core.search.filters.matching import lies_in
from core.values.filters import Filter, FolderFilter
from core.values.photo import FileRole, FileState, PhotoId


def paths_asked_for(
    connection: Connection, filters: Sequence[Filter], photo_ids: Sequence[PhotoId]
) -> dict[PhotoId, str]:
    """Return the paths of the photos' primary files that lie in the folders of all folder filters."""
    folders = [
        lies_in(connection, part.text) for part in filters if isinstance(part, FolderFilter) and not part.negated
    ]
    if not folders:
        return {}
    query = (
        select(File.photo_id, Root.path, File.folder, File.name)
        .join(Root, Root.id == File.root_id)
        .where(File.state != FileState.MISSING, File.role == FileRole.PRIMARY, and_(*folders))
        .order_by(Root.offline.is_(None), File.id.desc())
    )
    found: dict[PhotoId, str] = {}
    for ids in batched(photo_ids):
        for row in connection.execute(query.where(File.photo_id.in_(ids))):
            found[PhotoId(row.photo_id)] = os.fsdecode(os.path.join(row.path, row.folder, row.name))
    return found
