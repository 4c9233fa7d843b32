"""`make bench-index`: how fast a folder is indexed, against the ceiling of the machine and a plain pipeline.

Ceiling: cores / (decode CPU seconds + model CPU seconds per photo), each measured alone, in the same run.
"""

import argparse
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from benchmarks import naive_pipeline, random_model, report
from benchmarks import photos as made
from benchmarks.engine_run import EngineRun, run_engine
from core.embedding.models.locate import locate
from core.embedding.protocol import Encoder
from core.embedding.runtime.load import load
from core.embedding.runtime.network import build_network
from core.media.reader import read
from core.media.request import ReadRequest
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings

_BATCHES = 4


@dataclass(frozen=True, slots=True)
class Costs:
    """CPU seconds per photo of each part, measured alone."""

    decode: float
    model: float

    @property
    def ceiling(self) -> float:
        """Photos per second if all cores did nothing else."""
        return (psutil.cpu_count() or 1) / (self.decode + self.model)


def main() -> None:
    """Measure, print and write the figures."""
    options = _options()
    folders, files = _photos(options)
    with tempfile.TemporaryDirectory(prefix="eidetic-bench-", dir=report.BENCH_FOLDER) as work:
        paths = LibraryPaths.inside(Path(work))
        paths.create()
        model = options.model or random_model.install(paths)
        encoder = load(model, paths.models, ModelSettings(id=model))
        costs = measure_costs(_spread(files, options.sample), encoder)
        batch = encoder.batch_size
        del encoder
        print(f"ceiling {costs.ceiling:.2f} photos/s; now the engine", flush=True)
        run = run_engine(paths, model, folders, len(files))
        print(f"engine {run.rate:.2f} photos/s; now the plain pipeline", flush=True)
        found = locate(model, paths.models)
        network = build_network(found.entry, found.folder)
        plain = naive_pipeline.index(_spread(files, options.plain), network, found.entry)
    report.write(options.name, _figures(len(files), model, batch, costs, run, plain), options.out)


def measure_costs(files: Sequence[Path], encoder: Encoder) -> Costs:
    """Measure decoding and the model one after the other, in this process."""
    request = ReadRequest(str(files[0]), model_input=encoder.model_input)
    first = read(request)
    started = time.process_time()
    for path in files:
        read(ReadRequest(str(path), model_input=encoder.model_input))
    decode = (time.process_time() - started) / len(files)
    batch = np.stack([first.frames[0].pixels] * encoder.batch_size)
    encoder.encode_images(batch)
    started = time.process_time()
    for _ in range(_BATCHES):
        encoder.encode_images(batch)
    return Costs(decode, (time.process_time() - started) / (_BATCHES * len(batch)))


def _figures(  # noqa: PLR0917 (every part of one result)
    count: int, model: str, batch: int, costs: Costs, run: EngineRun, plain: naive_pipeline.PlainRun
) -> dict[str, report.Figure]:
    return {
        "photos": count,
        "model": model,
        "batch": batch,
        "decode CPU s per photo": costs.decode,
        "model CPU s per photo": costs.model,
        "ceiling photos per s": costs.ceiling,
        "photos per s": run.rate,
        "ratio to ceiling": run.rate / costs.ceiling,
        "engine and workers CPU s per photo": run.cpu_seconds / count,
        "plain photos per s": plain.rate,
        "times the plain pipeline": run.rate / plain.rate,
        "failed": run.failed,
        "peak MB": {
            "engine": run.engine_bytes / 1e6,
            "largest worker": run.worker_bytes / 1e6,
            "all together": run.together_bytes / 1e6,
            "workers": run.workers,
        },
    }


def _photos(options: argparse.Namespace) -> tuple[list[Path], list[Path]]:
    if options.folder is not None:
        files = sorted(path for path in options.folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg"})
        return [options.folder], files
    folders = [made.folder_of(made.SIZES[name], options.count) for name in options.sizes.split(",")]
    return folders, [path for folder in folders for path in sorted(folder.glob("*.jpg"))]


def _spread(files: Sequence[Path], count: int) -> list[Path]:
    """Return `count` files from all over the list."""
    return [files[position * len(files) // count] for position in range(min(count, len(files)))]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench_index", description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="photos of each size")
    parser.add_argument("--sizes", default=",".join(made.SIZES), help="of the photos that are made")
    parser.add_argument("--folder", type=Path, help="index these photos instead of made ones")
    parser.add_argument("--model", help="an installed or built-in model instead of ViT-B-32-256 with random weights")
    parser.add_argument("--sample", type=int, default=24, help="photos to measure the ceiling with")
    parser.add_argument("--plain", type=int, default=64, help="photos to measure the plain pipeline with")
    parser.add_argument("--name", default="index", help="of the result")
    parser.add_argument("--out", type=Path, help="file for the result")
    return parser.parse_args()


if __name__ == "__main__":
    main()
