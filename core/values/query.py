"""A query and its answer, as typed values.

`core.query` turns text into a `Query` and back; `core.search` answers it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from core.values.filters import Filter
from core.values.photo import PhotoId


@dataclass(frozen=True, slots=True)
class Words:
    """Plain words, compared by meaning and as text. A negative weight pushes away."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class ExactWords:
    """Words that must stand literally in a photo's text. `negated`: must not."""

    text: str
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ExamplePhoto:
    """A photo of the library as an example. `feedback`: it is a hit that was pointed at, more or less like this."""

    photo_id: PhotoId
    weight: float = 1.0
    feedback: bool = False


@dataclass(frozen=True, slots=True)
class ExampleFile:
    """A picture file as an example, in the library or not."""

    path: str
    weight: float = 1.0


Term = Words | ExactWords | ExamplePhoto | ExampleFile


class Order(StrEnum):
    """How hits are ordered within the relevant ones."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    OLDEST = "oldest"


@dataclass(frozen=True, slots=True)
class Query:
    """Everything that is asked at once.

    Attributes:
        strictness: 0 (everything is relevant) to 1 (only the surest); moves the relevance line.
        fold: fold bursts and near-duplicates into stacks.
    """

    terms: tuple[Term, ...] = ()
    filters: tuple[Filter, ...] = ()
    order: Order = Order.RELEVANCE
    strictness: float = 0.5
    fold: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked: every photo matches."""
        return not self.terms and not self.filters


class MatchedIn(StrEnum):
    """Where a hit matched."""

    PICTURE = "picture"
    EXAMPLE = "example"
    NAME = "name"
    FOLDER = "folder"
    PLACE = "place"
    CAMERA = "camera"
    TAG = "tag"
    CAPTION = "caption"
    LABEL = "label"
    TEXT = "text"


class Reason(NamedTuple):
    """Why a hit matched: which part of the query, in what, how strongly (0 to 1).

    A tuple, as `Hit` is: each search makes and pickles hundreds of both, which with dataclasses took a third of it.

    Attributes:
        photo_id: the photo of the library that the part is an example of, if it is one.
    """

    part: str
    matched_in: MatchedIn
    strength: float
    detail: str = ""
    photo_id: PhotoId | None = None


class Hit(NamedTuple):
    """One answer.

    Attributes:
        score: for display: cosine of query and photo where the query has meaning, else the text score.
        relevant: above the relevance line.
        moment_ms: for a video, the time of the frame that matched.
        stack: further photos folded under this one.
    """

    photo_id: PhotoId
    score: float
    relevant: bool = True
    moment_ms: int | None = None
    reasons: tuple[Reason, ...] = ()
    stack: tuple[PhotoId, ...] = ()


@dataclass(frozen=True, slots=True)
class Culprit:
    """A part of a query without which photos would fit, where none fits now.

    Attributes:
        matching: how many photos the other filters and exact words allow.
    """

    part: Filter | ExactWords
    matching: int


@dataclass(frozen=True, slots=True)
class SearchResult:
    """The hits of a query, best first, the relevant ones before the weaker.

    Attributes:
        matching: how many photos the filters allow.
        culprits: why no photo passes, the part first that keeps out the most; empty where some do.
        notices: messages for the user, e.g. about a malformed filter that was left out.
        plan: how it was answered, for `--explain`.
        seconds: time in the engine.
        paths: of photos with several files that were asked for by their folder: the file that lies there.
    """

    hits: tuple[Hit, ...] = ()
    matching: int = 0
    notices: tuple[str, ...] = ()
    plan: tuple[str, ...] = field(default=())
    seconds: float = 0.0
    culprits: tuple[Culprit, ...] = ()
    paths: Mapping[PhotoId, str] = field(default_factory=dict)
