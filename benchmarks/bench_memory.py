"""`make bench-memory`: how much memory the engine and its workers take over a long indexing run, as a curve.

Many tiny JPEGs stand for many photos: what grows with their number is what is looked for, not what one photo takes.
Text in pictures is not read: that is another worker, at another time.
"""

import argparse
import json
import queue
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks import photos, report
from benchmarks.engine_run import drain, wait_for_model
from core.engine.client import EngineClient, EngineExited
from core.engine.protocol import AddRoot, EngineStatus, Event, GetStatus
from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import IndexingSettings, ModelSettings, Settings

_SMALL = "random-small"
_SMALL_CONFIGURATION = Path(__file__).parent.parent / "tests" / "models" / "tiny.json"
_STEP_SECONDS = 1.0
_STALLED_SECONDS = 600.0
_WARM = 0.2
"""Share of the run in which caches and allocators fill; growth is measured after it."""
_POINTS = 10


@dataclass(frozen=True, slots=True)
class Sample:
    """One moment of the run. Bytes are resident memory; `workers_bytes` of all decode workers together."""

    seconds: float
    photos: int
    engine_bytes: int
    workers_bytes: int
    workers: int


def main() -> None:
    """Make the photos, index them, print and write the curve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photos", type=int, default=50_000)
    parser.add_argument("--model", default=_SMALL, help=f"model id; {_SMALL}: a small one with random weights")
    parser.add_argument("--out", type=Path)
    options = parser.parse_args()
    folder = photos.tiny(options.photos)
    report.BENCH_FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="eidetic-memory-", dir=report.BENCH_FOLDER) as work:
        paths = LibraryPaths.inside(Path(work))
        paths.create()
        if options.model == _SMALL:
            _install_small(paths)
        samples, status = run(paths, options.model, folder, options.photos)
        catalog_bytes = paths.catalog.stat().st_size
    curve = [samples[number] for number in np.linspace(0, len(samples) - 1, _POINTS).round().astype(int)]
    print(f"{'photos':>8} {'seconds':>8} {'engine MB':>10} {'workers MB':>11} {'workers':>8}")
    for sample in curve:
        print(
            f"{sample.photos:8} {sample.seconds:8.0f} {sample.engine_bytes / 1e6:10.0f} "
            f"{sample.workers_bytes / 1e6:11.0f} {sample.workers:8}"
        )
    report.write("memory", figures(samples, status, catalog_bytes, options.model), options.out)


def figures(
    samples: Sequence[Sample], status: EngineStatus, catalog_bytes: int, model: str
) -> dict[str, report.Figure]:
    """Return the curve and its slopes."""
    photos = samples[-1].photos
    index_bytes = status.index_bytes / max(photos, 1)
    engine = slope([(sample.photos, sample.engine_bytes) for sample in samples])
    return {
        "model": model,
        "photos": photos,
        "failed": status.progress.failed,
        "photos per second": photos / samples[-1].seconds,
        "engine peak, MB": max(sample.engine_bytes for sample in samples) / 1e6,
        "workers peak, MB": max(sample.workers_bytes for sample in samples) / 1e6,
        "engine growth, bytes a photo": engine,
        "of which the index, bytes a photo": index_bytes,
        "engine growth beyond the index, bytes a photo": engine - index_bytes,
        "workers growth, bytes a photo": slope([(sample.photos, sample.workers_bytes) for sample in samples]),
        "catalog, bytes a photo": catalog_bytes / max(photos, 1),
        "curve": [
            [sample.seconds, sample.photos, sample.engine_bytes, sample.workers_bytes, sample.workers]
            for sample in samples
        ],
    }


def slope(points: Sequence[tuple[int, int]]) -> float:
    """Return the growth of bytes by photo over the run without its beginning, by least squares."""
    settled = np.array([point for point in points if point[0] >= _WARM * points[-1][0]], np.float64)
    if len(settled) < 3 or np.ptp(settled[:, 0]) == 0:
        return 0.0
    return float(np.polyfit(settled[:, 0], settled[:, 1], 1)[0])


def run(paths: LibraryPaths, model: str, folder: Path, expected: int) -> tuple[list[Sample], EngineStatus]:
    """Index `folder` with the engine in a process of its own, as the window does; sample its memory every second.

    Raises RuntimeError when the engine dies, has no model, or stops getting on.
    """
    settings = Settings(model=ModelSettings(id=model), indexing=IndexingSettings(read_text=False))
    store.save(paths.settings, settings)
    news: queue.Queue[Event | EngineExited] = queue.Queue()
    client = EngineClient(paths, on_event=news.put, on_gone=news.put, program="benchmark")
    client.start()
    try:
        wait_for_model(news)
        drain(news)
        if client.pid is None:
            raise RuntimeError("the engine ended")
        engine = psutil.Process(client.pid)
        client.submit(AddRoot(str(folder.absolute()))).result()
        return _follow(client, engine, expected)
    finally:
        client.close()


def _follow(client: EngineClient, engine: psutil.Process, expected: int) -> tuple[list[Sample], EngineStatus]:
    samples: list[Sample] = []
    started = last_change = time.perf_counter()
    last = -1
    while True:
        status: EngineStatus = client.submit(GetStatus()).result()
        done = status.progress.done + status.progress.failed
        now = time.perf_counter()
        workers = [size for child in engine.children(recursive=True) if (size := _resident(child)) is not None]
        samples.append(Sample(now - started, done, engine.memory_info().rss, sum(workers), len(workers)))
        if done >= expected and not status.progress.waiting:
            return samples, status
        if done != last:
            last, last_change = done, now
        if now - last_change > _STALLED_SECONDS:
            raise RuntimeError(f"no photo in {_STALLED_SECONDS:.0f} s: {status.progress}")
        time.sleep(_STEP_SECONDS)


def _install_small(paths: LibraryPaths) -> None:
    import torch
    from safetensors.torch import save_file

    from core.embedding.models.custom_model import WEIGHTS
    from core.embedding.models.install import import_model
    from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops

    ensure_torchvision_ops()
    import open_clip

    torch.manual_seed(0)
    configuration = json.loads(_SMALL_CONFIGURATION.read_text("utf-8"))
    network = open_clip.CLIP(**configuration)
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, _SMALL_CONFIGURATION.name).write_text(json.dumps(configuration), "utf-8")
        save_file(
            {name: tensor.half().contiguous() for name, tensor in network.state_dict().items()}, Path(folder, WEIGHTS)
        )
        import_model(Path(folder), paths.models, _SMALL)


def _resident(process: psutil.Process) -> int | None:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return None


if __name__ == "__main__":
    main()
