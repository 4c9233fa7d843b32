"""Whatever happens while a model is loaded, it ends in a status; nothing is left behind."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import event

from core.catalog import database, models
from core.catalog.transaction import Transactions
from core.embedding.protocol import Encoder
from core.engine.model_host import LoadEncoder, ModelHost, load_encoder
from core.engine.protocol import ModelStatus
from core.media.reader import read
from core.search.searcher import Searcher
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, SearchSettings
from core.vectors.store import VectorStore
from tests.models.plugin import TINY
from tests.unit.search.conftest import WordEncoder

PATIENCE = 100.0
SETTINGS = ModelSettings(id=TINY, precision="float32")


class Host:
    """A model host on an empty library, and what it told."""

    def __init__(self, paths: LibraryPaths, load: LoadEncoder, on_change: Callable[[ModelStatus], None] | None) -> None:
        paths.create()
        self.catalog = database.open_for_writing(paths.catalog)
        self.transactions = Transactions(self.catalog)
        self.searcher = Searcher(self.catalog, read)
        self.told: list[ModelStatus] = []
        self.models = ModelHost(
            paths, self.transactions, self.searcher, on_change or self.told.append, SearchSettings(), load=load
        )

    def load(self, settings: ModelSettings = SETTINGS) -> ModelStatus:
        self.models.load(settings)
        return self.models.wait(PATIENCE)

    def close(self) -> None:
        self.models.close()
        self.transactions.feed.close()
        self.searcher.close()
        self.catalog.dispose()


MakeHost = Callable[..., Host]


@pytest.fixture
def make(tiny_library: LibraryPaths) -> Iterator[MakeHost]:
    hosts: list[Host] = []

    def made(load: LoadEncoder = load_encoder, on_change: Callable[[ModelStatus], None] | None = None) -> Host:
        hosts.append(Host(tiny_library, load, on_change))
        return hosts[-1]

    yield made
    for host in hosts:
        host.close()


class Loader:
    """Loads made-up encoders, or raises what it is told to for a model."""

    def __init__(self, **errors: Exception) -> None:
        self.errors = errors

    def __call__(self, model_id: str, _folder: Path, _settings: ModelSettings) -> Encoder:
        if model_id in self.errors:
            raise self.errors[model_id]
        return WordEncoder(name=model_id, fingerprint=model_id * 4)


def named(model_id: str) -> ModelSettings:
    return ModelSettings(id=model_id)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (MemoryError(), "not enough memory"),
        (RuntimeError("CUDA out of memory. Tried to allocate"), "not enough memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory"), "not enough memory"),
    ],
)
def test_too_little_memory_is_told_as_such(make: MakeHost, error: Exception, told: str) -> None:
    host = make(Loader(big=error))
    status = host.load(named("big"))
    assert status.problem is not None
    assert told in status.problem
    assert not host.models.is_coming()
    assert host.told == [status]
    assert host.load(named("small")).ready


@pytest.mark.expects_log("could not be loaded")
def test_an_unexpected_error_is_a_problem_too(make: MakeHost) -> None:
    status = make(Loader(odd=ZeroDivisionError("odd"))).load(named("odd"))
    assert status.problem is not None
    assert "ZeroDivisionError: odd" in status.problem


def test_a_damaged_file_is_named(make: MakeHost, tiny_library: LibraryPaths) -> None:
    (weights,) = (tiny_library.models / TINY).glob("*.safetensors")
    weights.write_bytes(b"not a model")
    status = make().load()
    assert status.problem is not None
    assert TINY in status.problem
    assert not status.ready


def test_a_device_that_is_not_there_is_named(make: MakeHost) -> None:
    status = make().load(SETTINGS.model_copy(update={"device": "abacus"}))
    assert status.problem is not None
    assert "abacus" in status.problem


def test_a_catalog_that_another_program_holds_is_a_problem(make: MakeHost) -> None:
    host = make(Loader())
    host.catalog.dispose()
    event.listen(host.catalog, "connect", lambda connection, _: connection.execute("PRAGMA busy_timeout = 50"))
    with host.catalog.execution_options(**{database.WRITING: True}).begin():
        status = host.load(named("small"))
    assert status.problem is not None
    assert "another program holds it" in status.problem
    assert host.load(named("small")).ready


@pytest.mark.expects_log("could not be loaded")
@pytest.mark.parametrize("error", [MemoryError(), ZeroDivisionError("odd")])
def test_a_former_model_that_cannot_be_loaded_leaves_the_new_one_ready(make: MakeHost, error: Exception) -> None:
    host = make(Loader(old=error))
    with host.transactions.begin() as transaction:
        models.enrol(transaction, "old", "oldold", 8)
    status = host.load(named("new"))
    assert status.ready
    answering = host.models.answering()
    assert answering is not None
    assert answering.encoder.name == "new"


@pytest.mark.expects_log("could not be told")
def test_a_listener_that_raises_keeps_nobody_waiting(make: MakeHost) -> None:
    def raises(status: ModelStatus) -> None:
        raise ValueError(status.id)

    host = make(Loader(), raises)
    assert host.load(named("small")).ready
    assert host.load(named("other")).id == "other"


def test_a_third_model_leaves_no_vectors_of_the_second_open(make: MakeHost) -> None:
    host = make(Loader())
    assert host.load(named("first")).ready
    with host.transactions.begin() as transaction:  # so that the first goes on answering
        assert models.active(transaction.connection) is not None
    assert host.load(named("second")).ready
    second = host.models.vectors()[0]
    assert {store.path.stem for store in host.models.vectors()} == {"second", "first"}
    assert host.load(named("third")).ready
    assert {store.path.stem for store in host.models.vectors()} == {"third", "first"}
    second.follow(np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert [thread.name for thread in threading.enumerate() if thread.name == "model"] == ["model"]


class Gate:
    """Loads `slow` only when it is let."""

    def __init__(self) -> None:
        self.begun, self.go_on = threading.Event(), threading.Event()

    def __call__(self, model_id: str, folder: Path, settings: ModelSettings) -> Encoder:
        if model_id == "slow":
            self.begun.set()
            assert self.go_on.wait(PATIENCE)
        return Loader()(model_id, folder, settings)


def test_an_overtaken_model_is_dropped_and_only_the_last_is_told(make: MakeHost) -> None:
    gate = Gate()
    host = make(gate)
    host.models.load(named("slow"))
    assert gate.begun.wait(PATIENCE)
    for model_id in ("second", "third"):
        host.models.load(named(model_id))
    gate.go_on.set()
    assert host.models.wait(PATIENCE).id == "third"
    assert [status.id for status in host.told] == ["third"]
    assert "second" not in {store.path.stem for store in host.models.vectors()}


def test_closing_does_not_wait_for_a_model_that_takes_long(make: MakeHost) -> None:
    gate = Gate()
    host = make(gate)
    host.models.load(named("slow"))
    assert gate.begun.wait(PATIENCE)
    host.models.close()
    assert not gate.go_on.is_set()  # it was still loading when close returned
    gate.go_on.set()
    for thread in threading.enumerate():
        if thread.name == "model":
            thread.join(PATIENCE)
    assert host.told == []
    assert host.models.vectors() == ()


def test_a_model_trained_again_takes_the_file_of_its_namesake(make: MakeHost, tiny_library: LibraryPaths) -> None:
    fingerprints = iter(["one", "two"])
    host = make(lambda model_id, _folder, _settings: WordEncoder(name=model_id, fingerprint=next(fingerprints)))
    assert host.load(named("same")).ready
    (first,) = host.models.vectors()
    assert host.load(named("same")).ready
    newest = next(store for store in host.models.vectors() if store is not first)
    assert isinstance(newest, VectorStore)
    assert newest.path == first.path
    first.add(np.array([1], np.int64), np.ones((1, first.dimension), np.float32))
    first.save()
    assert not first.path.exists()  # it is left to the newest
    newest.add(np.array([1], np.int64), np.ones((1, newest.dimension), np.float32))
    newest.save()
    assert newest.path.exists()
