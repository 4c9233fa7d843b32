"""Thousands of files moved, renamed, swapped, replaced, touched and deleted while indexing runs and watches.

The catalog ends equal to a fresh one, and tags follow their photos.
"""

import os
import random
from pathlib import Path

import pytest

from tests.unit.indexing.library import Library, OpenLibrary, make_photo

FOLDERS = ("", "a", "b", "a/deep")


class Churn:
    """Does things to files, and keeps what content is where."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.chance = random.Random(seed)
        self.at: dict[str, int] = {}
        self.next = 0
        self.where_tagged: dict[int, str] = {}
        for name in FOLDERS:
            (folder / name).mkdir(parents=True, exist_ok=True)

    def new_path(self) -> str:
        return os.path.join(self.chance.choice(FOLDERS), f"{self.chance.randrange(10**6):06}.jpg")

    def any_path(self) -> str:
        return self.chance.choice(sorted(self.at))

    def create(self, path: str | None = None) -> None:
        path = path or self.new_path()
        make_photo(self.folder / path, self.next, (64, 48))
        self.at[path] = self.next
        self.next += 1

    def step(self) -> None:
        action = self.chance.choice(("create", "move", "swap", "replace", "touch", "delete", "copy", "rename folder"))
        if action == "create" or len(self.at) < 10:
            self.create()
        elif action == "move":
            source, target = self.any_path(), self.new_path()
            (self.folder / source).replace(self.folder / target)
            self.at[target] = self.at.pop(source)
        elif action == "swap":
            one, other = self.any_path(), self.any_path()
            (self.folder / one).rename(self.folder / "between")
            if one != other:
                (self.folder / other).rename(self.folder / one)
            (self.folder / "between").rename(self.folder / other)
            self.at[one], self.at[other] = self.at[other], self.at[one]
        elif action == "replace":
            path = self.any_path()
            if self.at[path] not in self.where_tagged:
                self.create(path)
        elif action == "touch":
            os.utime(self.folder / self.any_path())
        elif action == "delete":
            path = self.any_path()
            if self.at[path] not in self.where_tagged:
                (self.folder / path).unlink()
                del self.at[path]
        elif action == "copy":
            source, target = self.any_path(), self.new_path()
            (self.folder / target).write_bytes((self.folder / source).read_bytes())
            self.at[target] = self.at[source]
        else:
            (self.folder / "a").rename(self.folder / "c")
            (self.folder / "c").rename(self.folder / "a")


@pytest.mark.parametrize(
    ("files", "steps"), [(60, 300), pytest.param(500, 5000, marks=[pytest.mark.soak, pytest.mark.timeout(3000)])]
)
def test_whatever_is_done_to_files_while_indexing_runs_the_catalog_ends_equal_to_a_fresh_one(
    open_library: OpenLibrary, photos: Path, tmp_path: Path, files: int, steps: int
) -> None:
    churn = Churn(photos, seed=7)
    for _ in range(files):
        churn.create()
    library = open_library()
    store = library.open_vectors()
    library.index(photos)
    for path in sorted(churn.at)[: files // 3]:
        library.tag(path, f"tag {churn.at[path]}")
        churn.where_tagged[churn.at[path]] = f"tag {churn.at[path]}"
    library.indexer._watcher.start()

    for number in range(steps):
        churn.step()
        if number % 50 == 0:
            library.indexer.rescan()
    library.rescan()

    assert set(library.states()) - _missing(library) == set(churn.at)
    assert {library.states()[path] for path in churn.at} == {"ready"}
    photo_of = {path: library.photo_of(path) for path in churn.at}
    for path, content in churn.at.items():
        assert library.tags(path) == ({churn.where_tagged[content]} if content in churn.where_tagged else set())
        assert {each for each in churn.at if photo_of[each] == photo_of[path]} == {
            each for each in churn.at if churn.at[each] == content
        }
    ready = library.rows("SELECT embeddings.id FROM embeddings JOIN photos ON photos.id = photo_id")
    assert sorted(row[0] for row in ready) == sorted(store.index.keys().tolist())
    assert library.rows("SELECT count(*) FROM photos WHERE state = 'ready'") == [(len(set(churn.at.values())),)]
    contents = dict(library.rows("SELECT folder || '/' || name, hex(content_hash) FROM files WHERE state = 'ready'"))
    library.close()
    for file in library.folder.iterdir():
        if file.is_file():
            file.unlink()

    fresh = open_library()
    fresh.index(photos)

    assert dict(fresh.rows("SELECT folder || '/' || name, hex(content_hash) FROM files")) == contents


def _missing(library: Library) -> set[str]:
    return {path for path, state in library.states().items() if state == "missing"}
