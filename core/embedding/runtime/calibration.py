"""A short measurement that chooses number format and batch size for a model on this machine. Imports torch.

float32 is the reference. A shorter format is taken when its vectors agree with float32's, for pictures and for
words, and when it is faster here: on a processor without the instructions for it, it is many times slower.

On the CPU one thread is used and its processor time is measured, not the clock on the wall: a first run is often a
busy moment, decode workers and all, and wall-clock figures then say nothing (measured: 2 pictures a second instead
of 40, and the wrong format chosen).
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import torch

from core.embedding.models.locate import VerifiedModel
from core.embedding.runtime.device import describe, fast_dtypes
from core.embedding.runtime.dtype import Calibration, DType, Measurement, Precision
from core.embedding.runtime.network import build_network, build_tokenizer
from core.embedding.runtime.openclip import OpenClipEncoder, Pixels, Vectors

log = logging.getLogger(__name__)

AGREEMENT = 0.999
"""The worst cosine between a vector and its float32 counterpart that is allowed."""
FIRST_BATCH = 8
OTHER_BATCHES = (16, 32)
"""None smaller than the first: on the one thread of the trial four at once look as fast, on several they are not."""
SECONDS = 2.5
_PATIENCE = 4
"""Times its seconds that a trial may take by the wall, on a busy machine, before it makes do with what it has."""
_SHORTEST_S = 0.02
"""Calls are repeated until they add up to this: some clocks tick only every 16 ms."""
_WORTH_IT = 1.04
"""A larger batch, or a shorter format, must be faster by this much."""
_TEXTS = ("a dog running on the beach", "two people at a table in a restaurant", "snow", "an old red car, by night")


def hold_trial(model: VerifiedModel, device: torch.device, seconds: float = SECONDS) -> Calibration:
    """Measure for about `seconds`, loading not counted, and return what was chosen and why.

    Raises ModelUnavailableError when the model cannot be loaded.
    """
    with _one_thread(device):
        return _hold_trial(model, device, _Watch(device, seconds))


def _hold_trial(model: VerifiedModel, device: torch.device, watch: "_Watch") -> Calibration:
    entry, tokenizer = model.entry, build_tokenizer(model.entry, model.folder)
    size = entry.model_input.size
    pictures = sample_pictures(FIRST_BATCH, size)

    def encoder(dtype: DType) -> OpenClipEncoder:
        precision = Precision(device.type, dtype, FIRST_BATCH)
        network = build_network(entry, model.folder).move(precision)
        return OpenClipEncoder(entry, model.fingerprint, network, tokenizer, precision)

    current = encoder("float32")
    rate, vectors = watch.rate(current, pictures)
    one, _vector = watch.timed(lambda: current.encode_batch(pictures[:1]))
    reference = _Reference(pictures, vectors, current.encode_texts(_TEXTS), one)
    best = Measurement("float32", {FIRST_BATCH: rate}, 1.0)
    measured = [best]
    for dtype in fast_dtypes(device):
        if watch.time_is_up() and len(measured) > 1:
            break
        del current  # one network at a time: two of the larger ones would not fit beside each other everywhere
        current = encoder(dtype)
        measured.append(_measure(current, reference, watch))
        if not measured[-1].refused and _first_rate(measured[-1]) > _WORTH_IT * _first_rate(best):
            best = measured[-1]
    if current.precision.dtype != best.dtype:
        del current
        current = encoder(best.dtype)
    rates = dict(best.pictures_per_second)
    for batch in OTHER_BATCHES:
        if not watch.time_is_up():
            rates[batch], _vectors = watch.rate(current, sample_pictures(batch, size))
    measured[measured.index(best)] = Measurement(best.dtype, rates, best.agreement)
    chosen = Precision(device.type, best.dtype, _smallest_of_the_fast(rates))
    log.info("%s runs as %s; measured: %s", entry.id, chosen, measured)
    return Calibration(model.fingerprint, torch.__version__, describe(device), chosen, tuple(measured))


def sample_pictures(count: int, size: int) -> Pixels:
    """Return pictures with large and small detail, always the same: uint8 (count, size, size, 3)."""
    random = np.random.default_rng(0)
    pictures = np.zeros((count, size, size, 3), np.float32)
    for cells, weight in ((2, 90.0), (8, 50.0), (32, 25.0)):
        coarse = random.normal(0, weight, (count, cells, cells, 3)).astype(np.float32)
        rows = np.arange(size) * cells // size
        pictures += coarse[:, rows][:, :, rows]
    return (pictures + 120).clip(0, 255).astype(np.uint8)


@contextmanager
def _one_thread(device: torch.device) -> Iterator[None]:
    threads = torch.get_num_threads()
    if device.type == "cpu":
        torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


class _Watch:
    """Times calls: by processor time on the CPU, by the wall elsewhere."""

    def __init__(self, device: torch.device, seconds: float) -> None:
        self._clock = time.thread_time if device.type == "cpu" else time.perf_counter
        self._left = seconds
        self._latest = time.monotonic() + _PATIENCE * seconds

    def time_is_up(self) -> bool:
        """Whether the trial has had its seconds."""
        return self._left <= 0 or time.monotonic() > self._latest

    def timed(self, call: Callable[[], Vectors]) -> tuple[float, Vectors]:
        """Return the seconds of one call, and its result."""
        start, calls = self._clock(), 0
        while True:
            result = call()
            calls += 1
            spent = self._clock() - start
            if spent >= _SHORTEST_S:
                self._left -= spent
                return spent / calls, result

    def rate(self, encoder: OpenClipEncoder, pictures: Pixels) -> tuple[float, Vectors]:
        """Return the pictures a second when all are one batch, and their vectors."""
        seconds, vectors = self.timed(lambda: encoder.encode_batch(pictures))
        return len(pictures) / seconds, vectors


@dataclass(frozen=True, slots=True)
class _Reference:
    """What float32 gave, and the seconds it took over its first picture."""

    pictures: Pixels
    vectors: Vectors
    texts: Vectors
    seconds: float


def _measure(candidate: OpenClipEncoder, reference: _Reference, watch: _Watch) -> Measurement:
    dtype, pictures = candidate.precision.dtype, reference.pictures
    try:
        candidate.encode_batch(pictures[:1])  # the first call prepares the weights
        one, _vector = watch.timed(lambda: candidate.encode_batch(pictures[:1]))
        if one > reference.seconds:
            return Measurement(dtype, {}, 0.0, "slower than float32 here")
        rate, vectors = watch.rate(candidate, pictures)
        texts = candidate.encode_texts(_TEXTS)
    except (RuntimeError, NotImplementedError) as error:
        return Measurement(dtype, {}, 0.0, f"does not work here: {str(error).splitlines()[0]}")
    agreement = float(min((vectors * reference.vectors).sum(1).min(), (texts * reference.texts).sum(1).min()))
    if not agreement >= AGREEMENT:
        return Measurement(dtype, {}, agreement, f"its vectors differ from float32's (cosine {agreement:.5f})")
    return Measurement(dtype, {FIRST_BATCH: rate}, agreement)


def _smallest_of_the_fast(rates: dict[int, float]) -> int:
    """Return the smallest batch that is as good as the fastest: it needs less memory."""
    return min(batch for batch, rate in rates.items() if rate * _WORTH_IT >= max(rates.values()))


def _first_rate(measurement: Measurement) -> float:
    return measurement.pictures_per_second[FIRST_BATCH]
