"""Puts models into the models folder from files on this machine, and takes them out. All or nothing, no pickles."""

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from safetensors import SafetensorError, safe_open

from core.embedding.models.custom_model import CONFIGURATION, TOKENIZER, WEIGHTS, own_entry, wrapped_configuration
from core.embedding.models.manifest import (
    MANIFEST,
    FileRecord,
    Manifest,
    read_manifest,
    record_file,
    sha256_of,
    write_manifest,
)
from core.embedding.models.registry import ModelEntry, Role, find, is_id, models
from core.values.errors import EideticError, UsageError

PICKLES = frozenset({".bin", ".pt", ".pth", ".ckpt", ".pkl"})
_SPARE_BYTES = 64 << 20


class ModelNotInstallableError(EideticError):
    """The files given are no model, not the model they should be, or there is no room for them."""


def import_model(source: Path, models_dir: Path, model_id: str | None = None) -> ModelEntry:
    """Install a model from a folder, or from a safetensors file with its companions beside it.

    One of the registry is recognised by `model_id`, by a manifest (a copy of another machine's models folder), or
    by the folder's name; anything else is the user's own checkpoint: `open_clip_config.json` (or a single JSON with
    an open_clip architecture), one safetensors file, and `tokenizer.json` where the configuration calls for it.

    Raises ModelNotInstallableError, ModelUnavailableError or UsageError with what is wrong; nothing is changed then.
    """
    folder = source if source.is_dir() else source.parent
    if not source.exists():
        raise ModelNotInstallableError(f"There is no file or folder {source}.")
    if not source.is_dir() and not source.is_file():
        raise ModelNotInstallableError(f"{source} is neither a file nor a folder: a device or a pipe is no model.")
    try:
        weights = _weights(source)
    except OSError as error:
        raise ModelNotInstallableError(f"{source} cannot be read: {error.strerror or error}.") from error
    entry = _recognised(folder, model_id)
    if entry is not None:
        names = {file.name: folder / file.name for file in entry.files}
        names[entry.weights] = weights
    else:
        model_id = check_id(_id_from(source, folder) if model_id is None else model_id)
        names = {WEIGHTS: weights, CONFIGURATION: _configuration(folder)}
        if (folder / TOKENIZER).is_file():
            names[TOKENIZER] = folder / TOKENIZER
    missing = [name for name, path in names.items() if not path.is_file()]
    if missing:
        raise ModelNotInstallableError(f"{folder} lacks {', '.join(missing)}, which this model needs.")
    final_id = entry.id if entry is not None else str(model_id)
    check_room(models_dir, sum(path.stat().st_size for path in names.values()))
    with incoming(models_dir, final_id) as fresh:
        for name, path in names.items():
            if name == CONFIGURATION:
                (fresh / name).write_text(wrapped_configuration(path), "utf-8")
            else:
                shutil.copyfile(path, fresh / name)
        entry = entry or own_entry(final_id, fresh)
        seal(fresh, entry, f"imported from {folder}")
        install(fresh, models_dir / final_id)
    return entry


def remove_model(model_id: str, models_dir: Path) -> None:
    """Delete an installed model. Raises UsageError for the built-in one and for one that is not there."""
    entry = find(model_id)
    if entry is not None and entry.role is Role.BUILT_IN:
        raise UsageError("The built-in model cannot be removed.")
    folder = models_dir / check_id(model_id)
    if not (folder / MANIFEST).is_file():
        raise UsageError(f"The model {model_id!r} is not installed.")
    (folder / MANIFEST).unlink()
    shutil.rmtree(folder)


def check_id(model_id: str) -> str:
    """Return `model_id` when it can name a folder. Raises UsageError when it cannot."""
    if not is_id(model_id):
        raise UsageError(f"{model_id!r} cannot name a model: use small letters, digits, dots and dashes.")
    return model_id


