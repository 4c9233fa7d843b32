"""What the indexer tells, and what it asks for. The engine stands behind these."""

from collections.abc import Iterable, Sequence
from concurrent.futures import Future
from typing import Protocol

from core.embedding.protocol import Encoder
from core.media.request import ReadRequest, ReadResult
from core.values.photo import PhotoId
from core.vectors.protocol import Keys


class Listener(Protocol):
    """Is told what happens. Called from the indexer's threads; must return soon."""

    def photos_changed(self, photo_ids: Iterable[PhotoId], order_changed: bool) -> None:
        """Photos changed in the catalog; `order_changed`: some appeared, vanished or got another date."""

    def roots_changed(self) -> None:
        """A folder was added, removed, went offline or came back."""

    def progress_changed(self) -> None:
        """Something began or ended."""

    def notice(self, text: str, is_problem: bool = False) -> None:
        """Something the user should know."""


class VectorSink(Protocol):
    """The vector index of one model, as far as the indexer fills it."""

    @property
    def model_id(self) -> int:
        """Row of the model in the catalog."""

    def follow(self, added: Keys, removed: Keys) -> None:
        """Bring the index in line with embeddings that were committed, and others that are gone from the catalog."""

    def save(self) -> None:
        """Write what changed to disk."""


class EncoderProvider(Protocol):
    """Gives the encoder that new photos are embedded with, or None while there is none."""

    def __call__(self) -> Encoder | None: ...


class VectorsProvider(Protocol):
    """Gives the indexes that are open, of the active model and of one that is being changed to.

    An index must be given no later than the encoder of its model: it is opened equal to the catalog, and what is
    committed from then on is added to it.
    """

    def __call__(self) -> Sequence[VectorSink]: ...


class ReadPool(Protocol):
    """Reads files elsewhere; `core.media.pool.DecodePool` is one."""

    def submit(self, request: ReadRequest) -> "Future[ReadResult]":
        """Begin to read a file. The future's exception is an `UnreadableFileError` for the file's own fault."""

    def close(self) -> None:
        """Stop the workers."""
