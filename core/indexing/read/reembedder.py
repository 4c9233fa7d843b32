"""Gives photos that were read without the present model its vectors, from their thumbnails: no original is opened.

A video gets one vector, of its thumbnail, so that it is found at once; its file is read again behind all others, which
gives those of its other moments.
"""

import io
from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image
from sqlalchemy import Connection, select

from core.catalog import models, queue, readings
from core.catalog.models import Unembedded
from core.catalog.schema import Photo
from core.catalog.states import batched
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.indexing.read import embedder
from core.media.model_input import ModelInput, prepare
from core.media.request import Frame
from core.values.photo import MediaKind

_AT_ONCE = 64
_FORGOTTEN_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class _Prepared:
    photo_id: int
    frame: Frame


class Reembedder:
    """Embeds from thumbnails, a few batches a step."""

    def __init__(self, transactions: Transactions, thumbnails: ThumbnailStore) -> None:
        self._transactions = transactions
        self._thumbnails = thumbnails

    def finish(self, model_id: int, is_stopped: Callable[[], bool]) -> None:
        """Let the model answer searches, now that it has all photos, and forget the others in short steps.

        Interrupted, it goes on with the next call: the rows of the other models are the last to go.
        """
        with self._transactions.begin() as transaction:
            models.activate(transaction, model_id)
        with self._transactions.engine.connect() as connection:
            if not models.has_others(connection, model_id):
                return
            photo_ids = connection.execute(select(Photo.id)).scalars().all()
        for ids in batched(photo_ids):
            if is_stopped():
                return
            with self._transactions.begin() as transaction:
                transaction.changes.texts.update(ids)  # labels are those of the active model
        more = True
        while more and not is_stopped():
            with self._transactions.begin() as transaction:
                more = models.forget_others(transaction, model_id, _FORGOTTEN_AT_ONCE)

    def step(self, encoder: Encoder, model_id: int) -> int:
        """Embed some photos; returns how many were dealt with, 0 when none is left.

        A photo whose thumbnail is gone is put into the queue, to be read from its file.
        """
        with self._transactions.engine.connect() as connection:
            todo = models.unembedded(connection, model_id, _AT_ONCE)
        if not todo:
            return 0
        prepared = [item for photo in todo if (item := self._prepare(photo, encoder.model_input)) is not None]
        vectors = embedder.embed(encoder, [(item.frame,) for item in prepared])
        done = {item.photo_id for item in prepared}
        with self._transactions.begin() as transaction:
            for item, of_photo in zip(prepared, vectors, strict=True):
                readings.store_vectors(transaction, item.photo_id, model_id, of_photo)
            queue.read_again(transaction, [photo.photo_id for photo in todo if photo.photo_id not in done])
            videos = [photo.photo_id for photo in todo if photo.kind is MediaKind.VIDEO and photo.photo_id in done]
            queue.read_again_at_last(transaction, videos)
        return len(todo)

    def remaining(self, connection: Connection, model_id: int) -> int:
        """Return how many photos lack vectors of the model."""
        return models.count_unembedded(connection, model_id)

    def _prepare(self, photo: Unembedded, model_input: ModelInput) -> _Prepared | None:
        jpeg = self._thumbnails.get(photo.content)
        if jpeg is None:
            return None
        try:
            with Image.open(io.BytesIO(jpeg)) as picture:
                return _Prepared(photo.photo_id, Frame(prepare(picture, model_input)))
        except OSError:
            self._thumbnails.remove([photo.content])
            return None
