"""The comparison for `bench_index`: how a photo indexer is usually written.

Full decode, open_clip's own transform, float32, batches of 8, one thread that decodes while the model runs.
"""

import queue
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import open_clip
import torch
from PIL import Image, ImageOps

BATCH = 8


@dataclass(frozen=True, slots=True)
class PlainRun:
    """How it did. `dimension`: of the vectors, as a check that they were made."""

    photos: int
    seconds: float
    dimension: int

    @property
    def rate(self) -> float:
        """Photos per second."""
        return self.photos / self.seconds


def index(paths: Sequence[Path], model: torch.nn.Module) -> PlainRun:
    """Encode the photos; nothing is stored."""
    transform = open_clip.image_transform_v2(open_clip.PreprocessCfg(**model.visual.preprocess_cfg), is_train=False)
    decoded: queue.Queue[torch.Tensor | None] = queue.Queue(maxsize=2 * BATCH)

    def decode() -> None:
        for path in paths:
            with Image.open(path) as picture:
                decoded.put(transform(ImageOps.exif_transpose(picture).convert("RGB")))
        decoded.put(None)

    started = time.perf_counter()
    thread = threading.Thread(target=decode, name="plain-decode", daemon=True)
    thread.start()
    dimension = 0
    with torch.inference_mode():
        while batch := _next_batch(decoded):
            vectors = torch.nn.functional.normalize(model.encode_image(torch.stack(batch)), dim=-1)
            dimension = int(vectors.shape[1])
    thread.join()
    return PlainRun(len(paths), time.perf_counter() - started, dimension)


def _next_batch(decoded: "queue.Queue[torch.Tensor | None]") -> list[torch.Tensor]:
    batch: list[torch.Tensor] = []
    while len(batch) < BATCH:
        item = decoded.get()
        if item is None:
            decoded.put(None)
            break
        batch.append(item)
    return batch
