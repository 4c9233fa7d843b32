"""What is marked on the tile of a photo, in values; `tile_badges` draws it."""

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from core.values.photo import MediaKind

if TYPE_CHECKING:
    from core.catalog.reader import PhotoRow


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked on one tile.

    Attributes:
        length: of a video, as a clock shows it; else empty.
        stack: how many photos lie in it, the one on top too; 0 for none.
        is_unfolded: the stack lies open beside it.
    """

    favourite: bool = False
    length: str = ""
    raw: bool = False
    live: bool = False
    offline: bool = False
    stack: int = 0
    is_unfolded: bool = False


def marks_of(row: "PhotoRow | None", stack: int, *, is_unfolded: bool) -> Marks:
    """Return what is marked on the tile of a photo."""
    if row is None:
        return Marks(stack=stack, is_unfolded=is_unfolded)
    is_video = row.kind is MediaKind.VIDEO
    return Marks(
        favourite=row.favourite,
        length=clock(row.duration_ms or 0) if is_video else "",
        raw=row.has_raw,
        live=row.has_movie and not is_video,
        offline=row.offline is not None,
        stack=stack,
        is_unfolded=is_unfolded,
    )


def clock(milliseconds: int) -> str:
    """Return a duration as 1:05 or 1:02:03."""
    whole = str(timedelta(seconds=milliseconds // 1000))
    return whole.removeprefix("0:").removeprefix("0") if whole.startswith("0:") else whole
