"""Makes large libraries for measurements at once: whole rows with vectors and full text, without any file."""

import os
from pathlib import Path

import numpy as np
from sqlalchemy import insert

from core.catalog import database, models, text_index
from core.catalog.schema import Embedding, File, Photo
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.embedding.runtime.load import load
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings
from core.values.photo import ContentKey

_DAY_S = 86_400
_A_FOLDER = 500
_CAMERAS = (("Canon", "EOS R6"), ("NIKON CORPORATION", "Z 6_2"), ("Apple", "iPhone 13"), ("FUJIFILM", "X-T4"))
_TOWNS = (("Lisbon", "Lisbon", "Portugal"), ("Oslo", "Oslo", "Norway"), ("Kyoto", "Kyoto", "Japan"))


def fill(paths: LibraryPaths, photos: int, model: str, folder: Path) -> None:
    """Fill the empty library at `paths` with ready photos below `folder`, with random unit vectors of `model`."""
    encoder = load(model, paths.models, ModelSettings(id=model))
    catalog = database.open_for_writing(paths.catalog)
    transactions = Transactions(catalog)
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((photos, encoder.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with transactions.begin() as transaction:
        row = models.enrol(transaction, encoder.name, encoder.fingerprint, encoder.dimension)
    folder.mkdir(parents=True, exist_ok=True)
    with catalog.begin() as connection:
        connection.exec_driver_sql("INSERT INTO roots (id, path, added_at) VALUES (1, ?, 0)", (os.fsencode(folder),))
        numbers = range(1, photos + 1)
        connection.execute(insert(Photo), [_photo(number, photos) for number in numbers])
        connection.execute(insert(File), [_file(number) for number in numbers])
        connection.execute(
            insert(Embedding),
            [
                {"photo_id": number, "model_id": row.id, "vector": vector.tobytes()}
                for number, vector in zip(numbers, vectors.astype("<f2"), strict=True)
            ],
        )
        text_index.refresh(connection, numbers)
        connection.exec_driver_sql("ANALYZE")
    catalog.dispose()
    thumbnails = ThumbnailStore(paths.thumbnails, read_only=False)
    thumbnails.put((_content(number), b"no picture") for number in numbers)
    thumbnails.close()


def _content(number: int) -> ContentKey:
    return ContentKey(1000 + number, number.to_bytes(20, "big"))


def _photo(number: int, photos: int) -> dict[str, object]:
    make, model = _CAMERAS[number % len(_CAMERAS)]
    town, region, country = _TOWNS[number % len(_TOWNS)]
    return {
        "id": number,
        "state": "ready",
        "sort_at": (photos - number) * _DAY_S // 20,
        "added_at": 0,
        "content_size": 1000 + number,
        "content_hash": number.to_bytes(20, "big"),
        "width": 4000,
        "height": 3000,
        "camera_make": make,
        "camera_model": model,
        "town": town,
        "region": region,
        "country": country,
    }


def _file(number: int) -> dict[str, object]:
    return {
        "root_id": 1,
        "photo_id": number,
        "folder": b"trip %d" % (number // _A_FOLDER),
        "name": b"IMG_%06d.JPG" % number,
        "size": 1000 + number,
        "mtime_ns": number,
        "state": "ready",
        "content_size": 1000 + number,
        "content_hash": number.to_bytes(20, "big"),
    }
