"""Takes out of the library what the user's patterns keep out from now on, without looking at the disk.

The photos become missing, as if their files were gone: what the user put on them stays, and comes back with them.
"""

import os

from sqlalchemy import select

from core.catalog import folders
from core.catalog.schema import File, Root
from core.catalog.states import batched
from core.catalog.transaction import Transactions
from core.indexing.scan.exclusions import Exclusions
from core.values.photo import FileState


def take_out(transactions: Transactions, exclusions: Exclusions) -> int:
    """Mark all files that the patterns fit as missing; return how many there were. Roots that are away too."""
    places = select(Root.id, Root.path, File.folder).join(File, File.root_id == Root.id).distinct()
    with transactions.engine.connect() as connection:
        rows = connection.execute(places).all()
    taken = 0
    for row in rows:
        present = select(File.id, File.name).where(
            File.root_id == row.id, File.folder == row.folder, File.state != FileState.MISSING
        )
        with transactions.engine.connect() as connection:
            files = connection.execute(present).all()
        gone = [file.id for file in files if exclusions.keeps_out(row.path, row.folder, file.name)]
        for ids in batched(gone):
            with transactions.begin() as transaction:
                folders.mark_missing(transaction, ids)
        taken += len(gone)
    return taken


def library_folders(*folders_of_library: os.PathLike[str]) -> tuple[bytes, ...]:
    """Return the folders in which a library keeps its own files, as `Exclusions.library` wants them."""
    return tuple(dict.fromkeys(os.fsencode(os.path.abspath(folder)) for folder in folders_of_library))
