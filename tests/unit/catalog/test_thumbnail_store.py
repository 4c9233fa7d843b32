"""The thumbnail store is made anew only when it is damaged; never for want of rights."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.catalog.thumbnails import ThumbnailStore
from core.values.photo import ContentKey

KEY = ContentKey(1, bytes(20))


def _filled(path: Path) -> None:
    store = ThumbnailStore(path, read_only=False)
    store.put([(KEY, b"jpeg")])
    store.close()


def test_a_damaged_store_is_made_anew(tmp_path: Path) -> None:
    path = tmp_path / "thumbnails.sqlite"
    _filled(path)
    path.write_bytes(b"no database " * 500)

    store = ThumbnailStore(path, read_only=False)
    assert store.count() == 0
    store.close()


@pytest.mark.skipif(os.name == "nt", reason="rights are other ones there")
def test_a_store_without_rights_is_told_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "thumbnails.sqlite"
    _filled(path)
    path.chmod(0)
    code = (
        "import sys; from pathlib import Path; from core.catalog.thumbnails import ThumbnailStore\n"
        "from core.values.errors import LibraryUnwritableError\n"
        "try: ThumbnailStore(Path(sys.argv[1]), read_only=False)\n"
        "except LibraryUnwritableError as error: print(error)"
    )
    # Root may read anything, but for what is taken from it.
    without = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []

    said = subprocess.run([*without, sys.executable, "-c", code, str(path)], check=True, capture_output=True, text=True)

    assert "cannot be opened" in said.stdout
    path.chmod(0o600)
    store = ThumbnailStore(path, read_only=False)
    assert store.get(KEY) == b"jpeg"
    store.close()
