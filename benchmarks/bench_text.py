"""What the gate before reading text skips and misses, and how large a picture must be to be read.

`python -m benchmarks.bench_text MODEL`.

Pictures with text: those of `../shared/data/formats` and drawn ones (pages, screenshots, receipts, signs in photos).
Pictures without: the captioned photos; a few of them do show a word on a shirt.
"""

import argparse
import io
import random
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from benchmarks.captioned import read_photos
from benchmarks.eval_model import DATA, encode_photos
from benchmarks.report import Figure, write
from core.catalog.thumbnails import SHORTEST_PX as THUMBNAIL_PX
from core.embedding import load
from core.embedding.protocol import Encoder
from core.enrichment.label_vectors import Matrix
from core.enrichment.ocr_gate import OcrGate
from core.media import ocr
from core.media.model_input import prepare
from core.media.reader import read
from core.media.request import ReadRequest
from core.settings.paths import LibraryPaths

_WORDS = re.findall(
    "[a-z]+",
    "harbour street market coffee menu ticket platform station bakery closed open daily fresh bread total amount "
    "invoice garden exit entrance hotel museum library reading river bridge welcome notice meeting project budget "
    "summer holiday family letter dear regards phone number address winter sale discount parking private window "
    "settings account message search folder picture camera travel report chapter science history music evening",
)
_THRESHOLDS = (0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0)


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture and the words that stand in it; none known for real photos."""

    kind: str
    image: Image.Image
    words: tuple[str, ...] = ()


def main() -> None:
    """Measure the gate with one model, and reading at three sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", nargs="?", default="eidetic-base")
    parser.add_argument(
        "--models", type=Path, default=LibraryPaths.default().models, help="folder of downloaded models"
    )
    parser.add_argument("--drawn", type=int, default=40, help="drawn pictures of each kind, for the gate")
    parser.add_argument("--reading", type=int, default=3, help="drawn pictures of each kind that are read")
    options = parser.parse_args()
    encoder = load(options.model, options.models)
    photos = read_photos(DATA / "flickr8k_dev")
    vectors = encode_photos(encoder, photos)
    drawn = draw(options.drawn, photos.paths)
    figures: dict[str, Figure] = {"gate": gate(encoder, vectors, [*drawn, *real()])}
    if ocr.is_available():
        largest = draw(options.reading, photos.paths, scale=3)
        figures["reading, by shorter side"] = {
            str(side or "full"): reading(largest, side) for side in (THUMBNAIL_PX, 720, ocr.SHORTEST_PX, None)
        }
    write(f"text-{options.model}", figures)


def gate(encoder: Encoder, without: Matrix, shown: Sequence[Shown]) -> dict[str, Figure]:
    """Say for each threshold how many photos without text are skipped, and which with text are missed."""
    judge = OcrGate(encoder)
    judge.calibrate(without)
    pixels = np.stack([prepare(one.image, encoder.model_input) for one in shown])
    parts = [encoder.encode_images(pixels[start : start + 32]) for start in range(0, len(pixels), 32)]
    scores, other = judge.scores(np.concatenate(parts)), judge.scores(without)
    kinds = np.array([one.kind for one in shown])
    return {
        f"{least:.2f}": {
            "photos skipped": float((other < least).mean()),
            "with text, missed": float((scores < least).mean()),
            **{
                f"missed: {kind}": float((scores[kinds == kind] < least).mean()) for kind in sorted(set(kinds.tolist()))
            },
        }
        for least in _THRESHOLDS
    }


def reading(shown: Sequence[Shown], side: int | None) -> dict[str, Figure]:
    """Read drawn pictures, first made as small as `side`; say how many of their words are found, and how fast."""
    found = count = 0
    started = time.process_time()
    for one in shown:
        small = one.image
        if side is not None and min(small.size) > side:
            scale = side / min(small.size)
            small = small.resize((round(small.width * scale), round(small.height * scale)), Image.Resampling.BICUBIC)
        read_words = set(re.findall(r"[a-z]+", ocr.read_text(small).casefold()))
        found += len(set(one.words) & read_words)
        count += len(set(one.words))
    return {"words found": found / max(count, 1), "CPU seconds a picture": (time.process_time() - started) / len(shown)}


