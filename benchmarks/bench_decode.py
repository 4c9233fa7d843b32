"""`make bench-decode`: what reading a photo costs against a full decode, and what the short cut costs in accuracy.

Cost: CPU seconds on one thread, the ways taking turns on each photo. Accuracy: the cosine between a model's vector of
the picture decoded whole and its vector by each short way, over real photos.
"""

import argparse
import io
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageOps

from benchmarks import photos as made
from benchmarks import random_model, report
from core import embedding
from core.embedding.protocol import Encoder
from core.media import thumbnail
from core.media.formats.jpeg import JpegReader
from core.media.formats.protocol import Need
from core.media.limits import SHORTEST_WORKING_PX
from core.media.model_input import ModelInput, prepare
from core.media.reader import read
from core.media.request import ReadRequest
from core.media.source import opened
from core.settings.paths import LibraryPaths
from core.values.errors import ModelUnavailableError

Pixels = npt.NDArray[np.uint8]
Way = Callable[[Path, ModelInput], Pixels]

_BATCH = 16
_INPUT = ModelInput(256)
# JPEG decoders halve the scale at most three times: below this the short way is the long one.
_LARGE_ENOUGH = 2 * SHORTEST_WORKING_PX


def full(path: Path, model_input: ModelInput) -> Pixels:
    """Decode every pixel, make the thumbnail and the model's picture from them: how it is usually done."""
    with Image.open(path) as image:
        picture = ImageOps.exif_transpose(image).convert("RGB")
    thumbnail.to_jpeg(thumbnail.shrunk(picture))
    return prepare(picture, model_input)


def product(path: Path, model_input: ModelInput) -> Pixels:
    """Read as the program does, identity, metadata and fingerprint included."""
    return read(ReadRequest(str(path), model_input=model_input)).frames[0].pixels


def at_least(times: float) -> Way:
    """Decode at the smallest scale that leaves the shorter side `times` as long as a thumbnail's."""

    def way(path: Path, model_input: ModelInput) -> Pixels:
        with opened(str(path)) as source:
            picture = JpegReader().read(source, Need(round(SHORTEST_WORKING_PX * times), 1)).pictures[0]
        thumbnail.to_jpeg(thumbnail.shrunk(picture.image, picture.box))
        return prepare(picture.image, model_input, picture.box)

    return way


def from_thumbnail(path: Path, model_input: ModelInput) -> Pixels:
    """Make the model's picture from the stored thumbnail, as a change of model does."""
    jpeg = read(ReadRequest(str(path))).thumbnail
    assert jpeg is not None
    with Image.open(io.BytesIO(jpeg)) as picture:
        return prepare(picture, model_input)


