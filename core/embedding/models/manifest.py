"""The list of a model's files with their SHA-256, kept beside them, and the check against it.

A full check reads every byte (a second a gigabyte); it is made when a file's size or time differ from what the
manifest noted, or on demand.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from core.values.errors import ModelUnavailableError

MANIFEST = "manifest.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A file as installed. `modified_ns`: its time when its content was last found right."""

    name: str
    bytes: int
    sha256: str
    modified_ns: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """The files of one model. `source`: where they came from, for display."""

    model: str
    source: str
    files: tuple[FileRecord, ...]

    def record(self, name: str) -> FileRecord:
        """Return what is noted of a file. Raises ModelUnavailableError when nothing is."""
        for file in self.files:
            if file.name == name:
                return file
        raise ModelUnavailableError(f"The model {self.model} was installed without {name}. {advice(self.model)}")


_FILE = TypeAdapter(Manifest)


def advice(model_id: str) -> str:
    """Say how to get a model right again."""
    return f"Run `eidetic models download {model_id}`, or import it from a folder with `eidetic models import`."


def read_manifest(folder: Path) -> Manifest | None:
    """Return the manifest in `folder`, None when there is none. Raises ModelUnavailableError when it is damaged."""
    try:
        return _FILE.validate_json((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValidationError) as error:
        raise ModelUnavailableError(f"{folder / MANIFEST} cannot be read. {advice(folder.name)}") from error


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest, all or nothing."""
    temporary = folder / f"{MANIFEST}.new"
    temporary.write_bytes(_FILE.dump_json(manifest, indent=2) + b"\n")
    temporary.replace(folder / MANIFEST)


def record_file(path: Path, sha256: str) -> FileRecord:
    """Note a file whose SHA-256 is known."""
    status = path.stat()
    return FileRecord(path.name, status.st_size, sha256, status.st_mtime_ns)


def verify(folder: Path, manifest: Manifest, *, thorough: bool = False) -> Manifest:
    """Check the files against the manifest and return it, with new times where a file was read and found right.

    Raises ModelUnavailableError naming the file that is missing or damaged.
    """
    records = tuple(_verified(folder / record.name, record, manifest.model, thorough) for record in manifest.files)
    checked = replace(manifest, files=records)
    if checked != manifest:
        try:
            write_manifest(folder, checked)
        except OSError:
            return checked  # a read-only folder: the files are right, only the next start reads them again
    return checked


def sha256_of(path: Path, on_bytes: Callable[[int], None] | None = None) -> str:
    """Return the SHA-256 of a file, hexadecimal. `on_bytes` hears how many bytes each step read."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            if on_bytes is not None:
                on_bytes(len(chunk))
    return digest.hexdigest()


def _verified(path: Path, record: FileRecord, model_id: str, thorough: bool) -> FileRecord:
    try:
        status = path.stat()
        if status.st_size != record.bytes:
            raise ModelUnavailableError(
                f"{path} has {status.st_size} bytes instead of {record.bytes}: it is incomplete or was changed. "
                + advice(model_id)
            )
        if not thorough and status.st_mtime_ns == record.modified_ns:
            return record
        if sha256_of(path) != record.sha256:
            raise ModelUnavailableError(f"{path} is damaged: its SHA-256 is not the noted one. {advice(model_id)}")
    except FileNotFoundError:
        raise ModelUnavailableError(f"{path} is missing. {advice(model_id)}") from None
    except OSError as error:
        raise ModelUnavailableError(f"{path} cannot be read: {error.strerror}. {advice(model_id)}") from error
    return replace(record, modified_ns=status.st_mtime_ns)
