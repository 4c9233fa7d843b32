"""Writes what the user says of photos: favourites, ratings, tags; and remembers what was searched for."""

import json
from collections.abc import Sequence

from sqlalchemy import delete, func, insert, literal, select, text
from sqlalchemy.dialects.sqlite import insert as upsert

from core.catalog.schema import Photo, PhotoTag, RecentSearch, Tag
from core.catalog.states import batched
from core.catalog.transaction import Transaction
from core.values.errors import UsageError
from core.values.photo import PhotoId

MOST_RECENT = 100
LONGEST_TAG = 200
LONGEST_SEARCH = 1000


def set_favourite(transaction: Transaction, photo_ids: Sequence[PhotoId], favourite: bool) -> None:
    """Mark or unmark photos; ids that are not there are ignored."""
    transaction.connection.execute(_SET_FAVOURITE, {"ids": json.dumps(list(photo_ids)), "value": favourite})
    transaction.changes.rows.update(photo_ids)


def set_rating(transaction: Transaction, photo_ids: Sequence[PhotoId], rating: int | None) -> None:
    """Rate photos, 0 to 5; None leaves them with the rating in their files.

    Raises:
        UsageError: any other number.
    """
    if rating is not None and not 0 <= rating <= 5:
        raise UsageError(f"A rating is 0 to 5, not {rating}.")
    transaction.connection.execute(_SET_RATING, {"ids": json.dumps(list(photo_ids)), "value": rating})
    transaction.changes.rows.update(photo_ids)


def change_tags(
    transaction: Transaction,
    photo_ids: Sequence[PhotoId],
    add: Sequence[str],
    remove: Sequence[str],
    *,
    by_user: bool = True,
) -> None:
    """Put tags on photos and take others off; a tag that no photo has any more is forgotten.

    Args:
        transaction: what writes.
        photo_ids: ids that are not there are ignored.
        add: names of tags.
        remove: names of tags.
        by_user: whether what is added is the user's own, or a keyword of the file that was taken off before.

    Raises:
        UsageError: a tag is empty or too long.
    """
    connection = transaction.connection
    for name in add:
        tag_id = _tag_id(transaction, _checked(name))
        for ids in batched(photo_ids):
            known = select(Photo.id, literal(tag_id), literal(by_user)).where(Photo.id.in_(ids))
            added = upsert(PhotoTag).from_select(["photo_id", "tag_id", "by_user"], known)
            same = ["photo_id", "tag_id"]
            connection.execute(
                added.on_conflict_do_update(index_elements=same, set_={"by_user": True})
                if by_user
                else added.on_conflict_do_nothing(index_elements=same)
            )
    for name in remove:
        removed = select(Tag.id).where(Tag.name == name.strip())
        for ids in batched(photo_ids):
            connection.execute(delete(PhotoTag).where(PhotoTag.photo_id.in_(ids), PhotoTag.tag_id.in_(removed)))
        connection.execute(delete(Tag).where(Tag.id.in_(removed), ~Tag.id.in_(select(PhotoTag.tag_id))))
    transaction.changes.texts.update(photo_ids)


def remember_search(transaction: Transaction, words: str) -> None:
    """Put `words` first among the recent searches."""
    words = " ".join(words.split())[:LONGEST_SEARCH]
    if not words:
        return
    connection = transaction.connection
    newest = connection.execute(select(func.coalesce(func.max(RecentSearch.used_at), 0))).scalar_one()
    # Two within one second still have an order.
    used_at = max(transaction.now, newest + 1)
    connection.execute(
        upsert(RecentSearch)
        .values(text=words, used_at=used_at)
        .on_conflict_do_update(index_elements=["text"], set_={"used_at": used_at})
    )
    kept = select(RecentSearch.text).order_by(RecentSearch.used_at.desc()).limit(MOST_RECENT)
    connection.execute(delete(RecentSearch).where(RecentSearch.text.not_in(kept)))


def forget_searches(transaction: Transaction, words: str | None) -> None:
    """Take one text from the recent searches, or all when None."""
    every = delete(RecentSearch)
    transaction.connection.execute(every if words is None else every.where(RecentSearch.text == words))


def _checked(name: str) -> str:
    name = " ".join(name.split())
    if not name:
        raise UsageError("A tag needs a name.")
    if len(name) > LONGEST_TAG:
        raise UsageError(f"A tag has at most {LONGEST_TAG} letters, not {len(name)}.")
    return name


def _tag_id(transaction: Transaction, name: str) -> int:
    known = transaction.connection.execute(select(Tag.id).where(Tag.name == name)).scalar()
    if known is not None:
        return known
    return int(transaction.connection.execute(insert(Tag).values(name=name).returning(Tag.id)).scalar_one())


# Any number of ids as one parameter: much quicker than a list that SQLAlchemy expands.
_SET_FAVOURITE = text("UPDATE photos SET favourite = :value WHERE id IN (SELECT value FROM json_each(:ids))")
_SET_RATING = text("UPDATE photos SET rating = :value WHERE id IN (SELECT value FROM json_each(:ids))")
