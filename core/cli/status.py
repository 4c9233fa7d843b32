"""`eidetic status`: what is in the library, and how it does. Reads only; works while the window indexes."""

from dataclasses import asdict

import typer

from core.cli.engines import catalog_reader
from core.cli.options import JsonOption, LibraryOption, paths_of
from core.cli.output import count, path_fields, say, say_json, size
from core.settings.paths import LibraryPaths
from core.values.paths import shown


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command()(status)


def status(context: typer.Context, library: LibraryOption = None, as_json: JsonOption = False) -> None:
    """Show the library: folders, counts, model, index, and who has it open."""
    from core.engine.lock import is_locked, owner_of
    from core.media.text import is_available
    from core.settings import store

    paths = paths_of(context, library)
    with catalog_reader(paths) as reader:
        counts, roots, active, understood = (
            reader.counts(),
            reader.roots(),
            reader.active_model(),
            reader.understood(),
        )
    owner = owner_of(paths) if is_locked(paths) else None
    chosen = store.load(paths.settings).model.id
    index_bytes = _index_bytes(paths)
    can_read_text = is_available()
    if as_json:
        say_json(
            {
                "library": path_fields(str(paths.data)),
                "in_use_by": None if owner is None else asdict(owner),
                "model": {"chosen": chosen, "answering": active},
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
                "understood": {**asdict(understood), "can_read_text": can_read_text},
                "index_bytes": index_bytes,
            }
        )
        return
    say(f"library  {shown(paths.data)}")
    if owner is not None:
        say(f"open in  {owner}")
    say(f"model    {chosen}" + (f" (searches are still answered by {active})" if active not in {None, chosen} else ""))
    say(f"index    {size(index_bytes)}")
    say(f"photos   {counts.found:,}: {counts.ready:,} ready, {counts.waiting:,} waiting, {counts.failed:,} failed")
    if counts.missing:
        say(f"         {count(counts.missing, 'photo')} missing: the files are gone")
    say(f"labels   {count(understood.labelled, 'photo')} labelled")
    if understood.looked_for_text or can_read_text:
        say(f"text     found in {understood.with_text:,} of {count(understood.looked_for_text, 'photo')} looked at")
    if not can_read_text:
        say("text     not read in pictures: the extra `ocr` is not installed (pip install 'eidetic[ocr]')")
    say("folders")
    for root in roots:
        offline = f"  OFFLINE: {root.offline}" if root.offline else ""
        say(f"  {shown(root.path)}  {count(root.photos, 'photo')}{offline}")
    if not roots:
        say("  none yet; add one with: eidetic index FOLDER")


def _index_bytes(paths: LibraryPaths) -> int:
    if not paths.vectors.is_dir():
        return 0
    return sum(file.stat().st_size for file in paths.vectors.glob("*") if file.is_file())
