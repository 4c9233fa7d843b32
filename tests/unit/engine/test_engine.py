"""The engine in one process: real catalog, real decode workers, the small model."""

import queue
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import text

from core.catalog import database
from core.embedding.models.install import import_model
from core.engine.engine import Engine
from core.engine.protocol import (
    AddRoot,
    ChangeTags,
    EngineStatus,
    Event,
    ForgetSearches,
    GetStatus,
    LibraryChanged,
    ModelChanged,
    Pause,
    ProgressChanged,
    RememberSearch,
    RemoveRoot,
    Resume,
    RootsChanged,
    Search,
    SetFavourite,
    SetRating,
    UseModel,
)
from core.engine.read_only import ReadOnlyEngine
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, Settings
from core.values.errors import LibraryInUseError, ModelUnavailableError, UsageError
from core.values.photo import RootId
from core.values.progress import Phase
from core.values.query import ExactWords, ExampleFile, Query, SearchResult, Words
from tests.unit.indexing.library import come_to_rest, wait_for

PATIENCE = 200.0


class Session:
    """An open engine and what it told."""

    def __init__(self, paths: LibraryPaths, *, index: bool = True) -> None:
        self.events: queue.Queue[Event] = queue.Queue()
        self.engine = Engine.open(paths, self.events.put, program="test", index=index, watch=False)

    def add(self, folder: Path) -> RootId:
        root_id = self.engine.handle(AddRoot(str(folder)))
        assert isinstance(root_id, int)
        assert self.engine.wait_until_idle(PATIENCE)
        return RootId(root_id)

    def find(self, query: Query) -> list[str]:
        return found(self.engine, query)

    def told(self, kind: type[Event]) -> list[Event]:
        seen = []
        while not self.events.empty():
            seen.append(self.events.get())
        return [event for event in seen if isinstance(event, kind)]


@contextmanager
def opened(paths: LibraryPaths, *, index: bool = True) -> Iterator[Session]:
    session = Session(paths, index=index)
    try:
        yield session
    finally:
        session.engine.close()


def labelled(paths: LibraryPaths) -> int:
    """How many photos were looked at for labels."""
    catalog = database.open_for_reading(paths.catalog)
    with catalog.connect() as connection:
        count = connection.execute(text("SELECT count(DISTINCT photo_id) FROM photo_labels")).scalar_one()
    catalog.dispose()
    return int(count)


def found(engine: Engine | ReadOnlyEngine, query: Query) -> list[str]:
    result = engine.handle(Search(query, limit=20))
    assert isinstance(result, SearchResult)
    rows = engine.reader.rows([hit.photo_id for hit in result.hits])
    return [Path(rows[hit.photo_id].path).name for hit in result.hits]