def real() -> list[Shown]:
    """Return the real photos with text among the formats."""
    files = sorted((DATA / "formats" / "immich-test-assets" / "albums" / "text").glob("*.jpg"))
    shown = []
    for file in files:
        # Through the reader, which turns pictures upright; its thumbnail is enough for the gate.
        jpeg = read(ReadRequest(str(file))).thumbnail
        if jpeg is not None:
            shown.append(Shown("real photo", Image.open(io.BytesIO(jpeg))))
    return shown


def draw(count: int, backgrounds: Sequence[Path], *, scale: int = 1) -> list[Shown]:
    """Draw `count` pictures of each kind; the same ones each time. `scale` 1: about 1000 pixels wide."""
    shown = []
    for number in range(count):
        dice = random.Random(number)
        shown.append(_page(dice, scale))
        shown.append(_screenshot(dice, scale))
        shown.append(_receipt(dice, scale))
        shown.append(_sign(dice, scale, backgrounds[number % len(backgrounds)]))
    return shown


def _words(dice: random.Random, count: int) -> list[str]:
    return [dice.choice(_WORDS) for _ in range(count)]


def _page(dice: random.Random, scale: int) -> Shown:
    picture = Image.new("RGB", (900 * scale, 1200 * scale), (250, 249, 244))
    pen, font, words = ImageDraw.Draw(picture), ImageFont.load_default(22 * scale), []
    for line in range(24):
        row = _words(dice, dice.randint(5, 8))
        words += row
        pen.text((80 * scale, (80 + 42 * line) * scale), " ".join(row), (30, 30, 30), font)
    return Shown("page", picture, tuple(words))


def _screenshot(dice: random.Random, scale: int) -> Shown:
    picture = Image.new("RGB", (1280 * scale, 800 * scale), (242, 243, 245))
    pen, font, words = ImageDraw.Draw(picture), ImageFont.load_default(18 * scale), []
    pen.rectangle((0, 0, 1280 * scale, 44 * scale), (52, 60, 74))
    pen.rectangle((0, 44 * scale, 220 * scale, 800 * scale), (226, 229, 234))
    for line in range(14):
        entry = _words(dice, 1)
        row = _words(dice, 6)
        words += entry + row
        pen.text((24 * scale, (70 + 48 * line) * scale), entry[0], (40, 50, 70), font)
        pen.text((260 * scale, (70 + 48 * line) * scale), " ".join(row), (20, 20, 20), font)
        pen.line((260 * scale, (104 + 48 * line) * scale, 1240 * scale, (104 + 48 * line) * scale), (210, 212, 216))
    return Shown("screenshot", picture, tuple(words))


def _receipt(dice: random.Random, scale: int) -> Shown:
    picture = Image.new("RGB", (900 * scale, 1200 * scale), (96, 74, 58))
    paper = Image.new("RGB", (480 * scale, 1080 * scale), (244, 242, 236))
    pen, font, words = ImageDraw.Draw(paper), ImageFont.load_default(24 * scale), []
    for line in range(18):
        row = _words(dice, 2)
        words += row
        amount = f"{dice.randint(1, 99)}.{dice.randint(0, 99):02}"
        pen.text((30 * scale, (40 + 54 * line) * scale), f"{' '.join(row)}  {amount}", (50, 50, 60), font)
    picture.paste(paper.rotate(dice.uniform(-3, 3), expand=True, fillcolor=(96, 74, 58)), (190 * scale, 40 * scale))
    return Shown("receipt", picture, tuple(words))


def _sign(dice: random.Random, scale: int, background: Path) -> Shown:
    with Image.open(background) as photo:
        picture = photo.convert("RGB").resize((1000 * scale, 750 * scale), Image.Resampling.BICUBIC)
    pen, words = ImageDraw.Draw(picture), _words(dice, 2)
    left, top = dice.randint(60, 380) * scale, dice.randint(60, 420) * scale
    board, ink = dice.choice([((20, 70, 140), "white"), ((180, 30, 30), "white"), ((245, 245, 240), "black")])
    pen.rectangle((left, top, left + 520 * scale, top + 220 * scale), board)
    for line, word in enumerate(words):
        pen.text((left + 30 * scale, top + (20 + 95 * line) * scale), word, ink, ImageFont.load_default(80 * scale))
    return Shown("sign in a photo", picture, tuple(words))


if __name__ == "__main__":
    main()
