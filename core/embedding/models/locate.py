"""Finds a model's files on this machine: the built-in one in `resources/`, all others in the models folder."""

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from core.embedding.models.custom_model import own_entry
from core.embedding.models.manifest import Manifest, advice, read_manifest, sha256_of, verify
from core.embedding.models.registry import ModelEntry, Role, find, is_id, models
from core.values.errors import ModelUnavailableError


@dataclass(frozen=True, slots=True)
class InstalledModel:
    """A model whose files are here.

    Attributes:
        bytes: of all its files.
        source: where it came from, for display.
    """

    entry: ModelEntry
    folder: Path
    bytes: int
    source: str


@dataclass(frozen=True, slots=True)
class VerifiedModel:
    """A model whose files were found right. `fingerprint`: SHA-256 of the weights."""

    entry: ModelEntry
    folder: Path
    fingerprint: str


def installed(models_dir: Path) -> tuple[InstalledModel, ...]:
    """List the models that are here, the registry's first. Their files are not checked, damaged ones are listed."""
    found = [model for entry in models() if (model := _installed(entry, models_dir)) is not None]
    known = {entry.id for entry in models()}
    for folder in sorted(models_dir.iterdir()) if models_dir.is_dir() else []:
        if folder.name in known or not folder.is_dir() or folder.name.startswith("."):
            continue
        try:
            manifest = read_manifest(folder)
            if manifest is not None:
                found.append(_listed(own_entry(folder.name, folder), folder, manifest))
        except ModelUnavailableError:
            continue  # not a model that could be used; `locate` says why when it is asked for
    return tuple(found)


def locate(model_id: str, models_dir: Path, *, thorough: bool = False) -> VerifiedModel:
    """Find and verify a model. `thorough`: read every byte again.

    Raises ModelUnavailableError when it is not here, incomplete or damaged.
    """
    entry = find(model_id)
    if entry is not None and entry.role is Role.BUILT_IN:
        return _built_in(entry, thorough=thorough)
    folder = models_dir / model_id
    manifest = read_manifest(folder) if is_id(model_id) else None
    if manifest is None:
        if entry is None:
            raise ModelUnavailableError(
                f"There is no model {model_id!r}. `eidetic models list` shows those there are; "
                "one of your own is added with `eidetic models import FOLDER`."
            )
        raise ModelUnavailableError(f"The model {entry.title} is not installed. {advice(model_id)}")
    manifest = verify(folder, manifest, thorough=thorough)
    entry = entry or own_entry(model_id, folder)
    return VerifiedModel(entry, folder, manifest.record(entry.weights).sha256)


def _built_in(entry: ModelEntry, *, thorough: bool) -> VerifiedModel:
    folder = _built_in_folder(entry)
    for file in entry.files:
        path = folder / file.name
        try:
            size = path.stat().st_size
        except OSError as error:
            raise ModelUnavailableError(f"The built-in model is missing: {path}. Install Eidetic again.") from error
        if size != file.bytes or (thorough and sha256_of(path) != file.sha256):
            raise ModelUnavailableError(f"The built-in model is damaged: {path}. Install Eidetic again.")
    return VerifiedModel(entry, folder, _fingerprint(entry))


def _fingerprint(entry: ModelEntry) -> str:
    """Of all files together, from what the registry notes: reading them would take longer than a search."""
    noted = "".join(file.sha256 or "" for file in entry.files)
    return hashlib.sha256(noted.encode()).hexdigest()


def _installed(entry: ModelEntry, models_dir: Path) -> InstalledModel | None:
    if entry.role is Role.BUILT_IN:
        folder = _built_in_folder(entry)
        if not all((folder / file.name).is_file() for file in entry.files):
            return None
        return InstalledModel(
            entry, folder, sum((folder / file.name).stat().st_size for file in entry.files), "built in"
        )
    folder = models_dir / entry.id
    try:
        manifest = read_manifest(folder)
    except ModelUnavailableError:
        return InstalledModel(entry, folder, 0, "damaged")
    return None if manifest is None else _listed(entry, folder, manifest)


def _listed(entry: ModelEntry, folder: Path, manifest: Manifest) -> InstalledModel:
    return InstalledModel(entry, folder, sum(file.bytes for file in manifest.files), manifest.source)


def _built_in_folder(entry: ModelEntry) -> Path:
    return Path(str(files("resources"))) / "models" / entry.id
