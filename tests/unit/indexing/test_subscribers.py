"""What follows a commit stays equal to the catalog, also when it fails for a while."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import update

from core.catalog import models, roots
from core.catalog.changes import Changes
from core.catalog.schema import Photo
from core.catalog.thumbnails import ThumbnailStore
from core.indexing.subscribers import ThumbnailSubscriber
from core.values.photo import ContentKey
from core.vectors.protocol import Keys
from core.vectors.store import VectorStore
from tests.unit.indexing.library import Library, come_to_rest, make_photo, wait_for


class FailingStore(VectorStore):
    """Cannot follow so many times."""

    failures = 3

    def follow(self, added: Keys, removed: Keys) -> None:
        if self.failures:
            self.failures -= 1
            raise MemoryError("no room for vectors")
        super().follow(added, removed)


@pytest.mark.expects_log("The vector index did not follow")
def test_an_index_that_failed_is_equal_to_the_catalog_again_without_a_restart(library: Library, photos: Path) -> None:
    for number in range(5):
        make_photo(photos / f"{number}.jpg", number)
    come_to_rest(photos)
    with library.transactions.begin() as transaction:
        encoder = library.encoder
        row = models.enrol(transaction, encoder.name, encoder.fingerprint, encoder.dimension)
    store = FailingStore(library.folder / "vectors", library.catalog, row)
    library.stores[row.id] = store
    library.index(photos)

    def in_catalog() -> list[int]:
        return sorted(key for (key,) in library.rows("SELECT id FROM embeddings"))

    wait_for(lambda: sorted(store.matrix.keys().tolist()) == in_catalog())
    assert len(in_catalog()) == 5
    assert store.failures == 0
    assert len([text for text in library.heard.problems if "vector index" in text]) == 1
    assert {library.photo_of(f"{number}.jpg") for number in range(5)} <= library.heard.photos
    (photos / "0.jpg").unlink()
    make_photo(photos / "1.jpg", 11)
    come_to_rest(photos)
    library.rescan()
    expected = in_catalog()
    assert sorted(store.matrix.keys().tolist()) == expected
    held = store.matrix.vectors(np.array(expected, np.int64))
    stored = [np.frombuffer(vector, "<f2") for (vector,) in library.rows("SELECT vector FROM embeddings ORDER BY id")]
    assert np.array_equal(held, np.stack(stored).astype(np.float32))


def test_a_thumbnail_that_is_needed_again_while_it_is_forgotten_is_made_again(library: Library, photos: Path) -> None:
    make_photo(photos / "a.jpg", 1)
    come_to_rest(photos)
    library.index(photos)
    ((size, digest),) = library.rows("SELECT content_size, content_hash FROM photos")
    key = ContentKey(size, digest)

    def set_content(size: int | None, digest: bytes | None) -> None:
        with library.transactions.begin() as transaction:
            transaction.connection.execute(update(Photo).values(content_size=size, content_hash=digest))

    class CommittedMeanwhile(ThumbnailStore):
        def remove(self, keys: Iterable[ContentKey]) -> None:
            super().remove(keys)
            set_content(key.size, key.digest)

    thumbnails = CommittedMeanwhile(library.folder / "thumbnails.sqlite", read_only=False)
    subscriber = ThumbnailSubscriber(library.transactions, thumbnails)
    subscriber(Changes(thumbnails_removed=(key,)))
    assert thumbnails.get(key) is not None  # a photo has it
    set_content(None, None)
    subscriber(Changes(thumbnails_removed=(key,)))
    library.indexer.wake()
    library.settle()
    assert thumbnails.get(key) is not None
    thumbnails.close()


def test_a_removed_root_leaves_no_vector_and_no_thumbnail(library: Library, photos: Path) -> None:
    for number in range(3):
        make_photo(photos / f"{number}.jpg", number)
    come_to_rest(photos)
    store = library.open_vectors()
    library.index(photos)
    assert len(store) == 3
    with library.transactions.begin() as transaction:
        (root,) = roots.all_roots(transaction.connection)
        assert roots.remove_some(transaction, root.root_id, 10) == 3
    library.transactions.feed.flush()
    assert len(store) == 0
    assert library.thumbnails.count() == 0
