"""A catalog with embeddings, and vectors that cluster as those of pictures do."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from sqlalchemy import Engine, insert

from core.catalog import database
from core.catalog.schema import Embedding, EmbeddingModel, Photo

Vectors = npt.NDArray[np.float32]


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Engine]:
    engine = database.open_for_writing(tmp_path / "catalog.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def clustered() -> Callable[..., Vectors]:
    """Make (n, d) unit vectors around `clusters` centres that share one common direction, as CLIP's do."""

    def make(count: int, dimension: int = 64, clusters: int = 20, seed: int = 0) -> Vectors:
        centres = np.random.default_rng(99).standard_normal((clusters, dimension)) + 1.5 * np.ones(dimension)
        rng = np.random.default_rng(seed)
        vectors = centres[rng.integers(0, clusters, count)] + 0.7 * rng.standard_normal((count, dimension))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    return make


@pytest.fixture
def embed(catalog: Engine) -> Callable[[int, Vectors], list[int]]:
    """Store vectors of a model (made when new) in the catalog, one photo each; return the embedding ids."""

    def store(model_id: int, vectors: Vectors) -> list[int]:
        ids = []
        with catalog.begin() as connection:
            connection.execute(
                insert(EmbeddingModel)
                .prefix_with("OR IGNORE")
                .values(id=model_id, name=f"model {model_id}", fingerprint="ab", dimension=vectors.shape[1])
            )
            for vector in vectors:
                photo = connection.execute(insert(Photo).values(sort_at=0, added_at=0)).inserted_primary_key
                assert photo is not None
                key = connection.execute(
                    insert(Embedding).values(
                        photo_id=photo[0], model_id=model_id, vector=vector.astype("<f2").tobytes()
                    )
                ).inserted_primary_key
                assert key is not None
                ids.append(int(key[0]))
        return ids

    return store
