"""The shipped files of the built-in model: they load as every model does, and rank as a person would.

The pictures are drawn here, plain enough to be judged by hand. Where the real photos are, recall has a floor.
"""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageDraw, ImageFilter

from benchmarks.captioned import read_photos
from benchmarks.eval_model import encode_photos, in_batches
from benchmarks.retrieval import photo_ranks, recall, text_ranks
from core.embedding.load import load
from core.embedding.openclip import OpenClipEncoder
from core.media.model_input import prepare
from core.settings.schema import ModelSettings

MODEL = "eidetic-starter"
WIDTH, HEIGHT = 192, 128
LARGEST_FILE = 48 * 2**20
FLOORS = {"photo R@1": 11.7, "photo R@5": 30.8, "photo R@10": 43.0, "text R@10": 46.0}
"""Of a photo by each of its five captions, and of one of these by the photo: just below what the files reach."""
Colour = tuple[int, int, int]


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> OpenClipEncoder:
    settings = ModelSettings(id=MODEL, precision="float32")
    return load(MODEL, tmp_path_factory.mktemp("models"), settings)


def test_weights_are_small_enough_to_ship() -> None:
    weights = Path(__file__).parents[3] / "resources" / "models" / MODEL / "model.safetensors"
    assert weights.stat().st_size <= LARGEST_FILE


@pytest.mark.parametrize(
    ("query", "scene"),
    [
        ("green grass", "meadow"),
        ("the beach", "beach"),
        ("the sea", "beach"),
        ("sand", "beach"),
        ("snowy mountains", "snow"),
        ("fire", "fire"),
        ("a red ball", "ball"),
        ("a swimming pool", "pool"),
        ("a forest", "forest"),
        ("sunset", "sunset"),
    ],
)
def test_query_finds_the_drawing_it_describes(encoder: OpenClipEncoder, query: str, scene: str) -> None:
    names = list(SCENES)
    pixels = np.stack([prepare(draw(), encoder.model_input) for draw in SCENES.values()])
    scores = encoder.encode_images(pixels) @ encoder.encode_query(query)
    assert names[int(scores.argmax())] == scene, dict(zip(names, scores.round(2).tolist(), strict=True))


@pytest.mark.parametrize(("word", "near", "far"), [("pooch", "dog", "car"), ("sedan", "car", "dog")])
def test_word_without_photos_lies_beside_its_synonym(encoder: OpenClipEncoder, word: str, near: str, far: str) -> None:
    vectors = encoder.encode_texts([word, near, far])
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.2


def test_recall_on_real_photos_keeps_its_floor(encoder: OpenClipEncoder, shared_data: Path) -> None:
    dev = read_photos(shared_data / "flickr8k_dev")
    photos, texts = encode_photos(encoder, dev), in_batches(encoder.encode_texts, dev.texts)
    to_photo, to_text = photo_ranks(texts, photos, dev.owners), text_ranks(texts, photos, dev.owners)
    reached = {f"photo R@{within}": recall(to_photo, within) for within in (1, 5, 10)}
    reached["text R@10"] = recall(to_text, 10)
    assert all(reached[name] >= floor for name, floor in FLOORS.items()), reached


def _sky(top: Colour, bottom: Colour) -> Image.Image:
    share = np.linspace(0, 1, HEIGHT)[:, None, None]
    rows = (1 - share) * np.array(top) + share * np.array(bottom)
    return Image.fromarray(np.broadcast_to(rows, (HEIGHT, WIDTH, 3)).astype(np.uint8))


def _grainy(picture: Image.Image, top: int, bottom: int, amount: int) -> Image.Image:
    pixels: npt.NDArray[np.int64] = np.asarray(picture).astype(np.int64)
    grain = np.random.default_rng(0).integers(-amount, amount, (bottom - top, WIDTH, 1))
    pixels[top:bottom] += grain
    return Image.fromarray(pixels.clip(0, 255).astype(np.uint8))


def _meadow() -> Image.Image:
    picture = _sky((110, 170, 240), (190, 220, 250))
    ImageDraw.Draw(picture).rectangle((0, 60, WIDTH, HEIGHT), fill=(70, 140, 40))
    return _grainy(picture, 60, HEIGHT, 35)


def _beach() -> Image.Image:
    picture = _sky((120, 180, 240), (200, 225, 250))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 45, WIDTH, 80), fill=(30, 100, 160))
    pen.rectangle((0, 80, WIDTH, HEIGHT), fill=(225, 200, 150))
    return _grainy(_grainy(picture, 45, 80, 20), 80, HEIGHT, 12)


def _snow() -> Image.Image:
    picture = _sky((120, 170, 230), (200, 220, 250))
    ridge = [(0, HEIGHT), (0, 70), (60, 30), (110, 80), (150, 45), (WIDTH, 85), (WIDTH, HEIGHT)]
    ImageDraw.Draw(picture).polygon(ridge, fill=(240, 243, 250))
    return _grainy(picture, 30, HEIGHT, 8)


def _fire() -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (15, 8, 5))
    pen = ImageDraw.Draw(picture)
    for depth, colour in enumerate([(180, 40, 0), (230, 100, 0), (255, 180, 30), (255, 240, 150)]):
        half = 50 - depth * 11
        left, right = (96 - half // 2, 70 + depth * 8), (96 + half // 2, 66 + depth * 8)
        pen.polygon([(96 - half, 118), left, (90, 20 + depth * 18), right, (96 + half, 118)], fill=colour)
    return picture.filter(ImageFilter.GaussianBlur(3))


def _ball() -> Image.Image:
    picture = _sky((200, 200, 200), (150, 150, 150))
    ImageDraw.Draw(picture).ellipse((60, 30, 130, 100), fill=(220, 20, 20))
    return picture


def _pool() -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (40, 170, 210))
    for y in range(0, HEIGHT, 16):
        ImageDraw.Draw(picture).line((0, y, WIDTH, y + 6), fill=(90, 210, 235), width=3)
    return picture


def _forest() -> Image.Image:
    picture = Image.new("RGB", (WIDTH, HEIGHT), (40, 80, 35))
    for x in range(5, WIDTH, 22):
        ImageDraw.Draw(picture).rectangle((x, 0, x + 7, HEIGHT), fill=(60, 42, 28))
    return _grainy(picture, 0, HEIGHT, 40)


def _sunset() -> Image.Image:
    picture = _sky((60, 40, 110), (250, 130, 40))
    pen = ImageDraw.Draw(picture)
    pen.ellipse((80, 70, 115, 105), fill=(255, 230, 120))
    pen.rectangle((0, 100, WIDTH, HEIGHT), fill=(20, 15, 25))
    return picture


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