def turbojpeg(library: str) -> Way:
    """Decode with PyTurboJPEG at the scale that the program takes."""
    from turbojpeg import TJPF_RGB, TurboJPEG  # type: ignore[import-not-found]

    decoder = TurboJPEG(library)

    def way(path: Path, model_input: ModelInput) -> Pixels:
        data = path.read_bytes()
        width, height, *_ = decoder.decode_header(data)
        fitting = [1, 2, 4, 8][sum(min(width, height) // scale >= SHORTEST_WORKING_PX for scale in (2, 4, 8))]
        pixels = decoder.decode(data, pixel_format=TJPF_RGB, scaling_factor=(1, fitting))
        picture = Image.fromarray(pixels)
        box = (0.0, 0.0, width / fitting, height / fitting)
        thumbnail.to_jpeg(thumbnail.shrunk(picture, box))
        return prepare(picture, model_input, box)

    return way


WAYS: dict[str, Way] = {
    "program": product,
    "draft to 1.0 x thumbnail": at_least(1.0),
    "draft to 1.5 x thumbnail": at_least(1.5),
    "draft to 2.0 x thumbnail": at_least(2.0),
    "stored thumbnail": from_thumbnail,
}


def measure_cost(paths: Sequence[Path], ways: dict[str, Way], model_input: ModelInput) -> dict[str, report.Figure]:
    """Return CPU seconds per photo of each way, and how many times cheaper than the full decode it is."""
    seconds = dict.fromkeys(ways, 0.0)
    for path in paths:
        for name, way in ways.items():
            path.read_bytes()  # each finds the file in the system's cache
            started = time.process_time()
            way(path, model_input)
            seconds[name] += time.process_time() - started
    return {
        name: {"CPU s": spent / len(paths), "times cheaper than full": seconds["full"] / spent}
        for name, spent in seconds.items()
    }


def measure_accuracy(paths: Sequence[Path], ways: dict[str, Way], encoder: Encoder) -> dict[str, report.Figure]:
    """Return mean and worst cosine to the full decode for each way."""
    reference = _vectors(paths, full, encoder)
    figures: dict[str, report.Figure] = {}
    for name, way in ways.items():
        cosines = (_vectors(paths, way, encoder) * reference).sum(axis=1)
        figures[name] = {
            "mean": float(cosines.mean()),
            "worst": float(cosines.min()),
            "worst photo": paths[int(cosines.argmin())].name,
        }
    others = reference @ reference.T
    figures["two different photos"] = {"mean": float(others[~np.eye(len(paths), dtype=bool)].mean())}
    return figures


def _vectors(paths: Sequence[Path], way: Way, encoder: Encoder) -> npt.NDArray[np.float32]:
    batches = [
        encoder.encode_images(np.stack([way(path, encoder.model_input) for path in paths[start : start + _BATCH]]))
        for start in range(0, len(paths), _BATCH)
    ]
    return np.concatenate(batches)


def _large_photos(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in {".jpg", ".jpeg"}:
            try:
                with Image.open(path) as image:
                    if min(image.size) >= _LARGE_ENOUGH:
                        yield path
            except OSError:
                continue


def _encoder(model: str, library: Path) -> tuple[Encoder, str]:
    paths = LibraryPaths.inside(library)
    paths.create()
    try:
        return embedding.load(model, paths.models), model
    except ModelUnavailableError as error:
        print(f"{error} Taking random weights instead: cosines say less.")
        return embedding.load(random_model.install(paths), paths.models), "random weights"


def main() -> None:
    """Measure and write the figures."""
    options = _options()
    ways: dict[str, Way] = {"full": full, **WAYS}
    if options.turbojpeg:
        ways["PyTurboJPEG"] = turbojpeg(options.turbojpeg)
    cost = {
        name: measure_cost(made.photos(made.folder_of(size, options.count), options.count), ways, _INPUT)
        for name, size in made.SIZES.items()
    }
    figures: dict[str, report.Figure] = {"photos of each size": options.count, "cost": cost}
    if not options.cost_only:
        with tempfile.TemporaryDirectory() as library:
            encoder, figures["model"] = _encoder(options.model, options.library or Path(library))
        figures["cosine"] = _accuracy(options, encoder)
    report.write("decode", figures)


def _accuracy(options: argparse.Namespace, encoder: Encoder) -> dict[str, report.Figure]:
    accuracy: dict[str, report.Figure] = {}
    large = list(_large_photos(options.data / "formats"))
    if large:
        accuracy[f"{len(large)} large real photos"] = measure_accuracy(large, WAYS, encoder)
    small = sorted((options.data / "flickr8k_dev" / "photos").glob("*.jpg"))[: options.small]
    if small:
        kept = {name: WAYS[name] for name in ("program", "stored thumbnail")}
        accuracy[f"{len(small)} small real photos"] = measure_accuracy(small, kept, encoder)
    return accuracy


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bench_decode", description=__doc__)
    parser.add_argument("--count", type=int, default=20, help="made photos of each size")
    parser.add_argument("--cost-only", action="store_true", help="compare no vectors")
    parser.add_argument("--small", type=int, default=1000, help="small real photos")
    parser.add_argument("--model", default="eidetic-base", help="whose vectors are compared")
    parser.add_argument("--library", type=Path, help="folder of the library that has the model")
    parser.add_argument("--turbojpeg", help="path of the system's libturbojpeg, to compare PyTurboJPEG as well")
    default = Path(__file__).parent.parent.parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=default, help="folder with real photos")
    return parser.parse_args()


if __name__ == "__main__":
    main()
