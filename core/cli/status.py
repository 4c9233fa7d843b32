"""`eidetic status`: what is in the library, and how it does. Reads only; works while the window indexes."""

from dataclasses import asdict, dataclass, replace
from typing import Annotated

import typer

from core.cli import left_out
from core.cli.engines import catalog_reader
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import count, path_fields, say, say_json, size
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings
from core.values.enrichment import EnrichmentKind
from core.values.paths import escaped, shown


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(status)


@dataclass(frozen=True, slots=True)
class ModelState:
    """The model that is chosen, and the one that answers searches: another one while photos are embedded again.

    `device`, `precision`, `batch_size`: as its trial on this machine chose; None before that.
    """

    chosen: str
    installed: bool
    answering: str | None
    device: str | None = None
    precision: str | None = None
    batch_size: int | None = None

    def __str__(self) -> str:
        parts = [self.chosen]
        if not self.installed:
            parts.append("NOT INSTALLED: `eidetic models list` shows which are")
        if self.precision is not None:
            parts.append(f"{self.precision} on {self.device}, {self.batch_size} photos at once")
        if self.answering not in {None, self.chosen}:
            parts.append(f"searches are still answered by {self.answering}")
        return ", ".join(parts)


def status(
    context: typer.Context,
    library: LibraryOption = None,
    as_json: JsonOption = False,
    list_left_out: Annotated[
        bool, typer.Option("--left-out", help="List what is not indexed in the library's folders, and why.")
    ] = False,
) -> None:
    """Show the library: folders, counts, model, index, and who has it open."""
    from core.engine.lock import is_locked, owner_of
    from core.media.ocr import is_available
    from core.settings import store

    paths = paths_of(context, library)
    with catalog_reader(paths) as reader:
        counts, roots, active, understood, skipped = (
            reader.counts(),
            reader.roots(),
            reader.active_model(),
            reader.understood(),
            reader.left_out(),
        )
        to_come = reader.enrichment_to_come()
    if list_left_out and not as_json:
        for line in left_out.listing(skipped):
            say(line)
        return
    owner = owner_of(paths) if is_locked(paths) else None
    settings = store.load(paths.settings)
    model = _model(paths, settings.model, active)
    index_bytes = _index_bytes(paths)
    can_read_text = is_available()
    if as_json:
        say_json(
            {
                "library": path_fields(str(paths.data)),
                "in_use_by": None if owner is None else asdict(owner),
                "model": asdict(model),
                "photos": {
                    "found": counts.found,
                    "ready": counts.ready,
                    "waiting": counts.waiting,
                    "failed": counts.failed,
                    "missing": counts.missing,
                },
                "roots": [
                    {**path_fields(root.path), "id": int(root.root_id), "photos": root.photos, "offline": root.offline}
                    for root in roots
                ],
                "understood": {
                    **asdict(understood),
                    "can_read_text": can_read_text,
                    "to_come": {kind.value: left for kind, left in to_come.items()},
                },
                "left_out": left_out.as_json(skipped),
                "index_bytes": index_bytes,
            }
        )
        return
    say(f"library  {shown(paths.data)}")
    if owner is not None:
        say(f"open in  {owner}")
    say(f"model    {model}")
    say(f"index    {size(index_bytes)}")
    say(f"photos   {counts.found:,}: {counts.ready:,} ready, {counts.waiting:,} waiting, {counts.failed:,} failed")
    if counts.missing:
        say(f"         {count(counts.missing, 'photo')} missing: the files are gone, or left out")
    for number, line in enumerate(left_out.summary(skipped)):
        say(f"{'' if number else 'left out':8} {line}")

    def left(kind: EnrichmentKind) -> str:
        return f"; {to_come[kind]:,} to come" if to_come[kind] else ""

    off = left(EnrichmentKind.LABELS) if settings.indexing.label_photos else "; turned off by indexing.label_photos"
    say(f"labels   {count(understood.labelled, 'photo')} labelled{off}")
    if understood.looked_for_text or can_read_text:
        looked_at = count(understood.looked_for_text, "photo")
        reads = can_read_text and settings.indexing.read_text
        more = left(EnrichmentKind.TEXT) if reads else ""
        say(f"text     found in {understood.with_text:,} of {looked_at} looked at{more}")
    if not settings.indexing.read_text:
        say("text     not read in more pictures: turned off by indexing.read_text")
    elif not can_read_text:
        say("text     not read in pictures: the extra `ocr` is not installed (pip install 'eidetic[ocr]')")
    say("folders")
    for root in roots:
        offline = f"  OFFLINE: {root.offline}" if root.offline else ""
        say(f"  {escaped(root.path)}  {count(root.photos, 'photo')}{offline}")
    if not roots:
        say("  none yet; add one with: eidetic index FOLDER")


def _model(paths: LibraryPaths, settings: ModelSettings, active: str | None) -> ModelState:
    from core.embedding.models.locate import installed
    from core.embedding.runtime.dtype import last_choice
    from core.embedding.runtime.load import TRIAL

    state = ModelState(settings.id, settings.id in {model.entry.id for model in installed(paths.models)}, active)
    choice = last_choice(paths.models / settings.id / TRIAL)
    if choice is None:
        return state
    return replace(state, device=choice.device, precision=choice.dtype, batch_size=choice.batch_size)


def _index_bytes(paths: LibraryPaths) -> int:
    if not paths.vectors.is_dir():
        return 0
    return sum(file.stat().st_size for file in paths.vectors.glob("*") if file.is_file())