@pytest.fixture
def photos(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "photos"
    folder.mkdir()
    random = np.random.default_rng(1)
    paths = [folder / f"{name}.jpg" for name in ("harbour", "meadow", "summit", "garden", "bridge")]
    for path in paths:
        small = Image.fromarray(random.integers(0, 256, (4, 4, 3), dtype=np.uint8))
        small.resize((96, 64), Image.Resampling.BICUBIC).save(path)
    come_to_rest(folder)
    return paths


def test_a_folder_is_indexed_told_found_and_forgotten(tiny_library: LibraryPaths, photos: list[Path]) -> None:
    with opened(tiny_library) as session:
        root_id = session.add(photos[0].parent)
        for photo in photos[:2]:
            assert session.find(Query((ExampleFile(str(photo)),)))[0] == photo.name
        assert session.find(Query((ExactWords("meadow"),))) == ["meadow.jpg"]
        status = session.engine.handle(GetStatus())
        assert isinstance(status, EngineStatus)
        assert (status.progress.found, status.progress.done, status.vectors) == (5, 5, 5)
        assert status.model.ready
        assert status.model.precision == "float32"
        events: list[Event] = []
        while not any(isinstance(event, ProgressChanged) and event.progress.done == 5 for event in events):
            events.append(session.events.get(timeout=PATIENCE))
        session.engine.handle(RemoveRoot(root_id))
        assert session.engine.wait_for_jobs(PATIENCE)
        assert session.engine.reader.counts().found == 0
        events += session.told(Event)
    kinds = {type(event) for event in events}
    assert {ModelChanged, LibraryChanged, ProgressChanged, RootsChanged} <= kinds
    progress = [event.progress for event in events if isinstance(event, ProgressChanged)]
    assert all(p.done + p.failed + p.waiting == p.found for p in progress)
    assert any(p.found == p.done == 5 for p in progress)
    assert all(photo.exists() for photo in photos)


def test_marks_are_kept_and_told(tiny_library: LibraryPaths, photos: list[Path]) -> None:
    with opened(tiny_library) as session:
        session.add(photos[0].parent)
        # Labels are found while the engine is idle, and told of too: here before, so that the marks alone are told.
        wait_for(lambda: labelled(tiny_library) == len(photos), PATIENCE)
    with opened(tiny_library) as session:
        assert session.engine.wait_until_idle(PATIENCE)
        session.told(Event)
        first, second = session.engine.reader.photo_ids()[:2].tolist()
        session.engine.handle(SetFavourite((first,), True))
        session.engine.handle(SetRating((second,), 5))
        session.engine.handle(ChangeTags((first, second), add=("family",)))
        with pytest.raises(UsageError):
            session.engine.handle(SetRating((second,), 9))
    changed = {photo_id for event in session.told(LibraryChanged) for photo_id in getattr(event, "changed", ())}
    assert changed == {first, second}
    with opened(tiny_library, index=False) as session:
        details = session.engine.reader.details(second)
        assert details is not None
        assert (details.rating, details.tags) == (5, ("family",))
        assert session.engine.reader.photo_ids(favourites=True).tolist() == [first]


def test_without_a_model_names_are_found(tiny_library: LibraryPaths, photos: list[Path]) -> None:
    store.save(tiny_library.settings, Settings(model=ModelSettings(id="not-there")))
    with opened(tiny_library) as session:
        session.add(photos[0].parent)
        problem = session.engine.wait_for_model(PATIENCE).problem
        assert problem is not None
        assert "not-there" in problem
        assert session.find(Query((Words("summit"),))) == ["summit.jpg"]
        counts = session.engine.reader.counts()
        assert (counts.found, counts.failed) == (5, 0)
    with pytest.raises(ModelUnavailableError), opened(tiny_library, index=False) as session:
        session.engine.handle(UseModel("neither"))


def test_who_waits_for_a_model_goes_on_when_all_others_know_of_it(tiny_library: LibraryPaths) -> None:
    with opened(tiny_library) as session:
        status = session.engine.wait_for_model(PATIENCE)
        assert status.ready
        assert [event.status for event in session.told(ModelChanged) if isinstance(event, ModelChanged)][-1:] == [
            status
        ]
        session.engine.handle(UseModel("tiny"))
        again = session.engine.wait_for_model(PATIENCE)
        assert again.ready
        assert len(session.told(ModelChanged)) >= 1


def test_another_model_takes_over_when_all_photos_have_its_vectors(
    tiny_library: LibraryPaths, tiny_model_folder: Path, photos: list[Path]
) -> None:
    import_model(tiny_model_folder, tiny_library.models, "another")
    with opened(tiny_library) as session:
        session.add(photos[0].parent)
        assert session.engine.reader.active_model() == "tiny"
        session.engine.handle(UseModel("another"))
        assert session.find(Query((ExampleFile(str(photos[3])),)))[0] == "garden.jpg"
        assert session.engine.wait_for_model(PATIENCE).ready
        assert session.engine.wait_until_idle(PATIENCE)
        assert session.engine.reader.active_model() == "another"
        assert session.find(Query((ExampleFile(str(photos[3])),)))[0] == "garden.jpg"
    with opened(tiny_library) as session:
        assert session.engine.wait_for_model(PATIENCE).id == "another"
    catalog = database.open_for_reading(tiny_library.catalog)
    with catalog.connect() as connection:
        assert connection.execute(text("SELECT count(*), count(DISTINCT model_id) FROM embeddings")).one() == (5, 1)
    catalog.dispose()


def test_while_one_writes_another_searches_and_a_second_writer_is_refused(
    tiny_library: LibraryPaths, photos: list[Path]
) -> None:
    with opened(tiny_library) as session:
        session.add(photos[0].parent)
        with pytest.raises(LibraryInUseError, match="test"):
            Engine.open(tiny_library, lambda _: None)
        reading = ReadOnlyEngine.open(tiny_library)
        try:
            assert found(reading, Query((ExampleFile(str(photos[4])),)))[0] == "bridge.jpg"
            assert len(found(reading, Query())) == 5
        finally:
            reading.close()


def test_paused_it_reads_nothing_and_goes_on_when_resumed(tiny_library: LibraryPaths, photos: list[Path]) -> None:
    with opened(tiny_library) as session:
        assert session.engine.wait_for_model(PATIENCE).ready
        session.engine.handle(Pause())
        session.engine.handle(AddRoot(str(photos[0].parent)))
        while session.engine.progress().found < 5:
            assert not session.engine.wait_until_idle(0.05)
        assert session.engine.progress().phase in {Phase.PAUSED, Phase.SCANNING}
        assert session.engine.progress().done == 0
        session.engine.handle(Resume(regardless=True))
        assert session.engine.wait_until_idle(PATIENCE)
        assert session.engine.progress().done == 5


def test_searches_are_remembered_on_request(tiny_library: LibraryPaths) -> None:
    with opened(tiny_library, index=False) as session:
        session.engine.handle(Search(Query((ExactWords("dog"),)), remember="dog"))
        session.engine.handle(Search(Query((ExactWords("cat"),))))
        assert session.engine.reader.recent_searches() == ["dog"]


def test_recent_searches_are_forgotten_one_or_all(tiny_library: LibraryPaths) -> None:
    with opened(tiny_library, index=False) as session:
        for text in ("dog", "cat", "bird"):
            session.engine.handle(RememberSearch(text))
        session.engine.handle(ForgetSearches("cat"))
        assert session.engine.reader.recent_searches() == ["bird", "dog"]
        session.engine.handle(ForgetSearches())
        assert session.engine.reader.recent_searches() == []
