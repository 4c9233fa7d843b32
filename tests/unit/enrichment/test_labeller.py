"""Photos get the labels of what they show, in slices, once, and again when the vocabulary has changed."""

from collections import defaultdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import delete, select, text

from core.catalog import enrichment_queue
from core.catalog.labels import Seen
from core.catalog.models import ModelRow
from core.catalog.reader import CatalogReader
from core.catalog.schema import Photo, PhotoLabel
from core.catalog.transaction import Transactions
from core.enrichment.label_vectors import LabelVectors, shares
from core.enrichment.labeller import MOST_LABELS, Forgetter, Labeller, strongest
from core.query.vocabulary import Label, Vocabulary
from core.search.searcher import Searcher
from core.values.enrichment import EnrichmentKind
from core.values.photo import PhotoId
from core.values.query import MatchedIn, Query, Words
from tests.unit.search.conftest import DIMENSION, Library, WordEncoder

WORDS = ("dog", "cat", "beach", "car", "tree", "snow", "bread", "lamp")
VOCABULARY = Vocabulary(tuple(Label(word, "thing") for word in (*WORDS, *(f"thing{n}" for n in range(60)))))
LEAST = 0.2
MODEL = ModelRow(1, "words", "ab", DIMENSION, active=True, complete=True)


@pytest.fixture
def labeller(library: Library) -> Labeller:
    for shows in WORDS[:4] * 12:
        library.add(shows)
    library.add("beach dog")
    library.add("unknown")
    return _labeller(library)


def _labeller(library: Library) -> Labeller:
    return _with(library, VOCABULARY)


def _with(library: Library, vocabulary: Vocabulary) -> Labeller:
    transactions = Transactions(library.catalog)
    return Labeller(transactions, MODEL, library.encoder, library.folder, vocabulary=vocabulary, least=LEAST)


def _finish(labeller: Labeller, limit: int = 256) -> int:
    steps = 0
    while labeller.step(limit):
        steps += 1
        assert steps < 1000
    return steps


def _labels(library: Library) -> dict[int, list[str]]:
    labels: dict[int, list[str]] = defaultdict(list)
    with library.catalog.connect() as connection:
        for row in connection.execute(select(PhotoLabel).order_by(PhotoLabel.score.desc())):
            labels[row.photo_id].append(row.label)
    return labels


def test_each_photo_gets_the_labels_of_what_it_shows(library: Library, labeller: Labeller) -> None:
    _finish(labeller)
    labels = _labels(library)
    for photo_id in range(1, 49):
        assert labels[photo_id][0] == WORDS[(photo_id - 1) % 4]
    assert set(labels[49]) >= {"beach", "dog"}
    assert labels[50] == [""]


def test_labels_are_found_as_text_and_shown_in_details(library: Library, labeller: Labeller) -> None:
    _finish(labeller)
    with library.catalog.connect() as connection:
        found = connection.execute(text("SELECT rowid FROM photo_text WHERE photo_text MATCH 'labels: dog'")).scalars()
        assert set(found) >= {1, 49}
    details = CatalogReader(library.catalog).details(PhotoId(1))
    nothing = CatalogReader(library.catalog).details(PhotoId(50))
    assert details is not None
    assert nothing is not None
    assert details.labels[0] == "dog"
    assert nothing.labels == ()


@pytest.mark.parametrize("word", ["puppies", "Puppy", "dog"])
def test_other_words_for_a_label_find_its_photos_and_say_so(library: Library, labeller: Labeller, word: str) -> None:
    _finish(labeller)
    searcher = Searcher(library.catalog, lambda path: pytest.fail(f"{path} was opened"))
    hits = {int(hit.photo_id): hit for hit in searcher.search(Query((Words(word),)), 100).hits}
    searcher.close()
    assert set(hits) >= {1, 49}
    assert 2 not in hits
    assert [(reason.part, reason.matched_in) for reason in hits[1].reasons] == [(word.lower(), MatchedIn.LABEL)]


def test_small_slices_come_to_the_same_as_one(library: Library, labeller: Labeller) -> None:
    _finish(labeller, limit=7)
    in_slices = _labels(library)
    with library.catalog.begin() as connection:
        connection.execute(delete(PhotoLabel))
        enrichment_queue.enqueue(connection, {1: set(in_slices)})
    _finish(_labeller(library))
    assert _labels(library) == in_slices


def test_nothing_is_done_twice_and_new_photos_are_labelled_alone(library: Library, labeller: Labeller) -> None:
    _finish(labeller)
    assert not labeller.step()
    assert _finish(_labeller(library)) == 1
    new = library.add("cat")
    assert labeller.step()
    assert not labeller.step()
    assert _labels(library)[new][0] == "cat"


def test_other_words_mean_that_all_photos_are_looked_at_again(library: Library, labeller: Labeller) -> None:
    _finish(labeller)
    other = Vocabulary((*VOCABULARY.labels[1:], Label("hound", "animal", ("dog",))))
    _finish(_with(library, other))
    assert "hound" in _labels(library)[1]
    assert "dog" not in _labels(library)[1]


