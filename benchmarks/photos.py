"""Makes photos for benchmarks: large JPEGs with detail at every scale, as a camera's have. Made once, then kept."""

import io
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.report import BENCH_FOLDER

QUALITY = 90
_TINY_A_FOLDER = 500


@dataclass(frozen=True, slots=True)
class PhotoSize:
    """Width and height in pixels, and a name for both."""

    name: str
    width: int
    height: int


SIZES = {
    "12mp": PhotoSize("12mp", 4000, 3000),
    "24mp": PhotoSize("24mp", 6000, 4000),
}


def folder_of(size: PhotoSize, count: int) -> Path:
    """Return a folder with at least `count` photos of this size, making those that are not there."""
    folder = BENCH_FOLDER / "photos" / size.name
    folder.mkdir(parents=True, exist_ok=True)
    missing = [number for number in range(count) if not (folder / _name(number)).exists()]
    with ProcessPoolExecutor() as pool:
        for done, _ in enumerate(pool.map(_make, [(folder, size, number) for number in missing]), 1):
            if done % 20 == 0 or done == len(missing):
                print(f"{size.name}: made {done} of {len(missing)} photos", flush=True)
    return folder


def tiny(count: int) -> Path:
    """Return a folder of exactly `count` distinct tiny JPEGs; made once, then kept."""
    folder = BENCH_FOLDER / "tiny-photos" / str(count)
    complete = folder / "complete"
    if complete.exists():
        return folder
    print(f"making {count} tiny photos", flush=True)
    for number in range(count):
        if number % _TINY_A_FOLDER == 0:
            part = folder / f"{number // _TINY_A_FOLDER:04}"
            part.mkdir(parents=True, exist_ok=True)
        # One generator a photo: the same photos whoever makes them.
        random = np.random.default_rng(number)
        grid = random.integers(0, 256, (6, 8, 3), np.uint8)
        picture = Image.fromarray(grid).resize((64, 48), Image.Resampling.BILINEAR)
        # The sizes of files differ widely, as those of real photos do: files of one size are compared by content.
        comment = bytes(int(random.integers(4000)))
        picture.save(part / f"{number:06}.jpg", quality=85, comment=comment)
    complete.touch()
    return folder


def photos(folder: Path, count: int) -> list[Path]:
    """Return the first `count` photos of a folder."""
    return [folder / _name(number) for number in range(count)]


def _name(number: int) -> str:
    return f"photo-{number:05}.jpg"


def _make(task: tuple[Path, PhotoSize, int]) -> None:
    folder, size, number = task
    # One generator a photo: the same photo whatever the order and however many there are.
    random = np.random.default_rng([size.width, number])
    picture = Image.merge("YCbCr", [_luminance(random, size), _colour(random, size), _colour(random, size)])
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Eidetic", "Benchmark"
    exif[0x0112] = 1
    stamp = f"20{number % 25:02}:{number % 12 + 1:02}:{number % 28 + 1:02} {number % 24:02}:00:00"
    exif.get_ifd(0x8769)[0x9003] = stamp
    data = io.BytesIO()
    picture.save(data, "JPEG", quality=QUALITY, exif=exif)
    target = folder / _name(number)
    temporary = target.with_suffix(".new")
    temporary.write_bytes(data.getvalue())
    temporary.replace(target)


def _luminance(random: np.random.Generator, size: PhotoSize) -> Image.Image:
    """Return noise whose amplitude falls with frequency, as in natural pictures, with sharp edges and grain."""
    total = np.full((size.height, size.width), 120.0, np.float32)
    cells, amplitude = 3, 60.0
    while cells < size.height:
        grid = random.normal(0.0, amplitude, (cells, cells * size.width // size.height + 1)).astype(np.float32)
        layer = Image.fromarray(grid).resize((size.width, size.height), Image.Resampling.BILINEAR)
        total += np.asarray(layer)
        cells, amplitude = cells * 6, amplitude * 0.4
    for _ in range(40):
        left, top = int(random.integers(size.width)), int(random.integers(size.height))
        width, height = int(random.integers(20, size.width // 3)), int(random.integers(20, size.height // 3))
        total[top : top + height, left : left + width] += random.normal(0.0, 30.0)
    # Rows take their grain from one long strip, each from another place: as good as random, and far cheaper.
    grain = random.integers(-8, 9, size.height * 991 + size.width, dtype=np.int8)
    total += np.lib.stride_tricks.sliding_window_view(grain, size.width)[: size.height * 991 : 991]
    return Image.fromarray(np.clip(total, 0, 255).astype(np.uint8))


def _colour(random: np.random.Generator, size: PhotoSize) -> Image.Image:
    grid = np.clip(random.normal(128.0, 25.0, (24, 32)), 0, 255).astype(np.uint8)
    return Image.fromarray(grid).resize((size.width, size.height), Image.Resampling.BILINEAR)
