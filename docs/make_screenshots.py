"""Makes the screenshots of README and user guide: draws landscapes, indexes them, and photographs the real window.

Run with `xvfb-run python docs/make_screenshots.py`, or on any screen. Writes to `docs/images/`.
"""

import math
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter
from PySide6.QtWidgets import QApplication

from core.settings.paths import LibraryPaths
from desktop_app.main import Program, application
from desktop_app.theme.colours import ThemeMode

IMAGES = Path(__file__).parent / "images"
PATIENCE = 300.0
SKIES = {
    "sunrise": ((255, 176, 112), (112, 140, 196)),
    "noon": ((196, 226, 244), (66, 130, 200)),
    "sunset": ((250, 140, 90), (88, 62, 130)),
    "dusk": ((210, 130, 150), (38, 44, 92)),
    "night": ((30, 44, 80), (8, 12, 30)),
    "storm": ((160, 170, 176), (70, 80, 92)),
}
LANDS = {
    "mountains": (92, 110, 130),
    "hills": (96, 142, 88),
    "desert": (206, 150, 92),
    "forest": (40, 92, 66),
    "lake": (70, 120, 150),
    "beach": (222, 196, 150),
}
Colour = tuple[int, int, int]


def landscape(sky: str, land: str, seed: int, size: tuple[int, int] = (900, 675)) -> Image.Image:
    """Draw a landscape of layered ridges under a sky."""
    random = np.random.default_rng(seed)
    width, height = size
    low, high = (np.array(colour, dtype=float) for colour in SKIES[sky])
    ramp = np.linspace(0, 1, height)[:, None, None]
    picture = Image.fromarray(np.broadcast_to(high + (low - high) * ramp, (height, width, 3)).astype(np.uint8))
    pen = ImageDraw.Draw(picture)
    if sky == "night":
        for x, y in zip(random.integers(0, width, 160), random.integers(0, height // 2, 160), strict=True):
            pen.point((int(x), int(y)), (235, 238, 250))
    sun_x, sun_y = random.uniform(0.2, 0.8) * width, random.uniform(0.2, 0.5) * height
    sun = 34 if sky == "noon" else 46
    pen.ellipse((sun_x - sun, sun_y - sun, sun_x + sun, sun_y + sun), (255, 244, 214))
    picture = picture.filter(ImageFilter.GaussianBlur(2))
    pen = ImageDraw.Draw(picture)
    for layer in range(4):
        share = (layer + 1) / 4
        colour = _mix((int(low[0]), int(low[1]), int(low[2])), LANDS[land], 0.35 + 0.6 * share)
        if sky in {"night", "dusk"}:
            colour = _mix(colour, (10, 14, 28), 0.55)
        pen.polygon(_ridge(random, width, height, share, jagged=land == "mountains"), colour)
        if land == "forest" and layer > 1:
            _trees(pen, random, width, height * (0.55 + 0.12 * layer), _mix(colour, (10, 30, 24), 0.3))
    if land in {"lake", "beach"}:
        water = _mix((int(low[0]), int(low[1]), int(low[2])), (36, 96, 140), 0.6)
        pen.rectangle((0, int(height * 0.8), width, height), water)
        for _ in range(60):
            x, y = random.uniform(0, width), random.uniform(0.81, 1) * height
            pen.line((x, y, x + random.uniform(20, 90), y), _mix(water, (255, 255, 255), 0.25), 2)
    return picture


def _ridge(
    random: np.random.Generator, width: int, height: int, share: float, *, jagged: bool
) -> list[tuple[float, float]]:
    base, swing = height * (0.42 + 0.4 * share), height * (0.2 if jagged else 0.08) * (1.3 - share)
    phases = random.uniform(0, 2 * math.pi, 3)
    points = []
    for x in range(0, width + 20, 20):
        waves = sum(math.sin(x / width * (3 + 4 * k) + phases[k]) / (k + 1) for k in range(3))
        rough = random.uniform(-0.5, 0.5) if jagged else 0.0
        points.append((float(x), base - swing * (waves + rough)))
    return [*points, (float(width), float(height)), (0.0, float(height))]


def _trees(pen: ImageDraw.ImageDraw, random: np.random.Generator, width: int, foot: float, colour: Colour) -> None:
    for x in range(0, width, 26):
        tall, at = random.uniform(50, 110), x + random.uniform(-8, 8)
        pen.polygon([(at, foot - tall), (at - 17, foot + 20), (at + 17, foot + 20)], colour)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def draw_album(folder: Path) -> int:
    """Write one picture for each sky and land; return how many."""
    folder.mkdir(parents=True)
    number = 0
    for sky in SKIES:
        for land in LANDS:
            fields = Image.Exif()
            fields[0x010F], fields[0x0110] = "Fujifilm", "X100V"
            fields.get_ifd(0x8769).update(
                {0x9003: f"2025:{number % 4 * 3 + 1:02}:12 1{number % 9}:30:00", 0x829D: 2.8, 0x8827: 200}
            )
            landscape(sky, land, number).save(folder / f"{land} at {sky}.jpg", quality=88, exif=fields)
            number += 1
    return number


def grab(program: Program, name: str) -> None:
    """Save the window as it is, with few enough colours to be small."""
    _spin(0.6)
    path = IMAGES / f"{name}.png"
    program.window.grab().save(str(path))
    picture = Image.open(path).convert("RGB")
    picture.quantize(200, dither=Image.Dither.NONE).save(path, optimize=True)


def _spin(seconds: float) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        QApplication.processEvents()


def _wait(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the window did not come so far")
        _spin(0.1)


def main() -> None:
    """Take all pictures."""
    IMAGES.mkdir(exist_ok=True)
    app = application()
    with tempfile.TemporaryDirectory() as folder:
        count = draw_album(Path(folder) / "Landscapes")
        program = Program(app, LibraryPaths.inside(Path(folder) / "library"), None)
        window, photos = program.window, program.session.photos
        window.resize(1280, 800)
        program.session.theme.use(ThemeMode.LIGHT)
        program.start()
        grab(program, "welcome")
        window.library.add_folder(str(Path(folder) / "Landscapes"))
        _wait(
            lambda: (
                sum(row.content is not None for row in program.session.catalog.rows(photos.ids(slice(None))).values())
                == count
            )
        )
        _wait(lambda: program.session.cache.held >= min(count, 12))
        _spin(2.5)  # the dates of the photos, just read, have put them into another order
        first = photos.photo_at(1)
        if first is not None:
            window.grid.select(first)
        grab(program, "library-light")
        program.session.theme.use(ThemeMode.DARK)
        window.centre.box.set_text("mountains")
        _wait(lambda: bool(photos.listing.hits))
        first = photos.photo_at(0)
        if first is not None:
            window.grid.select(first)
        grab(program, "search-dark")
        program.close()


if __name__ == "__main__":
    main()
