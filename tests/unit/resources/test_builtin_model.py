"""The shipped files of the built-in model: they rank as a person would, in several languages.

The pictures are drawn here, each of one thing, so that they can be judged by hand. Where the real photos are, recall
has a floor.
"""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.captioned import read_photos
from benchmarks.eval_model import LANGUAGES, encode_photos, in_batches
from benchmarks.retrieval import photo_ranks, recall, text_ranks
from core.embedding.models.manifest import sha256_of
from core.embedding.models.registry import models
from core.embedding.protocol import Encoder
from core.embedding.runtime.load import load
from core.media.model_input import prepare

MODEL = "eidetic-base"
WIDTH, HEIGHT = 384, 256
LARGEST = 72 * 2**20
FLOORS = {"photo R@1": 26.0, "photo R@5": 57.0, "photo R@10": 70.4, "text R@10": 73.6, "de R@10": 50.0, "zh R@10": 46.0}
"""Of a photo by each of its five captions, and of one of these by the photo; of a photo by a caption in German and in
Chinese: just below what the files reach.
"""
Colour = tuple[int, int, int]
Pixels = npt.NDArray[np.float64]
WHITE = (245, 245, 245)


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Encoder:
    return load(MODEL, tmp_path_factory.mktemp("models"))


def test_weights_are_small_enough_to_ship_and_are_the_noted_ones() -> None:
    folder = Path(__file__).parents[3] / "resources" / "models" / MODEL
    files = models()[0].files
    assert sum(file.bytes for file in files) <= LARGEST
    assert {file.name: file.sha256 for file in files} == {file.name: sha256_of(folder / file.name) for file in files}


@pytest.mark.parametrize(
    ("query", "scene"),
    [
        ("green grass", "meadow"),
        ("the beach", "beach"),
        ("sand", "beach"),
        ("fire", "fire"),
        ("a red ball", "ball"),
        ("sunset", "sunset"),
    ],
)
def test_query_finds_the_drawing_it_describes(encoder: Encoder, query: str, scene: str) -> None:
    names = list(SCENES)
    pixels = np.stack([prepare(draw(), encoder.model_input) for draw in SCENES.values()])
    scores = encoder.encode_images(pixels) @ encoder.encode_query(query)
    assert names[int(scores.argmax())] == scene, dict(zip(names, scores.round(2).tolist(), strict=True))


@pytest.mark.parametrize(
    ("word", "near", "far"),
    [
        ("pooch", "dog", "car"),
        ("Hund", "dog", "car"),
        ("coche", "car", "dog"),
        ("犬", "dog", "car"),
        ("пляж", "beach", "dog"),
    ],
)
def test_a_word_lies_beside_its_synonym_in_any_language(encoder: Encoder, word: str, near: str, far: str) -> None:
    vectors = np.stack([encoder.encode_query(text) for text in (word, near, far)])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.15


@pytest.mark.soak
def test_recall_on_real_photos_keeps_its_floor(encoder: Encoder, shared_data: Path) -> None:
    dev = read_photos(shared_data / "flickr8k_dev")
    photos, texts = encode_photos(encoder, dev), in_batches(encoder.encode_texts, dev.texts)
    to_photo, to_text = photo_ranks(texts, photos, dev.owners), text_ranks(texts, photos, dev.owners)
    reached = {f"photo R@{within}": recall(to_photo, within) for within in (1, 5, 10)}
    reached["text R@10"] = recall(to_text, 10)
    row_of = {path.name: row for row, path in enumerate(dev.paths)}
    with LANGUAGES.open(encoding="utf-8", newline="") as lines:
        spoken = list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))
    for language in ("de", "zh"):
        own = [row for row in spoken if row["language"] == language]
        owners = np.array([row_of[row["image"]] for row in own])
        ranks = photo_ranks(encoder.encode_texts([row["caption"] for row in own]), photos, owners)
        reached[f"{language} R@10"] = recall(ranks, 10)
    assert all(reached[name] >= floor for name, floor in FLOORS.items()), reached


def _texture(height: int, seed: int, stretch: float = 1.0, smoothness: float = 1.0, width: int = WIDTH) -> Pixels:
    """Noise `[height, width, 1]`, about 1 in size, coarser the smoother it is; `stretch` draws it out to the sides."""
    noise = np.fft.fft2(np.random.default_rng(seed).standard_normal((height, width)))
    frequencies = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width) * stretch)
    frequencies[0, 0] = 1
    drawn = np.fft.ifft2(noise / frequencies**smoothness).real[:, :, None]
    texture: Pixels = (drawn - drawn.mean()) / drawn.std()
    return texture


def _between(top: Colour, bottom: Colour, height: int) -> Pixels:
    share = np.linspace(0, 1, height)[:, None, None]
    return np.broadcast_to((1 - share) * np.array(top) + share * np.array(bottom), (height, WIDTH, 3))


def _sky(top: Colour, bottom: Colour, height: int) -> Pixels:
    return _between(top, bottom, height) + 12 * _texture(height, 1, 0.5, 1.6)