def check_room(folder: Path, needed: int) -> None:
    """Raise ModelNotInstallableError unless there is room for `needed` bytes where `folder` is."""
    there = next(parent for parent in (folder, *folder.absolute().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    if free < needed + _SPARE_BYTES:
        raise ModelNotInstallableError(
            f"There is no room for the model: it needs {_megabytes(needed)} MB in {folder}, "
            f"where {_megabytes(free)} MB are free."
        )


@contextmanager
def incoming(models_dir: Path, model_id: str) -> Iterator[Path]:
    """Give a fresh folder beside the installed models, removed in the end whatever happened.

    Raises ModelNotInstallableError when the disk cannot be written.
    """
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".incoming-", dir=models_dir, ignore_cleanup_errors=True) as name:
            fresh = Path(name) / model_id
            fresh.mkdir()
            yield fresh
    except OSError as error:
        raise ModelNotInstallableError(
            f"The model cannot be written to {models_dir}: {error.strerror or error}."
        ) from error


def seal(
    folder: Path, entry: ModelEntry, source: str, published: Callable[[str], str | None] = lambda name: None
) -> Manifest:
    """Check the files in `folder` and write their manifest.

    `published`: the SHA-256 that a file must have where it is known; the registry's own is checked too.
    Raises ModelNotInstallableError when a file is not what it should be.
    """
    check_safetensors(folder / entry.weights)
    records: list[FileRecord] = []
    for file in entry.files:
        found = sha256_of(folder / file.name)
        for expected in (file.sha256, published(file.name)):
            if expected is not None and expected != found:
                raise ModelNotInstallableError(
                    f"{file.name} is not the published file: its SHA-256 is {found}, expected {expected}."
                )
        records.append(record_file(folder / file.name, found))
    manifest = Manifest(entry.id, source, tuple(records))
    write_manifest(folder, manifest)
    return manifest


def install(fresh: Path, final: Path) -> None:
    """Put a sealed folder in its place. An older model there goes only when the new one is complete."""
    if not final.exists():
        fresh.rename(final)
        return
    old = final.with_name(f".old-{final.name}")
    shutil.rmtree(old, ignore_errors=True)
    final.rename(old)
    try:
        fresh.rename(final)
    except OSError:
        old.rename(final)
        raise
    shutil.rmtree(old, ignore_errors=True)


def check_safetensors(path: Path) -> None:
    """Raise ModelNotInstallableError unless `path` is a whole safetensors file."""
    try:
        with safe_open(path, framework="numpy") as file:
            if not file.keys():
                raise ModelNotInstallableError(f"{path} holds no weights.")
    except (SafetensorError, OSError) as error:
        raise ModelNotInstallableError(f"{path} is no whole safetensors file ({error}).") from error


def _weights(source: Path) -> Path:
    found = [source] if source.is_file() else sorted(source.glob("*.safetensors"))
    safe = [path for path in found if path.suffix == ".safetensors"]
    if len(safe) == 1:
        return safe[0]
    if len(safe) > 1:
        named = [path for path in safe if path.name == WEIGHTS]
        if named:
            return named[0]
        raise ModelNotInstallableError(f"{source} has several safetensors files; name the one to import.")
    beside = found if source.is_file() else list(source.iterdir())
    if any(path.suffix in PICKLES for path in beside):
        raise ModelNotInstallableError(
            f"{source} has its weights as a pickle, which can run any code when it is opened. "
            "Only safetensors files are imported; most models are published as such too."
        )
    raise ModelNotInstallableError(f"{source} has no safetensors file.")


def _recognised(folder: Path, model_id: str | None) -> ModelEntry | None:
    for name in [model_id] if model_id is not None else [_noted_id(folder), folder.name]:
        entry = find(name) if name else None
        if entry is not None and entry.role is Role.BUILT_IN:
            raise UsageError("The built-in model needs no import.")
        if entry is not None:
            return entry
    return None


def _noted_id(folder: Path) -> str | None:
    manifest = read_manifest(folder)
    return None if manifest is None else manifest.model


def _configuration(folder: Path) -> Path:
    if (folder / CONFIGURATION).is_file():
        return folder / CONFIGURATION
    known = ", ".join(entry.id for entry in models() if entry.role is not Role.BUILT_IN)
    architectures = [path for path in sorted(folder.glob("*.json")) if "embed_dim" in _keys(path)]
    if len(architectures) == 1:
        return architectures[0]
    raise ModelNotInstallableError(
        f"{folder} has no {CONFIGURATION}. If it is one of {known}, say which; "
        "a checkpoint of your own needs its open_clip configuration beside it."
    )


def _keys(path: Path) -> frozenset[str]:
    try:
        whole = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return frozenset()
    return frozenset(whole) if isinstance(whole, dict) else frozenset()


def _id_from(source: Path, folder: Path) -> str:
    name = _noted_id(folder) or (source.stem if source.is_file() else source.resolve().name)
    return re.sub(r"[^a-z0-9._-]+", "-", name.lower()).strip("-._") or "own"


def _megabytes(count: int) -> int:
    return round(count / 1e6)
