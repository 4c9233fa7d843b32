"""Scanner and catalog against a plain model of the folder: whatever is done to files, in whatever order it is seen.

Single-threaded, so that a failing run can be repeated; the reading is real.
"""

import itertools
import os
import shutil
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from sqlalchemy import text

from core.catalog import annotations, database, linking, models, queue, roots
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.indexing.read import embedder
from core.indexing.read.commit import Committer, FailedFile, GoneFile, Outcome, ReadFile
from core.indexing.scan.scanner import Scanner
from core.media.reader import read
from core.media.request import ReadRequest
from core.values.errors import UnreadableFileError
from core.values.photo import PhotoId, RootId
from tests.unit.indexing.library import ColourGrid, Heard, make_photo

FOLDERS = ("", "a")
NAMES = ("1.jpg", "2.jpg", "3.jpg")
PATHS = tuple(os.path.join(folder, name) for folder in FOLDERS for name in NAMES)
SIZES = (4096, 4096, 5000)

paths = st.sampled_from(PATHS)
present = st.integers(0, 5)
"""Which of the files that are there."""


class Reconciliation(RuleBasedStateMachine):
    """The folder as a dict of path to content number, and what must be true of the catalog once it settled."""

    def __init__(self) -> None:
        super().__init__()
        self.place = Path(tempfile.mkdtemp(prefix="eidetic-"))
        self.root = self.place / "photos"
        for folder in FOLDERS:
            (self.root / folder).mkdir(parents=True, exist_ok=True)
        self.transactions = Transactions(database.open_for_writing(self.place / "catalog.sqlite"))
        self.thumbnails = ThumbnailStore(self.place / "thumbnails.sqlite", read_only=False)
        self.encoder = ColourGrid()
        self.scanner = Scanner(self.transactions, Heard(), threading.Event().is_set)
        self.committer = Committer(
            self.transactions, self.thumbnails, place_of=lambda _: None, look_again=lambda _: None
        )
        with self.transactions.begin() as transaction:
            self.root_id: RootId = roots.add(transaction, os.fsencode(self.root))
            self.model_id = models.enrol(transaction, "grid", "0", self.encoder.dimension).id
        self.fresh = itertools.count()
        self.clock = itertools.count(1_600_000_000, 10)
        self.files: dict[str, int] = {}
        # At the last moment when everything was settled: what was where, and the tags of each content.
        self.settled_files: dict[str, int] = {}
        self.settled_tags: dict[int, set[str]] = {}
        # Paths at which something was ever; contents that came to be at a path of their own and never left it.
        self.ever_at: set[str] = set()
        self.born_alone: set[int] = set()
        self.disturbed: set[int] = set()
        self.contents: dict[int, bytes] = {}

    @initialize(count=st.integers(2, 5))
    def begin_settled(self, count: int) -> None:
        for path in PATHS[:count]:
            self.create_or_edit(path)
        self.settle()

    def teardown(self) -> None:
        if self.files:
            self.settle()
        self.thumbnails.close()
        self.transactions.engine.dispose()
        shutil.rmtree(self.place)

    # What people and programs do to files.

    def _present(self, which: int) -> str:
        return sorted(self.files)[which % len(self.files)]

    def _content(self) -> int:
        number = next(self.fresh)
        target = self.place / "made.jpg"
        data = make_photo(target, number).read_bytes()
        size = SIZES[number % len(SIZES)]
        self.contents[number] = data + b"\0" * (size - len(data))
        return number

    def _put(self, path: str, number: int, mtime: int | None = None) -> None:
        target = self.root / path
        target.write_bytes(self.contents[number])
        stamp = next(self.clock) if mtime is None else mtime
        os.utime(target, (stamp, stamp))
        self._lose(path)
        self.files[path] = number

    def _lose(self, path: str) -> None:
        self.ever_at.add(path)
        if path in self.files:
            self.disturbed.add(self.files[path])
            self.born_alone.discard(self.files[path])

    @rule(path=paths)
    def create_or_edit(self, path: str) -> None:
        old = self.files.get(path)
        number = self._content()
        was_disturbed = old in self.disturbed
        if path not in self.ever_at:
            self.born_alone.add(number)
        self._put(path, number)
        if old is not None and not was_disturbed:
            self.disturbed.discard(old)

    @precondition(lambda self: self.files)
    @rule(which=present)
    def edit(self, which: int) -> None:
        self.create_or_edit(self._present(which))

    @precondition(lambda self: self.files)
    @rule(which=present)
    def delete(self, which: int) -> None:
        path = self._present(which)
        (self.root / path).unlink()
        self._lose(path)
        del self.files[path]

    @precondition(lambda self: self.files)
    @rule(which=present, to=paths)
    def move(self, which: int, to: str) -> None:
        source = self._present(which)
        if source != to:
            self._lose(source)
            self._lose(to)
            (self.root / source).replace(self.root / to)
            self.files[to] = self.files.pop(source)

    @precondition(lambda self: self.files)
    @rule(which=present, to=paths, keep_date=st.booleans())
    def copy(self, which: int, to: str, keep_date: bool) -> None:
        self._copy(self._present(which), to, keep_date=keep_date)

    def _copy(self, source: str, to: str, *, keep_date: bool) -> None:
        if source != to:
            self._lose(source)
            mtime = int((self.root / source).stat().st_mtime) if keep_date else None
            self._put(to, self.files[source], mtime)

    @precondition(lambda self: self.files)
    @rule(which=present, to=paths)
    def move_away_and_replace(self, which: int, to: str) -> None:
        source = self._present(which)
        self._copy(source, to, keep_date=False)
        if source != to:
            self._put(source, self._content())

    @precondition(lambda self: self.files)
    @rule(one=present, other=present, by_rename=st.booleans())
    def swap(self, one: int, other: int, by_rename: bool) -> None:
        first, second = self._present(one), self._present(other)
        if first != second:
            self._lose(first)
            self._lose(second)
            if by_rename:
                (self.root / first).rename(self.root / "between")
                (self.root / second).rename(self.root / first)
                (self.root / "between").rename(self.root / second)
                self.files[first], self.files[second] = self.files[second], self.files[first]
            else:
                was_first, was_second = self.files[first], self.files[second]
                self._put(first, was_second)
                self._put(second, was_first)

    @precondition(lambda self: self.files)
    @rule(which=present)
    def touch(self, which: int) -> None:
        stamp = next(self.clock)
        os.utime(self.root / self._present(which), (stamp, stamp))

    @rule(path=paths, which=st.integers(0, 30))
    def restore(self, path: str, which: int) -> None:
        if self.contents:
            number = sorted(self.contents)[which % len(self.contents)]
            self.disturbed.add(number)
            self._put(path, number)

    # What the program does, in any order.

    @rule()
    def compare_all(self) -> None:
        self.scanner.scan(self.root_id)

    @rule(folder=st.sampled_from(FOLDERS))
    def compare_one(self, folder: str) -> None:
        root = self.scanner.known_root(self.root_id)
        assert root is not None
        self.scanner.compare_folder(root, os.fsencode(folder), next(self.clock))

    @rule(count=st.integers(1, 4))
    def read_some(self, count: int) -> None:
        self._read(count)

    @rule()
    def die_and_start_again(self) -> None:
        with self.transactions.begin() as transaction:
            queue.take(transaction, 2, suspects=False, model_id=self.model_id)
        with self.transactions.begin() as transaction:
            queue.recover(transaction)
        # Once is enough for this test: files are set aside after several deaths, which another test is about.
        with self.transactions.begin() as transaction:
            transaction.connection.execute(text("UPDATE files SET attempts = 0"))

    @rule()
    def settle(self) -> None:
        while self.scanner.scan(self.root_id).restless:
            pass
        while self._read(3):
            pass
        with self.transactions.begin() as transaction:
            linking.settle_successions(transaction)
        with self.transactions.engine.connect() as connection:
            assert not linking.has_open_successions(connection)
        self._check()
        photos = self._photos()
        for path, number in self.files.items():
            tag = f"tag {number}"
            if tag not in self.settled_tags[number]:
                with self.transactions.begin() as transaction:
                    annotations.change_tags(transaction, [PhotoId(photos[path][0])], [tag], [])
                self.settled_tags[number].add(tag)

    def _read(self, count: int) -> int:
        with self.transactions.begin() as transaction:
            files = queue.take(transaction, count, suspects=False, model_id=self.model_id)
        outcomes: list[Outcome] = []
        for file in files:
            try:
                result = read(ReadRequest(file.path, None, self.encoder.model_input, known=file.known))
            except UnreadableFileError as error:
                outcomes.append(FailedFile(file, str(error)) if os.path.lexists(file.path) else GoneFile(file))
                continue
            vectors = None if result.is_known else embedder.embed(self.encoder, [result.frames])[0]
            outcomes.append(ReadFile(file, result, vectors))
        self.committer.commit(outcomes, model_id=self.model_id)
        return len(files)

    def _photos(self) -> dict[str, tuple[int, str, int]]:
        """Photo, its state and the file's date of each live path."""
        with self.transactions.engine.connect() as connection:
            rows = connection.execute(
                text(
                    "SELECT folder, files.name, photo_id, photos.state, mtime_ns FROM files "
                    "JOIN photos ON photos.id = photo_id WHERE files.state != 'missing'"
                )
            )
            return {os.fsdecode(os.path.join(row[0], row[1])): (row[2], row[3], row[4]) for row in rows}

    def _check(self) -> None:
        photos = self._photos()
        assert set(photos) == set(self.files)
        assert all(state == "ready" for _, state, _ in photos.values()), photos
        photo_of_content: dict[int, int] = {}
        for path, number in self.files.items():
            assert photo_of_content.setdefault(number, photos[path][0]) == photos[path][0]
        assert len(set(photo_of_content.values())) == len(photo_of_content)
        self._check_derived(photo_of_content)
        tags = {number: self._tags(photo) for number, photo in photo_of_content.items()}
        self._check_tags(tags)
        self.settled_files = dict(self.files)
        self.settled_tags = tags
        self.disturbed = set()

    def _check_derived(self, photo_of_content: dict[int, int]) -> None:
        with self.transactions.engine.connect() as connection:
            vectors = connection.execute(
                text(
                    "SELECT photo_id, vector FROM embeddings JOIN photos ON photos.id = photo_id WHERE state = 'ready'"
                )
            ).all()
            by_photo = {row[0]: row[1] for row in vectors}
            assert len(vectors) == len(by_photo) == len(photo_of_content)
            states = connection.execute(text("SELECT state, count(*) FROM photos GROUP BY state")).all()
            assert {row[0]: row[1] for row in states}.get("ready", 0) == len(photo_of_content)
            assert {row[0] for row in states} <= {"ready", "missing"}
        for number, photo in photo_of_content.items():
            path = next(path for path, content in self.files.items() if content == number)
            frames = read(ReadRequest(str(self.root / path), model_input=self.encoder.model_input)).frames
            assert by_photo[photo] == embedder.embed(self.encoder, [frames])[0][0].data
        with self.transactions.engine.connect() as connection:
            keys = connection.execute(text("SELECT count(*) FROM photos WHERE state = 'ready'")).scalar_one()
        assert self.thumbnails.count() >= keys

    def _check_tags(self, tags: dict[int, set[str]]) -> None:
        for number, before in self.settled_tags.items():
            if number in tags:
                assert before <= tags[number], "content first: a photo lost its tags though its content is still there"
        for path, number in self.files.items():
            old = self.settled_files.get(path)
            is_new = number not in self.settled_files.values() and number not in self.disturbed
            if number in self.born_alone and is_new:
                assert tags[number] == set(), "tags came from nowhere"
            holders = [each for each, content in self.settled_files.items() if content == old]
            if (
                old is not None
                and old not in self.files.values()
                and old not in self.disturbed
                and is_new
                and len(holders) == 1
            ):
                assert self.settled_tags[old] <= tags[number], "path second: an edited photo lost its tags"

    def _tags(self, photo_id: int) -> set[str]:
        with self.transactions.engine.connect() as connection:
            return set(
                connection.execute(
                    text("SELECT name FROM tags JOIN photo_tags ON tag_id = tags.id WHERE photo_id = :id"),
                    {"id": photo_id},
                ).scalars()
            )


@pytest.mark.parametrize("examples", [30, pytest.param(500, marks=[pytest.mark.soak, pytest.mark.timeout(3000)])])
def test_whatever_is_done_to_the_folder_the_catalog_says_the_same(examples: int) -> None:
    run_state_machine_as_test(
        Reconciliation,
        settings=settings(
            max_examples=examples,
            stateful_step_count=40,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            # Shrinking a failure takes many times as long as finding it; the steps as found can be read too.
            phases=(Phase.explicit, Phase.reuse, Phase.generate),
        ),
    )