def test_a_video_has_the_labels_of_all_its_frames(library: Library, labeller: Labeller) -> None:
    video = library.add(frames=("dog", "car", "nothing special"))
    _finish(labeller)
    assert set(_labels(library)[video]) >= {"dog", "car"}


def test_a_photo_deleted_meanwhile_costs_nothing(library: Library, labeller: Labeller) -> None:
    while not _labels(library):
        assert labeller.step(5)
    with library.catalog.begin() as connection:
        connection.execute(delete(Photo).where(Photo.id.in_([1, 2, 3])))
    _finish(labeller, 5)
    assert not {1, 2, 3} & set(_labels(library))


def test_an_empty_library_asks_the_model_nothing(library: Library) -> None:
    _finish(_labeller(library))
    assert not library.folder.exists()


def test_vectors_of_labels_are_kept_on_disk_for_these_weights(tmp_path: Path) -> None:
    first = LabelVectors(VOCABULARY, WordEncoder(), tmp_path)
    while first.matrix is None:
        first.encode_some(3)
    again = LabelVectors(VOCABULARY, WordEncoder(), tmp_path)
    assert again.matrix is not None
    assert np.allclose(again.matrix, first.matrix, atol=1e-3)
    assert LabelVectors(VOCABULARY, WordEncoder(fingerprint="cd"), tmp_path).matrix is None
    (file,) = tmp_path.iterdir()
    file.write_bytes(b"cut short")
    assert LabelVectors(VOCABULARY, WordEncoder(), tmp_path).matrix is None


def test_a_broader_label_gathers_what_its_narrower_ones_get() -> None:
    narrow = Vocabulary((*VOCABULARY.labels, Label("animal", "thing"), Label("poodle", "thing", broader="dog")))
    labels = (
        *(
            Label(one.name, one.category, broader="animal" if one.name in {"dog", "cat"} else None)
            for one in narrow.labels[:-1]
        ),
        narrow.labels[-1],
    )
    vocabulary = Vocabulary(labels)
    scores = np.zeros((1, len(labels)), np.float32)
    scores[0, [0, 1, -1]] = 0.5
    sure = shares(scores, vocabulary.covers, WordEncoder().score_scale)[0]
    dog, cat, animal, poodle = sure[0], sure[1], sure[-2], sure[-1]
    assert dog == pytest.approx(2 * poodle)
    assert cat == pytest.approx(poodle)
    assert animal > 0.98


def test_only_the_strongest_labels_are_kept() -> None:
    sure = np.arange(20, dtype=np.float32) / np.float32(20)
    assert list(strongest(sure, 0.2)) == [19, 18, 17, 16, 15]
    assert len(strongest(sure, 0.2)) == MOST_LABELS
    assert list(strongest(sure, 0.92)) == [19]
    assert list(strongest(sure, 1.0)) == []


def test_labels_that_are_not_wanted_are_forgotten_and_made_again(library: Library, labeller: Labeller) -> None:
    _finish(labeller)
    before = _labels(library)
    assert _labelled_in_text(library)
    forgetter = Forgetter(Transactions(library.catalog))
    steps = 0
    while forgetter.step(20):
        steps += 1
    assert steps == 3
    assert not _labels(library)
    assert not _labelled_in_text(library)
    _finish(_labeller(library))
    assert _labels(library) == before


def _labelled_in_text(library: Library) -> list[int]:
    with library.catalog.connect() as connection:
        found = connection.execute(text("SELECT rowid FROM photo_text WHERE photo_text MATCH 'labels: dog'"))
        return [int(row) for row in found.scalars()]


def test_a_killed_labeller_goes_on_with_what_is_left(library: Library, labeller: Labeller) -> None:
    while not _labels(library):
        labeller.step(10)
    asked: list[int] = []

    class Counting(Labeller):
        def _see(self, owners: npt.NDArray[np.int64], scores: npt.NDArray[np.float32]) -> dict[int, list[Seen]]:
            asked.extend(owners.tolist())
            return super()._see(owners, scores)

    before = set(_labels(library))
    transactions = Transactions(library.catalog)
    _finish(Counting(transactions, MODEL, library.encoder, library.folder, vocabulary=VOCABULARY, least=LEAST))
    assert set(asked) == set(range(1, 51)) - before
    assert set(_labels(library)) == set(range(1, 51))


def test_a_photo_embedded_again_while_it_is_labelled_is_labelled_again(library: Library, labeller: Labeller) -> None:
    with library.catalog.begin() as connection:
        (task, *_) = enrichment_queue.take(connection, EnrichmentKind.LABELS, 1, 1)
        enrichment_queue.enqueue(connection, {1: {task.photo_id}})
    with Transactions(library.catalog).begin() as transaction:
        enrichment_queue.finish(transaction.connection, [task.task_id])
        left = enrichment_queue.take(transaction.connection, EnrichmentKind.LABELS, 1, 100)
    assert task.photo_id in {one.photo_id for one in left}
