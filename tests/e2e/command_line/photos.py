"""Draws the photos that the end-to-end tests index: simple scenes, each another, in every still format."""

import shutil
from pathlib import Path

import numpy as np
import pillow_heif
from PIL import Image, ImageDraw

SUFFIXES = (".jpg", ".png", ".webp", ".gif", ".bmp", ".tif", ".avif", ".heic")


def draw(number: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """Return a scene that no other number has."""
    random = np.random.default_rng(number)
    small = random.integers(0, 256, (6, 8, 3), dtype=np.uint8)
    picture = Image.fromarray(small).resize(size, Image.Resampling.BICUBIC)
    pen = ImageDraw.Draw(picture)
    for _ in range(6):
        x, y = int(random.integers(size[0])), int(random.integers(size[1]))
        width, height = int(random.integers(20, 200)), int(random.integers(20, 200))
        colour = tuple(int(value) for value in random.integers(0, 256, 3))
        shape = pen.ellipse if random.random() < 0.5 else pen.rectangle
        shape((x, y, x + width, y + height), fill=colour)
    return picture


def exif(day: int, camera: str = "Fujifilm X100V") -> Image.Exif:
    """Return metadata: taken at noon of a day in July 2019, with a camera."""
    make, _, model = camera.partition(" ")
    fields = Image.Exif()
    fields[0x010F], fields[0x0110] = make, model
    fields.get_ifd(0x8769)[0x9003] = f"2019:07:{day:02} 12:00:00"
    return fields


def save(path: Path, number: int, size: tuple[int, int] = (640, 480)) -> Path:
    """Write scene `number` to `path` in the format of its suffix."""
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = draw(number, size)
    fields = exif(number % 28 + 1)
    if path.suffix == ".heic":
        pillow_heif.from_pillow(picture).save(path, quality=80, exif=fields.tobytes())
    elif path.suffix in {".gif", ".bmp"}:
        picture.save(path)
    else:
        picture.save(path, exif=fields)
    return path


def crowd(folder: Path, count: int, scenes: int = 40) -> list[Path]:
    """Write many photos quickly: few scenes, each file with bytes of its own behind the picture."""
    drawn = [path.read_bytes() for path in album(folder / "drawn", scenes)]
    paths = [folder / f"photo {number:05}.jpg" for number in range(count)]
    for number, path in enumerate(paths):
        path.write_bytes(drawn[number % scenes] + number.to_bytes(4, "big"))
    shutil.rmtree(folder / "drawn")
    return paths


def album(folder: Path, count: int, suffixes: tuple[str, ...] = (".jpg",)) -> list[Path]:
    """Write `count` scenes into `folder`, the suffixes in turn."""
    return [save(folder / f"scene {number:03}{suffixes[number % len(suffixes)]}", number) for number in range(count)]
