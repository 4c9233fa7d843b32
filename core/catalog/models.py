"""The rows of models: whose vectors answer searches now, and whose are being made."""

from dataclasses import dataclass, replace

from sqlalchemy import ColumnElement, Connection, delete, exists, func, insert, select, update

from core.catalog.schema import Embedding, EmbeddingModel, File, Photo
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.photo import ContentKey, EmbeddingId, FileState, MediaKind


@dataclass(frozen=True, slots=True)
class ModelRow:
    """A model as the catalog knows it. `active`: its vectors answer searches."""

    id: int
    name: str
    fingerprint: str
    dimension: int
    active: bool
    complete: bool


@dataclass(frozen=True, slots=True)
class Unembedded:
    """A photo that was read and has no vector of a model."""

    photo_id: int
    content: ContentKey
    kind: MediaKind


def active(connection: Connection) -> ModelRow | None:
    """Return the model whose vectors answer searches."""
    row = connection.execute(select(*_COLUMNS).where(EmbeddingModel.active)).one_or_none()
    return None if row is None else ModelRow(*row)


def enrol(transaction: Transaction, name: str, fingerprint: str, dimension: int) -> ModelRow:
    """Return the row of a model, made if there is none. The first model of a library is active at once."""
    connection = transaction.connection
    query = select(*_COLUMNS).where(EmbeddingModel.name == name, EmbeddingModel.fingerprint == fingerprint)
    row = connection.execute(query).one_or_none()
    if row is None:
        connection.execute(
            insert(EmbeddingModel).values(
                name=name,
                fingerprint=fingerprint,
                dimension=dimension,
                active=active(connection) is None,
                complete=False,
            )
        )
        row = connection.execute(query).one()
    return ModelRow(*row)


def unembedded(connection: Connection, model_id: int, limit: int) -> list[Unembedded]:
    """Return photos that were read, are not missing and lack vectors of the model, the newest first."""
    rows = connection.execute(
        select(Photo.id, Photo.content_size, Photo.content_hash, Photo.kind)
        .where(*_lacks(model_id))
        .order_by(Photo.sort_at.desc())
        .limit(limit)
    )
    return [
        Unembedded(row.id, ContentKey(row.content_size, row.content_hash), MediaKind(row.kind))
        for row in rows
        if row.content_hash is not None and row.content_size is not None
    ]


def count_unembedded(connection: Connection, model_id: int) -> int:
    """Return how many `unembedded` would be without a limit."""
    return connection.execute(select(func.count()).select_from(Photo).where(*_lacks(model_id))).scalar_one()


def activate(transaction: Transaction, model_id: int) -> None:
    """Make a model the active one, now that all photos have its vectors."""
    connection = transaction.connection
    connection.execute(update(EmbeddingModel).values(active=EmbeddingModel.id == model_id))
    connection.execute(update(EmbeddingModel).where(EmbeddingModel.id == model_id).values(complete=True))
    transaction.changes.order_changed = True


def has_others(connection: Connection, model_id: int) -> bool:
    """Whether the catalog knows models beside this one."""
    return connection.execute(select(EmbeddingModel.id).where(EmbeddingModel.id != model_id)).first() is not None


def forget_others(transaction: Transaction, model_id: int, limit: int) -> bool:
    """Forget up to `limit` vectors of other models, and the models themselves at last; tells whether more is left."""
    connection = transaction.connection
    keys = connection.execute(select(Embedding.id).where(Embedding.model_id != model_id).limit(limit)).scalars().all()
    if not keys:
        connection.execute(delete(EmbeddingModel).where(EmbeddingModel.id != model_id))
        return False
    for ids in batched(keys):
        connection.execute(delete(Embedding).where(Embedding.id.in_(ids)))
    transaction.changes.vectors_removed.extend(EmbeddingId(key) for key in keys)
    return True


def completed(row: ModelRow) -> ModelRow:
    """Return the row as `activate` leaves it."""
    return replace(row, active=True, complete=True)


_COLUMNS = (
    EmbeddingModel.id,
    EmbeddingModel.name,
    EmbeddingModel.fingerprint,
    EmbeddingModel.dimension,
    EmbeddingModel.active,
    EmbeddingModel.complete,
)


def _lacks(model_id: int) -> tuple[ColumnElement[bool], ...]:
    return (
        Photo.content_hash.is_not(None),
        exists().where(File.photo_id == Photo.id, File.state == FileState.READY),
        ~exists().where(Embedding.photo_id == Photo.id, Embedding.model_id == model_id),
    )
