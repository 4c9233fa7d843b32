"""The folders of the library as the rows of a tree: which are seen, given which are open. Plain values, no widgets."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING

from core.values.paths import shown
from core.values.scope import Scope, ScopeKind

if TYPE_CHECKING:
    from core.catalog.reader import RootRow
    from core.catalog.scopes import FolderRow


@dataclass(frozen=True, slots=True)
class FolderNode:
    """One row.

    Attributes:
        is_open: whether what is below is seen; None where nothing is below.
        root: where the folder is one that was added, the row of the catalog.
    """

    scope: Scope
    name: str
    photos: int
    depth: int
    is_open: bool | None
    offline: str | None
    root: "RootRow | None" = None


def visible(
    roots: "Sequence[RootRow]", folders: "Sequence[FolderRow]", opened: Collection[str]
) -> tuple[FolderNode, ...]:
    """Return the rows that are seen, from top to bottom. `opened`: paths of folders whose contents are shown."""
    nodes: list[FolderNode] = []
    for root in roots:
        of_root = [row for row in folders if row.root_id == root.root_id]
        inside = [row for row in of_root if row.depth > 0]
        photos = sum(row.photos for row in of_root if row.depth == 0)
        path = PurePath(root.path)
        is_open = root.path in opened if inside else None
        scope = Scope(ScopeKind.FOLDER, root.root_id, root.path)
        nodes.append(FolderNode(scope, shown(path.name or root.path), photos, 0, is_open, root.offline, root))
        nodes += _below(root, inside, opened) if is_open else []
    return tuple(nodes)


def _below(root: "RootRow", folders: "Sequence[FolderRow]", opened: Collection[str]) -> list[FolderNode]:
    nodes: list[FolderNode] = []
    closed_at: int | None = None
    for number, row in enumerate(folders):
        if closed_at is not None and row.depth > closed_at:
            continue
        closed_at = None
        has_more = number + 1 < len(folders) and folders[number + 1].depth > row.depth
        is_open = row.path in opened if has_more else None
        if not is_open:
            closed_at = row.depth
        scope = Scope(ScopeKind.FOLDER, row.root_id, row.path)
        name = shown(PurePath(row.path).name)
        nodes.append(FolderNode(scope, name, row.photos, row.depth, is_open, root.offline))
    return nodes
