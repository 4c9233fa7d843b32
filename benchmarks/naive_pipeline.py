"""The comparison for `bench_index`: how a photo indexer is usually written.

Full decode, open_clip's own transform, float32, batches of 8, one thread that decodes while the model runs.
"""

import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch
from PIL import Image, ImageOps

from core.embedding.models.registry import ModelEntry
from core.embedding.runtime.network import Network
from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops

BATCH = 8

Transform = Callable[[Image.Image], torch.Tensor]


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


def open_clip_transform(entry: ModelEntry) -> Transform:
    """Return open_clip's own preparation of a picture for a model."""
    ensure_torchvision_ops()
    import open_clip

    transform = open_clip.image_transform(
        entry.model_input.size,
        is_train=False,
        mean=entry.mean,
        std=entry.std,
        interpolation=entry.model_input.interpolation,
        resize_mode=entry.model_input.resize_mode,
    )
    return cast("Transform", transform)


def index(paths: Sequence[Path], network: Network, entry: ModelEntry) -> PlainRun:
    """Encode the photos; nothing is stored."""
    transform = open_clip_transform(entry)
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
            vectors = torch.nn.functional.normalize(network.encode_pictures(torch.stack(batch)), dim=-1)
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
