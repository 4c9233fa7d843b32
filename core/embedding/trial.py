"""A short measurement that chooses number format and batch size for a model on this machine. Imports torch.

float32 is the reference. A shorter format is taken when its vectors agree with float32's, for pictures and for
words, and when it is faster here: on a processor without the instructions for it, it is many times slower.
"""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch

from core.embedding.device import describe, fast_numbers
from core.embedding.network import Network
from core.embedding.openclip import OpenClipEncoder
from core.embedding.precision import Measurement, Number, Precision, Trial
from core.embedding.registry import ModelEntry
from core.embedding.tokenizer import Tokenizer

log = logging.getLogger(__name__)

AGREEMENT = 0.999
"""The worst cosine between a vector and its float32 counterpart that is allowed."""
FIRST_BATCH = 8
OTHER_BATCHES = (16, 4, 32)
SECONDS = 2.0
_WORTH_IT = 1.05
"""A larger batch, or a shorter format, must be faster by this much."""
_TEXTS = ("a dog running on the beach", "two people at a table in a restaurant", "snow", "an old red car, by night")


def hold_trial(
    entry: ModelEntry,
    fingerprint: str,
    build: Callable[[], Network],
    tokenizer: Tokenizer,
    device: torch.device,
    *,
    seconds: float = SECONDS,
) -> Trial:
    """Measure for about `seconds` and return what was chosen and why.

    `build` loads the network anew, in float32 on the CPU: one that was converted cannot be converted back.
    """
    deadline = time.monotonic() + seconds
    size = entry.model_input.size
    pictures = sample_pictures(FIRST_BATCH, size)

    def encoder(number: Number) -> OpenClipEncoder:
        precision = Precision(device.type, number, FIRST_BATCH)
        return OpenClipEncoder(entry, fingerprint, build().move(precision), tokenizer, precision)

    current = encoder("float32")
    one = _seconds_of(lambda: current.encode_batch(pictures[:1]))
    reference = _Reference(pictures, current.encode_batch(pictures), current.encode_texts(_TEXTS), one)
    best = Measurement("float32", {FIRST_BATCH: _rate(current, pictures, deadline)}, 1.0)
    measured = [best]
    for number in fast_numbers(device):
        if time.monotonic() > deadline and len(measured) > 1:
            break
        del current  # one network at a time: two of the larger ones would not fit beside each other everywhere
        current = encoder(number)
        measured.append(_measure(current, reference, deadline))
        if not measured[-1].refused and _first_rate(measured[-1]) > _WORTH_IT * _first_rate(best):
            best = measured[-1]
    if current.precision.number != best.number:
        del current
        current = encoder(best.number)
    rates = dict(best.pictures_per_second)
    for batch in OTHER_BATCHES:
        if time.monotonic() < deadline:
            rates[batch] = _rate(current, sample_pictures(batch, size), deadline)
    measured[measured.index(best)] = Measurement(best.number, rates, best.agreement)
    chosen = Precision(device.type, best.number, _smallest_of_the_fast(rates))
    log.info("%s runs as %s; measured: %s", entry.id, chosen, measured)
    return Trial(fingerprint, torch.__version__, describe(device), chosen, tuple(measured))


def sample_pictures(count: int, size: int) -> npt.NDArray[np.uint8]:
    """Return pictures with large and small detail, always the same: uint8 (count, size, size, 3)."""
    random = np.random.default_rng(0)
    pictures = np.zeros((count, size, size, 3), np.float32)
    for cells, weight in ((2, 90.0), (8, 50.0), (32, 25.0)):
        coarse = random.normal(0, weight, (count, cells, cells, 3)).astype(np.float32)
        rows = np.arange(size) * cells // size
        pictures += coarse[:, rows][:, :, rows]
    return (pictures + 120).clip(0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True)
class _Reference:
    """What float32 gave, and the seconds it took over its first picture."""

    pictures: npt.NDArray[np.uint8]
    vectors: npt.NDArray[np.float32]
    texts: npt.NDArray[np.float32]
    seconds: float


def _measure(candidate: OpenClipEncoder, reference: _Reference, deadline: float) -> Measurement:
    number, pictures = candidate.precision.number, reference.pictures
    try:
        if all(_seconds_of(lambda: candidate.encode_batch(pictures[:1])) > reference.seconds for _ in range(2)):
            return Measurement(number, {}, 0.0, "slower than float32 here")
        agreement = float(
            min(
                (candidate.encode_batch(pictures) * reference.vectors).sum(axis=1).min(),
                (candidate.encode_texts(_TEXTS) * reference.texts).sum(axis=1).min(),
            )
        )
    except (RuntimeError, NotImplementedError) as error:
        return Measurement(number, {}, 0.0, f"does not work here: {str(error).splitlines()[0]}")
    if not agreement >= AGREEMENT:
        return Measurement(number, {}, agreement, f"its vectors differ from float32's (cosine {agreement:.5f})")
    return Measurement(number, {FIRST_BATCH: _rate(candidate, pictures, deadline)}, agreement)


def _smallest_of_the_fast(rates: dict[int, float]) -> int:
    """Return the smallest batch that is as good as the fastest: a query waits for the batch in progress."""
    return min(batch for batch, rate in rates.items() if rate * _WORTH_IT >= max(rates.values()))


def _rate(encoder: OpenClipEncoder, pictures: npt.NDArray[np.uint8], deadline: float) -> float:
    """Pictures a second: the best of three calls, fewer when time is up."""
    return len(pictures) / min(_spent(lambda: encoder.encode_batch(pictures), deadline))


def _spent(call: Callable[[], object], deadline: float) -> Iterator[float]:
    for _ in range(3):
        yield _seconds_of(call)
        if time.monotonic() > deadline:
            return


def _seconds_of(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def _first_rate(measurement: Measurement) -> float:
    return measurement.pictures_per_second[FIRST_BATCH]
