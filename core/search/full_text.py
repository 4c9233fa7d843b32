"""Ranks photos by the words of their names, folders, places, cameras, tags, captions, labels and pictured text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnClause, Connection, column, func, literal_column, select, table

from core.catalog.schema import PHOTO_TEXT_COLUMNS, Photo
from core.catalog.text_words import query_words
from core.search.filters.matching import Condition
from core.values.case_folding import bare
from core.values.photo import PhotoId, PhotoState
from core.values.query import MatchedIn

MOST_WORDS = 24
_WEIGHTS = {
    "name": 3.0,
    "folder": 2.0,
    "place": 4.0,
    "camera": 2.0,
    "tags": 6.0,
    "caption": 4.0,
    "labels": 2.0,
    "text": 2.0,
}
_MATCHED_IN = {
    "name": MatchedIn.NAME,
    "folder": MatchedIn.FOLDER,
    "place": MatchedIn.PLACE,
    "camera": MatchedIn.CAMERA,
    "tags": MatchedIn.TAG,
    "caption": MatchedIn.CAPTION,
    "labels": MatchedIn.LABEL,
    "text": MatchedIn.TEXT,
}
_STOP_WORDS = frozenset(
    {
        *("a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "into", "is", "it", "its", "of"),
        *("on", "or", "over", "that", "the", "their", "there", "this", "to", "two", "with"),
    }
)
_SHORTEST_PREFIX = 3
_BY_WEIGHT = sorted(_WEIGHTS, key=lambda name: -_WEIGHTS[name])

_PHOTO_TEXT: ColumnClause[str] = literal_column("photo_text")
_TABLE = table("photo_text", column("rowid"), *(column(name) for name in PHOTO_TEXT_COLUMNS))

_RANKED = f"""
SELECT photo_text.rowid, photo_text.* FROM photo_text JOIN photos ON photos.id = photo_text.rowid
WHERE photo_text MATCH ? AND state != '{PhotoState.MISSING}'
ORDER BY bm25(photo_text, {", ".join(str(_WEIGHTS[name]) for name in PHOTO_TEXT_COLUMNS)}) LIMIT ?
"""
_COUNTED = "SELECT count(*) FROM (SELECT rowid FROM photo_text WHERE photo_text MATCH ? LIMIT ?)"


@dataclass(frozen=True, slots=True)
class TextHit:
    """A photo whose text holds words of the query.

    Attributes:
        coverage: share of the query's words that it holds, 0 to 1.
        matched: each word found with where it stands; the first place only.
    """

    photo_id: PhotoId
    coverage: float
    matched: tuple[tuple[str, MatchedIn], ...]


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A word of the query as index tokens; whether it may be cut short; the label that it is another word for."""

    tokens: tuple[str, ...]
    cut_short: bool
    label: str | None

    @property
    def phrase(self) -> str:
        """What the full-text search is asked for."""
        own = _phrase(self.tokens, prefix=self.cut_short)
        return own if self.label is None else f"({own} OR labels : {_phrase((self.label,), prefix=False)})"


def rank(
    connection: Connection,
    words: Sequence[str],
    allowed: Condition | None,
    limit: int,
    *,
    too_common: Callable[[str], bool],
    label_of: Callable[[str], str | None],
) -> list[TextHit]:
    """Return at most `limit` photos that satisfy `allowed` and hold any of `words`, the best first.

    Photos that hold more of the words go first, then bm25 decides. The last word may be cut short, as while typing.
    A word that is `too_common` (the name of the one folder, say) tells nothing and is skipped. A word also stands for
    the label that `label_of` says it is another word for: "puppy" for dog.
    """
    asked = wanted_words(words)
    wanted = [
        _Wanted(tokens, last, label_of(_shown(tokens))) for tokens, last in zip(asked, _are_last(asked), strict=True)
    ]
    telling = [word for word in wanted if not too_common(word.phrase)]
    if not telling:
        return []
    expression = " OR ".join(word.phrase for word in telling)
    if allowed is None:
        rows = connection.exec_driver_sql(_RANKED, (expression, limit)).all()
    else:
        score = func.bm25(_PHOTO_TEXT, *(_WEIGHTS[name] for name in PHOTO_TEXT_COLUMNS))
        joined = select(_TABLE).join(Photo, Photo.id == _TABLE.c.rowid)
        matching = joined.where(_PHOTO_TEXT.op("MATCH")(expression), allowed)
        rows = connection.execute(matching.order_by(score).limit(limit)).all()
    hits = []
    for row in rows:
        matched = _matched(telling, row[1:])
        if matched:
            hits.append(TextHit(PhotoId(row[0]), len(matched) / len(wanted), matched))
    hits.sort(key=lambda hit: -hit.coverage)
    return hits


def count_of(connection: Connection, phrase: str, at_most: int) -> int:
    """Count the photos that hold a phrase, and stop at a number."""
    return int(connection.exec_driver_sql(_COUNTED, (phrase, at_most)).scalar_one())


def wanted_words(words: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    """Return the words that carry meaning, each as its index tokens, without repetition."""
    tokens = dict.fromkeys(word for text in words for word in query_words(text))
    telling = [word for word in tokens if " ".join(word) not in _STOP_WORDS]
    return tuple(telling or tokens)[:MOST_WORDS]


def _are_last(asked: tuple[tuple[str, ...], ...]) -> list[bool]:
    """Say of each word whether it is the last and long enough to be looked for while it is being typed."""
    last = len(asked) - 1
    return [
        number == last and (len(tokens[-1]) >= _SHORTEST_PREFIX or not tokens[-1].isascii())
        for number, tokens in enumerate(asked)
    ]


def _phrase(tokens: tuple[str, ...], *, prefix: bool) -> str:
    return '"' + " ".join(tokens) + '"' + ("*" if prefix else "")


def _matched(asked: Sequence[_Wanted], values: Sequence[str]) -> tuple[tuple[str, MatchedIn], ...]:
    texts = {name: f" {bare(value)} " for name, value in zip(PHOTO_TEXT_COLUMNS, values, strict=True) if value}
    matched = []
    for word in asked:
        written = " " + bare(" ".join(word.tokens)) + ("" if word.cut_short else " ")
        where = next((name for name in _BY_WEIGHT if written in texts.get(name, "")), None)
        if where is None and word.label is not None and f" {bare(word.label)} " in texts.get("labels", ""):
            where = "labels"
        if where is not None:
            matched.append((_shown(word.tokens), _MATCHED_IN[where]))
    return tuple(matched)


def _shown(tokens: tuple[str, ...]) -> str:
    """Put pairs of characters together again."""
    return tokens[0] + "".join(token[-1] for token in tokens[1:])
