"""What the way through the program costs in recall: `python -m benchmarks.eval_product_path`.

The captioned photos of `../shared/data/flickr8k_dev` are indexed by the engine and its searches are compared with
vectors made directly: each file decoded whole, open_clip's own transform, float32, exact cosines. Same model, same
prompts.
"""

import argparse
import tempfile
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from sqlalchemy import text

from benchmarks import report
from benchmarks.captioned import Captioned, read_photos
from benchmarks.naive_pipeline import open_clip_transform
from core.catalog import database
from core.embedding.models.locate import locate
from core.embedding.models.registry import Role
from core.embedding.runtime.load import load
from core.embedding.runtime.network import build_network
from core.engine.engine import Engine
from core.engine.protocol import AddRoot, Search
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, Settings
from core.values.query import Query, SearchResult, Words

Vectors = npt.NDArray[np.float32]

DATA = Path(__file__).parent.parent.parent / "shared" / "data" / "flickr8k_dev"
FIRST = (1, 5, 10)
_BATCH = 32


@dataclass(frozen=True, slots=True)
class ProductPath:
    """Recall of captions for their photo through the engine and directly, and how near the vectors are.

    `engine`, `direct`: share of captions whose photo is among the first 1, 5, 10.
    `only_direct`, `only_engine`: captions that find their photo among the first ten in one of the two ways alone.
    """

    captions: int
    engine: dict[int, float]
    direct: dict[int, float]
    only_direct: int
    only_engine: int
    mean_cosine: float
    worst_cosine: float


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="eval_product_path", description=__doc__)
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--model", default="eidetic-base")
    parser.add_argument("--captions", type=int, default=1000, help="how many captions are asked")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    found = measure(options.data, options.model, options.captions)
    report.write(
        "product_path",
        {
            "model": options.model,
            "captions": found.captions,
            **{f"R@{first} engine": found.engine[first] for first in FIRST},
            **{f"R@{first} direct": found.direct[first] for first in FIRST},
            **{f"R@{first} difference": found.engine[first] - found.direct[first] for first in FIRST},
            "only direct": found.only_direct,
            "only engine": found.only_engine,
            "mean cosine": found.mean_cosine,
            "worst cosine": found.worst_cosine,
        },
        options.out,
    )


def measure(data: Path, model: str, most_captions: int) -> ProductPath:
    """Index the photos, ask their captions both ways."""
    photos = read_photos(data)
    asked = np.linspace(0, len(photos.texts) - 1, min(most_captions, len(photos.texts))).astype(int).tolist()
    with tempfile.TemporaryDirectory(prefix="eidetic-product-") as folder:
        paths = LibraryPaths.inside(Path(folder))
        store.save(paths.settings, Settings(model=ModelSettings(id=model)))
        encoder = load(model, paths.models)
        direct = direct_vectors(paths, photos, model)
        queries = np.stack([encoder.encode_query(photos.texts[number]) for number in asked])
        ranks = direct_ranks(queries @ direct.T, photos.owners[asked])
        engine = Engine.open(paths, lambda _: None, watch=False)
        try:
            engine.handle(AddRoot(str(photos.paths[0].parent.absolute())))
            engine.wait_for_model()
            if not engine.wait_until_idle(24 * 3600):
                raise RuntimeError("indexing does not end")
            engine_ranks = np.array([_rank(engine, photos, number) for number in asked])
        finally:
            engine.close()
        cosines = (catalog_vectors(paths, photos) * direct).sum(axis=1)
    return ProductPath(
        captions=len(asked),
        engine={first: float((engine_ranks < first).mean()) for first in FIRST},
        direct={first: float((ranks < first).mean()) for first in FIRST},
        only_direct=int(((ranks < FIRST[-1]) & (engine_ranks >= FIRST[-1])).sum()),
        only_engine=int(((ranks >= FIRST[-1]) & (engine_ranks < FIRST[-1])).sum()),
        mean_cosine=float(cosines.mean()),
        worst_cosine=float(cosines.min()),
    )


def _squashed(path: Path, size: int) -> npt.NDArray[np.uint8]:
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((size, size), Image.Resampling.BICUBIC))


def direct_vectors(paths: LibraryPaths, photos: Captioned, model: str) -> Vectors:
    """Return the vectors (n, d) of the files, as open_clip makes them, or, of the built-in model, as in training."""
    found = locate(model, paths.models)
    if found.entry.role is Role.BUILT_IN:
        encoder, size = load(model, paths.models), found.entry.model_input.size
        return np.concatenate([encoder.encode_images(_squashed(path, size)[None]) for path in photos.paths])
    network, transform = build_network(found.entry, found.folder), open_clip_transform(found.entry)
    rows: list[Vectors] = []
    with torch.inference_mode():
        for start in range(0, len(photos.paths), _BATCH):
            batch = []
            for path in photos.paths[start : start + _BATCH]:
                with Image.open(path) as picture:
                    batch.append(transform(picture.convert("RGB")))
            features = network.encode_pictures(torch.stack(batch))
            rows.append(torch.nn.functional.normalize(features, dim=-1).numpy())
    return np.concatenate(rows)


def direct_ranks(scores: Vectors, owners: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return at which place (0: first) each row's own photo stands."""
    own = scores[np.arange(len(scores)), owners][:, None]
    ranks: npt.NDArray[np.int64] = (scores > own).sum(axis=1)
    return ranks


def catalog_vectors(paths: LibraryPaths, photos: Captioned) -> Vectors:
    """Return the vectors (n, d) in the catalog, in the order of the files; zeros where there is none."""
    catalog = database.open_for_reading(paths.catalog)
    with catalog.connect() as connection:
        rows = connection.execute(
            text("SELECT f.name, e.vector FROM files f JOIN embeddings e ON e.photo_id = f.photo_id")
        )
        known = {bytes(row.name).decode(): np.frombuffer(row.vector, "<f2").astype(np.float32) for row in rows}
    catalog.dispose()
    nothing = np.zeros_like(next(iter(known.values())))
    return np.stack([known.get(path.name, nothing) for path in photos.paths])


def _rank(engine: Engine, photos: Captioned, number: int) -> int:
    """Return at which place the engine answers a caption with its photo; a large number when it does not."""
    query = Query((Words(photos.texts[number]),), strictness=0.0)
    answer = engine.handle(Search(query, limit=FIRST[-1]))
    if not isinstance(answer, SearchResult):
        raise TypeError(type(answer).__name__)
    rows = engine.reader.rows([hit.photo_id for hit in answer.hits])
    names = [Path(rows[hit.photo_id].path).name for hit in answer.hits]
    own = photos.paths[photos.owners[number]].name
    return names.index(own) if own in names else 1_000_000


if __name__ == "__main__":
    main()
