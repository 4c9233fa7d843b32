"""Puts tags on photos."""

from sqlalchemy import insert, select, text

from core.catalog.schema import Tag
from core.catalog.transaction import Transaction


def put_tag(transaction: Transaction, photo_id: int, name: str, *, by_user: bool) -> None:
    """Put a tag on a photo; made if there is none of that name. A user's tag stays the user's."""
    name = " ".join(name.split())
    if not name:
        return
    connection = transaction.connection
    tag_id = connection.execute(select(Tag.id).where(Tag.name == name)).scalar()
    if tag_id is None:
        tag_id = connection.execute(insert(Tag).values(name=name).returning(Tag.id)).scalar_one()
    connection.execute(_PUT_TAG, {"photo_id": photo_id, "tag_id": tag_id, "by_user": by_user})
    transaction.changes.texts.add(photo_id)


_PUT_TAG = text(
    """
    INSERT INTO photo_tags (photo_id, tag_id, by_user) VALUES (:photo_id, :tag_id, :by_user)
        ON CONFLICT (photo_id, tag_id) DO UPDATE SET by_user = by_user OR excluded.by_user
    """
)
