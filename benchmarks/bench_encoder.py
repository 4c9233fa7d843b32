"""How fast a model encodes, by number format and batch size: `python -m benchmarks.bench_encoder MODEL`.

`--random` takes ViT-B/32 256 with random weights instead, which needs no download. Each figure is given twice: by the
clock on the wall, and per second of processor time, which other programs disturb less. Ratios are to float32 at the
same batch size, in the same run.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from itertools import count
from pathlib import Path

from benchmarks import random_model, report
from core.embedding.protocol import Encoder
from core.embedding.runtime.load import load
from core.embedding.runtime.openclip import OpenClipEncoder
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings

_BATCHES = (1, 4, 8, 16, 32)
_QUERY = "a dog on the beach"


@dataclass(frozen=True, slots=True)
class Pace:
    """Items a second by the wall, and milliseconds of processor time an item (all threads)."""

    per_second: float
    cpu_ms: float


def main() -> None:
    """Measure, print and write the figures."""
    options = _options()
    with tempfile.TemporaryDirectory(prefix="eidetic-bench-") as work:
        paths = LibraryPaths.inside(options.library or Path(work))
        paths.create()
        model = random_model.install(paths) if options.random else options.model
        report.write(f"encoder-{model}", measure(model, paths, options.seconds), options.out)


def measure(model_id: str, paths: LibraryPaths, seconds: float) -> dict[str, report.Figure]:
    """All figures of one model on the device that the program would take."""
    import torch

    from core.embedding.runtime.device import choose_device, describe, fast_dtypes

    device = choose_device()
    figures: dict[str, report.Figure] = {"model": model_id, "device": describe(device), "torch": torch.__version__}
    figures["threads"] = torch.get_num_threads()
    started = time.perf_counter()
    chosen = load(model_id, paths.models, ModelSettings(id=model_id)).precision
    figures["first load s, trial included"] = time.perf_counter() - started
    figures["chosen"] = f"{chosen.dtype}, batch {chosen.batch_size}"
    full: dict[str, Pace] = {}
    for number in ("float32", *fast_dtypes(device)):
        started = time.perf_counter()
        encoder = load(model_id, paths.models, ModelSettings(id=model_id, precision=number))
        loaded = time.perf_counter() - started
        paces = _paces(encoder, seconds)
        full = full or paces
        figures[number] = {"load s": loaded, **_figures(paces, full)}
        del encoder
    return figures


def _paces(encoder: Encoder, seconds: float) -> dict[str, Pace]:
    from core.embedding.runtime.calibration import sample_pictures

    encode = encoder.encode_batch if isinstance(encoder, OpenClipEncoder) else encoder.encode_images
    paces: dict[str, Pace] = {}
    for batch in _BATCHES:
        pictures = sample_pictures(batch, encoder.model_input.size)
        paces[f"pictures, batch {batch}"] = _pace(partial(encode, pictures), batch, seconds)
    paces["one text"] = _pace(lambda: encoder.encode_texts([_QUERY]), 1, seconds)
    number = count()
    paces["one query, all templates"] = _pace(lambda: encoder.encode_query(f"{_QUERY} {next(number)}"), 1, seconds)
    return paces


def _pace(call: Callable[[], object], items: int, seconds: float) -> Pace:
    call()
    calls, wall, cpu = 0, time.perf_counter(), time.process_time()
    while (spent := time.perf_counter() - wall) < seconds or calls == 0:
        call()
        calls += 1
    return Pace(calls * items / spent, 1000 * (time.process_time() - cpu) / (calls * items))


def _figures(paces: dict[str, Pace], full: dict[str, Pace]) -> dict[str, report.Figure]:
    return {
        what: {
            "per second": pace.per_second,
            "cpu ms each": pace.cpu_ms,
            "times float32, wall": pace.per_second / full[what].per_second,
            "times float32, cpu": full[what].cpu_ms / pace.cpu_ms,
        }
        for what, pace in paces.items()
    }


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="eidetic-base", help="id of an installed or the built-in model")
    parser.add_argument("--random", action="store_true", help="ViT-B/32 256 with random weights")
    parser.add_argument("--library", type=Path, help="the library that has the model")
    parser.add_argument("--seconds", type=float, default=3.0, help="for each figure")
    parser.add_argument("--out", type=Path, help="where to write the JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
