"""Downloads a model of the registry from the Hugging Face hub: resumable, checked, all or nothing.

The only place in the program that opens a network connection. What is sent: the names of the files asked for, the
versions of Python and of the hub's client; no account, no token.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from filelock import FileLock, Timeout

from core.embedding.models.install import ModelNotInstallableError, check_room, install, seal
from core.embedding.models.registry import ModelEntry, ModelFile, find, models
from core.values.errors import EideticError, UsageError

log = logging.getLogger(__name__)

_SHA256_LENGTH = 64
_PIECE_BYTES = 1 << 20
"""Read at once: smaller than the client's own 10 MB, so that a slow line shows progress and can be stopped."""


class DownloadFailedError(EideticError):
    """The hub cannot be reached, or no longer has the file. What came so far is kept for the next attempt."""


class DownloadStoppedError(EideticError):
    """The user stopped the download. What came so far is kept for the next attempt."""


@dataclass(frozen=True, slots=True)
class DownloadProgress:
    """How far a download is, all files together. `file`: the one in hand."""

    file: str
    done_bytes: int
    total_bytes: int


@dataclass(frozen=True, slots=True)
class _Published:
    """A file as the hub offers it. `sha256`: None for small files, of which the hub tells another hash."""

    file: ModelFile
    url: str
    commit: str
    etag: str
    bytes: int

    @property
    def sha256(self) -> str | None:
        return self.etag if len(self.etag) == _SHA256_LENGTH else None

    def partial(self, folder: Path) -> Path:
        return folder / f"{self.file.name}.{self.etag[:16]}.partial"


def download_model(
    model_id: str,
    models_dir: Path,
    *,
    on_progress: Callable[[DownloadProgress], None] = lambda progress: None,
    stopped: Callable[[], bool] = lambda: False,
    endpoint: str | None = None,
) -> ModelEntry:
    """Download and install a model; an older download of it is replaced when the new one is complete.

    `on_progress` is called for each MB; `stopped` is asked as often. `endpoint`: another address than
    the hub's own, such as a mirror.

    Raises UsageError for a model that cannot be downloaded, DownloadFailedError, DownloadStoppedError,
    ModelNotInstallableError when there is no room or what came is not what was published.
    """
    entry = _downloadable(model_id)
    partial = models_dir / f".partial-{entry.id}"
    with _explained(entry, models_dir), _alone(models_dir / f".download-{entry.id}.lock", entry):
        published = [_ask(entry, file, endpoint) for file in entry.files]
        partial.mkdir(exist_ok=True)
        _forget_other_versions(partial, published)
        total = sum(offer.bytes for offer in published)
        done = sum(_size(offer.partial(partial)) for offer in published)
        check_room(models_dir, total - done)
        for offer in published:

            def watch(count: int, offer: _Published = offer) -> None:
                nonlocal done
                done += count
                on_progress(DownloadProgress(offer.file.name, done, total))
                if stopped():
                    raise DownloadStoppedError(f"The download of {entry.title} was stopped.")

            watch(0)
            _fetch(offer, offer.partial(partial), watch)
        _finish(entry, partial, published, models_dir)
    return entry


def _downloadable(model_id: str) -> ModelEntry:
    entry = find(model_id)
    if entry is None or entry.hub is None:
        known = ", ".join(other.id for other in models() if other.hub is not None)
        raise UsageError(f"{model_id!r} cannot be downloaded; these can: {known}.")
    return entry


def _ask(entry: ModelEntry, file: ModelFile, endpoint: str | None) -> _Published:
    from huggingface_hub import get_hf_file_metadata, hf_hub_url

    url = hf_hub_url(str(entry.hub), file.name, revision=entry.revision, endpoint=endpoint)
    offer = get_hf_file_metadata(url, token=False, endpoint=endpoint, library_name="eidetic")
    if offer.etag is None or offer.size is None:
        raise DownloadFailedError(f"{url} was not answered by a Hugging Face hub. Is there a login page in between?")
    return _Published(file, url, offer.commit_hash or entry.revision, offer.etag, offer.size)


def _fetch(offer: _Published, partial: Path, watch: Callable[[int], None]) -> None:
    from huggingface_hub.file_download import http_get

    with partial.open("ab") as file:
        watched = cast("BinaryIO", _Watched(file, watch))
        http_get(offer.url, watched, resume_size=file.tell(), expected_size=offer.bytes)


def _finish(entry: ModelEntry, partial: Path, published: list[_Published], models_dir: Path) -> None:
    hashes = {offer.file.name: offer.sha256 for offer in published}
    for offer in published:
        offer.partial(partial).replace(partial / offer.file.name)
    try:
        seal(partial, entry, f"{entry.hub} at {published[0].commit[:12]}", hashes.get)
    except ModelNotInstallableError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise ModelNotInstallableError(
            f"The download of {entry.title} was damaged on its way: {error} Try again."
        ) from error
    install(partial, models_dir / entry.id)


def _forget_other_versions(partial: Path, published: list[_Published]) -> None:
    """Remove what an earlier attempt left of files that have changed on the hub since."""
    wanted = {offer.partial(partial): offer.bytes for offer in published}
    for path in partial.iterdir():
        if path not in wanted or path.stat().st_size > wanted[path]:
            path.unlink()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


@contextmanager
def _alone(lock_file: Path, entry: ModelEntry) -> Iterator[None]:
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(lock_file, timeout=0):
            yield
    except Timeout:
        raise UsageError(f"{entry.title} is being downloaded already.") from None


@contextmanager
def _explained(entry: ModelEntry, models_dir: Path) -> Iterator[None]:
    """Turn what the hub's client and the disk may raise into messages."""
    # Without this the client looks for traces of automation on this machine, and asks the hub for a list of them.
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    import httpx2
    from huggingface_hub import constants
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled
    from huggingface_hub.utils.tqdm import disable_progress_bars

    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.DOWNLOAD_CHUNK_SIZE = _PIECE_BYTES
    disable_progress_bars("huggingface_hub.http_get")
    advice = "Try again later: it goes on where it stopped. A model can also be imported from a folder."
    try:
        yield
    except OfflineModeIsEnabled as error:
        raise DownloadFailedError("Downloads are switched off by the variable HF_HUB_OFFLINE.") from error
    except HfHubHTTPError as error:
        status = error.response.status_code
        raise DownloadFailedError(f"The hub does not give {entry.hub} (status {status}). {advice}") from error
    except httpx2.HTTPError as error:
        raise DownloadFailedError(f"The hub cannot be reached ({type(error).__name__}: {error}). {advice}") from error
    except OSError as error:
        what = error.strerror or str(error).splitlines()[0]
        raise DownloadFailedError(f"{entry.title} could not be stored in {models_dir}: {what}. {advice}") from error


class _Watched:
    """A file that tells how much is written to it; http_get needs these four methods of one."""

    def __init__(self, file: BinaryIO, watch: Callable[[int], None]) -> None:
        self._file = file
        self._watch = watch
        self.tell, self.seek = file.tell, file.seek

    def write(self, data: bytes) -> int:
        """Write, then tell."""
        count = self._file.write(data)
        self._watch(count)
        return count

    def truncate(self, size: int | None = None) -> int:
        """Cut the file, where it stands unless told where; what was told as written is taken back."""
        keep = self._file.tell() if size is None else size
        before = self._file.seek(0, os.SEEK_END)
        self._file.truncate(keep)
        self._file.seek(keep)
        self._watch(keep - before)
        return keep
