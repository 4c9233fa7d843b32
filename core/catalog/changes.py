"""What a write transaction changed: gathered while it is made, delivered to all who must follow once it is committed.

Says which photos, texts and vectors, never what they are now: whoever follows reads that from the catalog.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.values.photo import ContentKey, EmbeddingId


@dataclass(frozen=True, slots=True)
class Changes:
    """What one commit changed, or several in a row.

    Attributes:
        rows: photos of which something may be shown, sorted or filtered otherwise; also those that are gone.
        files: those of them whose files or content changed.
        texts: those of them whose full text was written anew.
        order_changed: photos appeared, vanished or got another date.
        roots_changed: a folder went offline, or came back.
        vectors_added: embeddings for the index, by model row. One may be gone again by now.
        vectors_removed: embeddings that are gone, whatever the model. An id is never given again.
        thumbnails_removed: content that no photo had any more when it was committed.
    """

    rows: frozenset[int] = frozenset()
    files: frozenset[int] = frozenset()
    texts: frozenset[int] = frozenset()
    order_changed: bool = False
    roots_changed: bool = False
    vectors_added: Mapping[int, tuple[EmbeddingId, ...]] = field(default_factory=dict)
    vectors_removed: tuple[EmbeddingId, ...] = ()
    thumbnails_removed: tuple[ContentKey, ...] = ()

    def __bool__(self) -> bool:
        return bool(
            self.rows
            or self.texts
            or self.order_changed
            or self.roots_changed
            or self.vectors_added
            or self.vectors_removed
            or self.thumbnails_removed
        )


def merged(parts: Iterable[Changes]) -> Changes:
    """Return what commits that followed each other changed together."""
    rows: set[int] = set()
    files: set[int] = set()
    texts: set[int] = set()
    order_changed = roots_changed = False
    added: dict[int, list[EmbeddingId]] = {}
    removed: list[EmbeddingId] = []
    thumbnails: list[ContentKey] = []
    for part in parts:
        rows |= part.rows
        files |= part.files
        texts |= part.texts
        order_changed |= part.order_changed
        roots_changed |= part.roots_changed
        for model_id, keys in part.vectors_added.items():
            added.setdefault(model_id, []).extend(keys)
        removed.extend(part.vectors_removed)
        thumbnails.extend(part.thumbnails_removed)
    return Changes(
        frozenset(rows),
        frozenset(files),
        frozenset(texts),
        order_changed,
        roots_changed,
        {model_id: tuple(keys) for model_id, keys in added.items()},
        tuple(removed),
        tuple(thumbnails),
    )


@dataclass(slots=True)
class PendingChanges:
    """What an open transaction changed so far.

    Attributes:
        photos: ids whose files or content changed: their state is worked out again, and their text.
        texts: ids of which only the text must be made again.
        rows: ids of which neither has to be: favourites and ratings.
        embedded: ids that got vectors, by model row: what is found out by them is to be found out anew.
        order_changed, roots_changed, vectors_added, vectors_removed, thumbnails_removed: see `Changes`.
    """

    photos: set[int] = field(default_factory=set)
    texts: set[int] = field(default_factory=set)
    rows: set[int] = field(default_factory=set)
    embedded: dict[int, set[int]] = field(default_factory=dict)
    order_changed: bool = False
    roots_changed: bool = False
    vectors_added: dict[int, list[EmbeddingId]] = field(default_factory=dict)
    vectors_removed: list[EmbeddingId] = field(default_factory=list)
    thumbnails_removed: list[ContentKey] = field(default_factory=list)

    def sealed(self) -> Changes:
        """Return them as they are delivered."""
        return Changes(
            frozenset(self.photos | self.texts | self.rows),
            frozenset(self.photos),
            frozenset(self.photos | self.texts),
            self.order_changed,
            self.roots_changed,
            {model_id: tuple(keys) for model_id, keys in self.vectors_added.items()},
            tuple(self.vectors_removed),
            tuple(self.thumbnails_removed),
        )