def _picture(*stripes: Pixels) -> Image.Image:
    """Stripes one below the other."""
    return Image.fromarray(np.concatenate(stripes).clip(0, 255).astype(np.uint8))


def _meadow() -> Image.Image:
    grass = np.array((80, 145, 50)) + 22 * _texture(136, 2, 0.6, 0.8)
    return _picture(_sky((100, 160, 235), (195, 220, 250), 120), grass)


def _beach() -> Image.Image:
    sea = _between((25, 85, 150), (70, 160, 180), 60) + 14 * _texture(60, 2, 6)
    sand = np.array((222, 198, 155)) + 9 * _texture(96, 3, 1, 0.7)
    picture = _picture(_sky((110, 170, 235), (200, 225, 245), 100), sea, sand)
    surf = [(x, 160 + 4 * np.sin(x / 25)) for x in range(0, WIDTH + 8, 8)]
    ImageDraw.Draw(picture).line(surf, fill=(240, 245, 245), width=8)
    return picture


def _snow() -> Image.Image:
    ridge = [(0, 140), (60, 100), (120, 60), (160, 95), (220, 160), (300, 70), (340, 110), (WIDTH, 170)]
    mountains = Image.new("L", (WIDTH, HEIGHT))
    ImageDraw.Draw(mountains).polygon([(0, HEIGHT), *ridge, (WIDTH, HEIGHT)], fill=255)
    rough = _texture(HEIGHT, 7, 1, 1.2)
    slopes = np.where(rough < -0.9, np.array((90, 95, 110)), np.array((238, 242, 250)) + 8 * rough)
    return Image.composite(_picture(slopes), _picture(_sky((90, 150, 225), (190, 215, 245), HEIGHT)), mountains)


def _fire() -> Image.Image:
    """Tongues of flame by night: the hotter, the whiter."""
    y, x = np.mgrid[:HEIGHT, :WIDTH][:, :, :, None]
    tongues = _texture(HEIGHT, 6, 0.3, 1.4)
    heat = 1.5 - 1.6 * (1 - y / HEIGHT) - np.abs((x - 192) / 120) ** 2.5 + 0.35 * tongues
    colours = heat * np.array((2.2, 1.5, 1.2)) - np.array((0.1, 0.5, 1.0))
    return _picture(255 * colours.clip(0.04, 1)).filter(ImageFilter.GaussianBlur(1))


def _ball() -> Image.Image:
    picture = _picture(_between((200, 200, 200), (150, 150, 150), HEIGHT))
    ImageDraw.Draw(picture).ellipse((120, 60, 260, 200), fill=(220, 20, 20))
    return picture


def _pool() -> Image.Image:
    ripples = _texture(220, 4, 1, 1.3)
    water = np.array((35, 165, 210)) + 60 * (np.abs(np.sin(ripples * 2.2)) < 0.15) + 10 * ripples
    return _picture(np.array((215, 210, 200)) + 6 * _texture(28, 6, 1, 0.7), _between(WHITE, WHITE, 8), water)


def _forest() -> Image.Image:
    pixels = np.array((45, 85, 38)) + 26 * _texture(HEIGHT, 8, 1, 0.9)
    for x, width in zip(range(8, WIDTH, 38), np.random.default_rng(3).integers(8, 16, 10), strict=True):
        pixels[:, x : x + width] = np.array((70, 52, 38)) + 10 * _texture(HEIGHT, 9, 3, 0.7, width)
    return _picture(pixels)


def _sunset() -> Image.Image:
    """Long clouds, a glow about a sun that touches the sea, and its path on the water."""
    horizon = 170
    y, x = np.mgrid[:HEIGHT, :WIDTH][:, :, :, None]
    sky = _between((60, 45, 110), (250, 130, 50), horizon) + 14 * _texture(horizon, 1, 4, 1.6)
    sea = _between((170, 85, 60), (45, 30, 55), HEIGHT - horizon) + 16 * _texture(HEIGHT - horizon, 3, 6)
    glow = np.exp(-np.hypot(x - 192, (y - horizon) * 1.5) / 60) * (y < horizon)
    path = (
        np.exp(-(((x - 192) / (12 + (y - horizon).clip(0) / 3)) ** 2))
        * (y >= horizon)
        * (_texture(HEIGHT, 5, 6) > -0.3)
    )
    pixels = np.concatenate([sky, sea]) + (110 * glow + 120 * path) * np.array((1, 0.75, 0.3))
    pixels[(np.hypot(x - 192, y - horizon + 8) < 24)[:, :, 0] & (y < horizon)[:, :, 0]] = (255, 240, 170)
    return _picture(pixels).filter(ImageFilter.GaussianBlur(1))


SCENES: dict[str, Callable[[], Image.Image]] = {
    "meadow": _meadow,
    "beach": _beach,
    "snow": _snow,
    "fire": _fire,
    "ball": _ball,
    "pool": _pool,
    "forest": _forest,
    "sunset": _sunset,
}
