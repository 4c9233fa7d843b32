"""What one write transaction changed, for those who must follow: vector index, thumbnails, front ends."""

from dataclasses import dataclass, field

from core.values.photo import ContentKey, EmbeddingId


@dataclass(slots=True)
class Changes:
    """Gathered while a transaction is made; acted on after it is committed.

    Attributes:
        photos: ids whose files or content changed: their state is worked out again, and their text.
        relabelled: ids of which only the text must be made again.
        order_changed: photos appeared, vanished or got another date.
        new_embeddings: ids and vectors to be added to the index, by model row.
        removed_embeddings: ids to be removed from it, whatever the model.
        removed_thumbnails: content that no photo has any more.
    """

    photos: set[int] = field(default_factory=set)
    relabelled: set[int] = field(default_factory=set)
    order_changed: bool = False
    new_embeddings: dict[int, list[tuple[EmbeddingId, bytes]]] = field(default_factory=dict)
    removed_embeddings: list[EmbeddingId] = field(default_factory=list)
    removed_thumbnails: list[ContentKey] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(
            self.photos
            or self.relabelled
            or self.order_changed
            or self.new_embeddings
            or self.removed_embeddings
            or self.removed_thumbnails
        )
