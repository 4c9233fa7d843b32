"""Turns filters into SQL conditions on photos.

What SQLite cannot compare as people do (case and accents beyond ASCII, paths in bytes, distances) is decided in
Python over the few distinct values there are, and becomes a list of values.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    Connection,
    SQLColumnExpression,
    Text,
    and_,
    cast,
    column,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    table,
    true,
)

from core.catalog.schema import EmbeddingModel, File, Photo, PhotoLabel, PhotoTag, PictureText
from core.catalog.text_words import query_words
from core.places.place import Place
from core.places.sphere import distance_km
from core.query.filter_values import FORMATS
from core.query.vocabulary import Vocabulary
from core.search.filters.matching import Condition, contains, in_folders, listed, named, people, photo_has, tagged
from core.values.errors import QueryError
from core.values.filters import (
    AddedFilter,
    CameraFilter,
    ColourFilter,
    DateFilter,
    Filter,
    FilterGroup,
    Flag,
    FlagFilter,
    FolderFilter,
    FormatFilter,
    KindFilter,
    LensFilter,
    Measure,
    NameFilter,
    NearFilter,
    NearPlaceFilter,
    PersonFilter,
    PlaceFilter,
    RangeFilter,
    TagFilter,
    YearlyFilter,
)
from core.values.photo import FileRole, MediaKind, PhotoState
from core.values.query import ExactWords

FindPlace = Callable[[str], Sequence[Place]]

_MOST_NAMESAKES = 8
"""Places of one name; there are 30 called Springfield."""
_EPOCH = date(1970, 1, 1)
_MONTH_SECONDS = 31 * 86_400
_PHOTO_TEXT = table("photo_text", column("rowid"))
_KM_A_DEGREE = 111.0


def condition(
    connection: Connection, filters: Iterable[Filter], exact: Iterable[ExactWords], find_place: FindPlace | None
) -> Condition:
    """Return what a photo that is not missing must satisfy to pass all `filters` and hold the `exact` words.

    Raises:
        QueryError: a place has no known position.
    """
    parts: list[Condition] = [Photo.state != PhotoState.MISSING]
    parts.extend(_signed(connection, part, find_place) for part in filters)
    parts.extend(_literally(words) for words in exact)
    return and_(*parts)


def exact_match(words: str) -> str | None:
    """Return the full-text expression for words that must follow one another; None when they hold no word."""
    phrase = " ".join(token for tokens in query_words(words) for token in tokens)
    return f'"{phrase}"' if phrase else None


def _literally(words: ExactWords) -> Condition:
    asked = exact_match(words.text)
    if asked is None:
        return true()
    holds = Photo.id.in_(select(_PHOTO_TEXT.c.rowid).where(literal_column("photo_text").op("MATCH")(asked)))
    return not_(holds) if words.negated else holds


def _signed(connection: Connection, part: Filter, find_place: FindPlace | None) -> Condition:
    """Return what passes one filter; what is not known of a photo does not pass, and passes a negated one."""
    plain = _condition(connection, part, find_place)
    # Only where it is negated: within coalesce no index is used.
    return not_(func.coalesce(plain, false())) if part.negated else plain


def _condition(  # noqa: PLR0911, PLR0912
    connection: Connection, part: Filter, find_place: FindPlace | None
) -> Condition:
    match part:
        case FilterGroup():
            parts = [_signed(connection, one, find_place) for one in part.parts]
            return or_(false(), *parts) if part.any_of else and_(true(), *parts)
        case DateFilter():
            return _dates(part)
        case YearlyFilter():
            return _days_of_every_year(part)
        case AddedFilter():
            return _added(part)
        case NameFilter():
            return named(connection, part.text)
        case PersonFilter():
            return people(connection, part.text)
        case ColourFilter():
            return Photo.colour_label == part.colour
        case FolderFilter():
            return in_folders(connection, part.text)
        case CameraFilter():
            return contains(connection, Photo.camera_key, part.text)
        case LensFilter():
            return contains(connection, Photo.lens, part.text)
        case PlaceFilter():
            return _in_place(connection, part, find_place)
        case TagFilter():
            return tagged(connection, part.text)
        case NearFilter():
            return _near(connection, part.latitude, part.longitude, part.radius_km)
        case NearPlaceFilter():
            return _near_place(connection, part, find_place)
        case RangeFilter():
            return _range(part)
        case KindFilter():
            return Photo.kind == part.kind
        case FormatFilter():
            return _format(part.format)
        case FlagFilter():
            return _flag(part.flag)


def _dates(part: DateFilter) -> Condition:
    # The whole of what is known must lie inside: a photo of 1998 is not one of July 1998.
    parts: list[Condition] = [Photo.taken_wall.is_not(None)]
    if part.first is not None:
        parts.append(Photo.sort_at >= (part.first - _EPOCH) // timedelta(seconds=1))
    if part.last is not None:
        parts.append(Photo.taken_until < (part.last - _EPOCH) // timedelta(seconds=1) + 86400)
    return and_(*parts)


def _days_of_every_year(part: YearlyFilter) -> Condition:
    """Return the photos of these days whose date is known to the day, or else whose whole month lies in them."""
    first, last = (f"{month:02}-{day:02}" for month, day in (part.first, part.last))
    begins = func.strftime("%m-%d", Photo.taken_wall, "unixepoch")
    ends = func.strftime("%m-%d", Photo.taken_until, "unixepoch")
    inside = [
        and_(day >= first, day <= last) if first <= last else or_(day >= first, day <= last) for day in (begins, ends)
    ]
    return and_(Photo.taken_wall.is_not(None), Photo.taken_until - Photo.taken_wall < _MONTH_SECONDS, *inside)


def _added(part: AddedFilter) -> Condition:
    parts: list[Condition] = [true()]
    if part.first is not None:
        parts.append(Photo.added_at >= _midnight(part.first))
    if part.last is not None and part.last < date.max:
        parts.append(Photo.added_at < _midnight(part.last + timedelta(days=1)))
    return and_(*parts)


def _midnight(day: date) -> int:
    """Return the Unix time at which a day begins here; before 1970 it does not matter when."""
    return int(datetime(day.year, day.month, day.day).timestamp()) if day > _EPOCH else 0


def _in_place(connection: Connection, part: PlaceFilter, find_place: FindPlace | None) -> Condition:
    """Return the photos of places that are called so, in any language: München is stored as Munich."""
    conditions = [contains(connection, Photo.place_key, part.text)]
    for place in () if find_place is None else find_place(part.text)[:_MOST_NAMESAKES]:
        levels = ((Photo.town, place.town), (Photo.region, place.region), (Photo.country, place.country))
        conditions.append(and_(*(column == name for column, name in levels if name is not None)))
    return or_(*conditions)


def _near_place(connection: Connection, part: NearPlaceFilter, find_place: FindPlace | None) -> Condition:
    found = [] if find_place is None else find_place(part.place)
    if not found:
        named = contains(connection, Photo.place_key, part.place)
        if named.compare(false()):
            raise QueryError(f'near: no place named "{part.place}" is known. Name a town, region or country.')
        return named
    place = found[0]
    return _near(connection, place.latitude, place.longitude, max(part.radius_km, place.radius_km))


def _near(connection: Connection, latitude: float, longitude: float, radius_km: float) -> Condition:
    """Return the photos in a circle: a box by index, then the distance of each in it."""
    height = radius_km / _KM_A_DEGREE
    width = 360.0
    if abs(latitude) + height < 89:
        width = height / math.cos(math.radians(abs(latitude) + height))
    box: list[Condition] = [Photo.latitude.between(latitude - height, latitude + height)]
    if width < 180:
        spans = [(longitude - width + shift, longitude + width + shift) for shift in (-360, 0, 360)]
        box.append(or_(*(Photo.longitude.between(*span) for span in spans)))
    rows = connection.execute(
        select(Photo.id, Photo.latitude, Photo.longitude).where(Photo.longitude.is_not(None), *box)
    )
    ids = [row.id for row in rows if distance_km(latitude, longitude, row.latitude, row.longitude) <= radius_km]
    return Photo.id.in_(listed(ids))


def _range(part: RangeFilter) -> Condition:
    match part.measure:
        case Measure.FILE_SIZE:
            return photo_has(and_(File.role == FileRole.PRIMARY, _between(File.size, part)))
        case Measure.ISO:
            return _between(Photo.iso, part)
        case Measure.RATING:
            return _between(func.coalesce(Photo.rating, Photo.file_rating), part)
        case Measure.ASPECT_RATIO:
            return _between(Photo.width * 1.0 / func.nullif(Photo.height, 0), part)


def _between(value: SQLColumnExpression[Any], part: RangeFilter) -> Condition:
    parts: list[Condition] = [value.is_not(None)]
    if part.low is not None:
        parts.append(value >= part.low)
    if part.high is not None:
        parts.append(value <= part.high)
    return and_(*parts)


def _format(wanted: str) -> Condition:
    """Return photos of a format by content; by extension what is not read yet, and RAW and video (read by maker)."""
    extensions = [name for name, known in FORMATS.items() if known == wanted]
    name = cast(File.name, Text)
    return or_(
        func.upper(Photo.format) == wanted,
        and_(
            or_(Photo.format.is_(None), Photo.kind != MediaKind.IMAGE),
            photo_has(or_(*(name.like(f"%.{extension}") for extension in extensions))),
        ),
    )


def _flag(flag: Flag) -> Condition:  # noqa: PLR0911
    match flag:
        case Flag.FAVOURITE:
            return Photo.favourite.is_(True)
        case Flag.SCREENSHOT:
            return Photo.is_screenshot.is_(True)
        case Flag.LOCATION:
            return Photo.latitude.is_not(None)
        case Flag.DATE:
            return Photo.taken_wall.is_not(None)
        case Flag.TAG:
            return Photo.id.in_(select(PhotoTag.photo_id))
        case Flag.PEOPLE:
            return or_(Photo.people.is_not(None), _labelled(_names_of_people()))
        case Flag.TEXT:
            return Photo.id.in_(select(PictureText.photo_id).where(func.length(PictureText.text) > 0))
        case Flag.PANORAMA:
            return Photo.is_panorama.is_(True)


def _labelled(names: Sequence[str]) -> Condition:
    labels = select(PhotoLabel.photo_id).join(EmbeddingModel, EmbeddingModel.id == PhotoLabel.model_id)
    return Photo.id.in_(labels.where(EmbeddingModel.active, PhotoLabel.label.in_(listed(names))))


@cache
def _names_of_people() -> tuple[str, ...]:
    """Return the labels that are a person or a kind of one."""
    vocabulary = Vocabulary.load()
    person = next(at for at, label in enumerate(vocabulary.labels) if label.name == "person")
    return tuple(
        label.name for label, is_one in zip(vocabulary.labels, vocabulary.covers[person], strict=True) if is_one
    )
