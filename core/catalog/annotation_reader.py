"""Reads what is said of photos: favourite, rating, tags. What `marks` writes, for those who show and undo it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from core.catalog.schema import Photo, PhotoTag, Tag
from core.catalog.states import batched
from core.values.photo import PhotoId

MOST_STARS = 5


@dataclass(frozen=True, slots=True)
class PhotoAnnotations:
    """What is said of one photo.

    Attributes:
        rating: the user's, 0 to 5; None while only the file has one, or neither.
        file_rating: the one in the file.
        tags: by name, the user's and the file's.
        file_tags: those of them that only the file has.
    """

    favourite: bool = False
    rating: int | None = None
    file_rating: int | None = None
    tags: tuple[str, ...] = ()
    file_tags: frozenset[str] = frozenset()

    @property
    def stars(self) -> int:
        """The rating in force, 0 to 5; 0 also where there is none."""
        return stars(self.rating, self.file_rating)


def stars(rating: int | None, file_rating: int | None) -> int:
    """Return the rating in force, 0 to 5. Files also say -1, for a picture that was rejected."""
    given = rating if rating is not None else file_rating
    return min(MOST_STARS, max(0, given or 0))


def read_marks(connection: Connection, photo_ids: Sequence[PhotoId]) -> dict[PhotoId, PhotoAnnotations]:
    """Return the marks of the photos that are known."""
    found: dict[PhotoId, PhotoAnnotations] = {}
    for ids in batched(photo_ids):
        tags: dict[int, list[str]] = {}
        file_tags: dict[int, set[str]] = {}
        named = select(PhotoTag.photo_id, Tag.name, PhotoTag.by_user).join(Tag, Tag.id == PhotoTag.tag_id)
        for photo_id, name, by_user in connection.execute(named.where(PhotoTag.photo_id.in_(ids)).order_by(Tag.name)):
            tags.setdefault(photo_id, []).append(name)
            if not by_user:
                file_tags.setdefault(photo_id, set()).add(name)
        columns = select(Photo.id, Photo.favourite, Photo.rating, Photo.file_rating)
        for photo in connection.execute(columns.where(Photo.id.in_(ids))):
            found[PhotoId(photo.id)] = PhotoAnnotations(
                photo.favourite,
                photo.rating,
                photo.file_rating,
                tuple(tags.get(photo.id, ())),
                frozenset(file_tags.get(photo.id, ())),
            )
    return found
