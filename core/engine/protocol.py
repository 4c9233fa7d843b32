"""What goes over the pipe between a front end and the engine: requests, replies, events; all frozen dataclasses.

Each request names its reply's type. A request that fails is answered with `Failure`. Events come unasked.
"""

from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Generic, TypeVar

from core.values.jobs import JobId, JobStatus
from core.values.photo import FileId, PhotoId, RootId
from core.values.progress import Progress
from core.values.query import Query, SearchResult

R_co = TypeVar("R_co", covariant=True)


class Lane(Enum):
    """What a request may wait behind. Within a lane requests are answered in the order they came, but for questions."""

    QUESTION = "only reads; several at once"
    CHANGE = "a few milliseconds in memory and catalog"
    PICTURE = "decodes a file to be looked at: up to seconds"
    DISK = "may wait for a disk or a folder far away"


@dataclass(frozen=True, slots=True)
class Request(Generic[R_co]):
    """Something a front end asks for; `R_co` is the type of the answer.

    What takes long is none: it becomes a job (`core.engine.jobs`), whose id is the answer.
    """

    lane: ClassVar[Lane] = Lane.CHANGE


@dataclass(frozen=True, slots=True)
class AddRoot(Request[RootId]):
    """Add a folder (or scan it again when it is known) and index what is in it."""

    lane: ClassVar[Lane] = Lane.DISK
    path: str


@dataclass(frozen=True, slots=True)
class RemoveRoot(Request[JobId]):
    """Remove a folder and the photos that are only in it, by a job. Files are not touched.

    What the user said of the photos is kept, and back when the folder is added again; `forget`: it is not.
    """

    root_id: RootId
    forget: bool = False


@dataclass(frozen=True, slots=True)
class StopJob(Request[None]):
    """End a job before it is done; what it did so far is taken back where that can be. One that is done stays done."""

    job_id: JobId


@dataclass(frozen=True, slots=True)
class ChangeExclusions(Request[int]):
    """Keep folders or patterns out of the library, or let them in again. Answers how many files that took out."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Rescan(Request[None]):
    """Compare folders with the catalog now; all of them when `root_id` is None."""

    root_id: RootId | None = None


@dataclass(frozen=True, slots=True)
class Pause(Request[None]):
    """Stop indexing until `Resume`; searching goes on."""


@dataclass(frozen=True, slots=True)
class Resume(Request[None]):
    """Go on with indexing. `regardless`: also on battery ("finish now")."""

    regardless: bool = False


@dataclass(frozen=True, slots=True)
class RetryFailed(Request[int]):
    """Read failed files again: these, or all. Answers how many."""

    file_ids: tuple[FileId, ...] | None = None


@dataclass(frozen=True, slots=True)
class Search(Request[SearchResult]):
    """Answer a query with at most `limit` hits. `remember`: keep `text` among the recent searches."""

    lane: ClassVar[Lane] = Lane.QUESTION
    query: Query
    limit: int = 500
    remember: str | None = None


@dataclass(frozen=True, slots=True)
class ReadPicture(Request[bytes]):
    """Decode a file to be looked at, which a front end's toolkit cannot: JPEG, its longer side at most `longest` px."""

    lane: ClassVar[Lane] = Lane.PICTURE
    path: str
    longest: int


@dataclass(frozen=True, slots=True)
class RememberSearch(Request[None]):
    """Put a text first among the recent searches; for a front end that searches while it is typed."""

    text: str


@dataclass(frozen=True, slots=True)
class ForgetSearches(Request[None]):
    """Take a text from the recent searches; all of them when it is None."""

    text: str | None = None


@dataclass(frozen=True, slots=True)
class SetFavourite(Request[None]):
    """Mark or unmark favourites."""

    photo_ids: tuple[PhotoId, ...]
    favourite: bool


@dataclass(frozen=True, slots=True)
class SetRating(Request[None]):
    """Rate photos, 0 to 5; None takes the user's rating back."""

    photo_ids: tuple[PhotoId, ...]
    rating: int | None


@dataclass(frozen=True, slots=True)
class ChangeTags(Request[None]):
    """Put tags on photos and take others off. `by_user`: what is added is not a keyword that the file has."""

    photo_ids: tuple[PhotoId, ...]
    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()
    by_user: bool = True


@dataclass(frozen=True, slots=True)
class ModelStatus:
    """The model in use. `problem`: why it cannot be, with what to do; None when it can."""

    id: str
    title: str
    ready: bool
    device: str | None = None
    precision: str | None = None
    batch_size: int | None = None
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class EngineStatus:
    """The state of the engine at one moment. `jobs`: those not done, the one being done first."""

    progress: Progress
    model: ModelStatus
    vectors: int
    index_bytes: int
    watching: tuple[str, ...] = ()
    polling: tuple[str, ...] = ()
    jobs: tuple[JobStatus, ...] = ()


@dataclass(frozen=True, slots=True)
class GetStatus(Request[EngineStatus]):
    """Ask for the engine's state."""

    lane: ClassVar[Lane] = Lane.QUESTION


@dataclass(frozen=True, slots=True)
class UseModel(Request[None]):
    """Make another installed model the active one; photos are embedded again from their thumbnails."""

    lane: ClassVar[Lane] = Lane.DISK
    model_id: str


@dataclass(frozen=True, slots=True)
class ReloadSettings(Request[None]):
    """Read `settings.toml` again and apply what changed."""

    lane: ClassVar[Lane] = Lane.DISK


@dataclass(frozen=True, slots=True)
class Shutdown(Request[None]):
    """Finish the batch in hand, save the index, end."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a request failed. `expected`: an `EideticError`, whose message is for the user; else a bug."""

    kind: str
    message: str
    expected: bool
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A request on its way to the engine."""

    number: int
    request: Request[object]


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply on its way back to call `number`."""

    number: int
    value: object


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened in the engine, told unasked."""


@dataclass(frozen=True, slots=True)
class Ready(Event):
    """The library is open and requests are served; the model may still be loading."""


@dataclass(frozen=True, slots=True)
class OpenFailed(Event):
    """The library cannot be opened; the process ends after this and is not started again by itself."""

    failure: Failure


@dataclass(frozen=True, slots=True)
class ProgressChanged(Event):
    """At most ten times a second."""

    progress: Progress


@dataclass(frozen=True, slots=True)
class LibraryChanged(Event):
    """Photos appeared, changed or vanished in the catalog; views read it again.

    Attributes:
        changed: photos whose rows changed in place; empty when `order_changed` says all.
        order_changed: photos were added, removed or re-dated.
    """

    changed: tuple[PhotoId, ...] = ()
    order_changed: bool = False


@dataclass(frozen=True, slots=True)
class RootsChanged(Event):
    """A folder was added, removed, went offline or came back."""


@dataclass(frozen=True, slots=True)
class JobChanged(Event):
    """A job began, got on, or ended. At most ten times a second."""

    status: JobStatus


@dataclass(frozen=True, slots=True)
class ModelChanged(Event):
    """The model was loaded, failed to load, or was replaced."""

    status: ModelStatus


@dataclass(frozen=True, slots=True)
class Notice(Event):
    """A message for the user that belongs to no request, e.g. that a folder is polled."""

    text: str
    is_problem: bool = False
