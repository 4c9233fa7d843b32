"""Stage 2: all texts that are learnt from, and what the two sentence encoders make of them, kept under `build/`."""

import hashlib
import logging
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from safetensors.numpy import load_file, save_file

from core.embedding.builtin.english import EnglishEncoder
from core.embedding.builtin.sentences import SentenceEncoder
from core.embedding.builtin.weights import Weights
from training.builtin import packages
from training.builtin.config import Recipe
from training.builtin.packages import Tensors

Floats = npt.NDArray[np.float32]
TEMPLATES: Final = ("{}", "a {}", "a photo of {}", "a photo of a {}", "a picture with {}")
HERE: Final = Path(__file__).parent
_RAREST_WORD: Final = 8
_COMMONEST_WORD: Final = 0.3
_SHORTEST_WORD: Final = 3
_EMPTY: Final = frozenset(
    re.findall(
        r"\S+",
        """about against all along and another are around behind being been beside between down during each five for
    four from front had has have her him his into its many near next not off one onto other out over several she some
    something someone that the their them there they this three through toward towards two under very was were what
    where which while who with""",
    )
)

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TextFeatures:
    """What the encoders make of texts: `languages` [n, 512] and `english` [n, 384], in the texts' order."""

    languages: Floats
    english: Floats


@dataclass(frozen=True, slots=True)
class Names:
    """Names of ImageNet's 1,000 classes, then of their hypernyms.

    Attributes:
        members: `[names, 1000]`, which classes each covers.
    """

    words: tuple[tuple[str, ...], ...]
    members: Floats


def names() -> Names:
    """Read the names, made of WordNet's nouns."""
    rows = packages.read_table(HERE / "names.tsv")
    members = np.zeros((len(rows), 1000), np.float32)
    for number, row in enumerate(rows):
        members[number, [int(one) for one in row["classes"].split()]] = 1
    return Names(tuple(tuple(row["names"].split("; ")) for row in rows), members)


def translations() -> dict[str, tuple[str, ...]]:
    """Read what things are called in the other languages, by their English names (Unicode CLDR)."""
    rows = packages.read_table(HERE / "translations.tsv")
    return {row["en"]: tuple(name for language, name in row.items() if language != "en") for row in rows}


def mentions(captions: Sequence[Sequence[str]]) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Return the words of captions worth learning, sorted, and which photos' captions have which `[photos, words]`."""
    said = [{word for text in five for word in _words(text)} for five in captions]
    counts = Counter(word for words in said for word in words)
    most = _COMMONEST_WORD * len(captions)
    kept = sorted(word for word, count in counts.items() if _RAREST_WORD <= count <= most)
    return kept, np.array([[word in words for word in kept] for words in said], bool)


def clean_caption(caption: str) -> str:
    """Flickr8k's tokenised captions as people type: no spaces before stops, none at the end."""
    joined = re.sub(r"\s+([.,!?;:'])", r"\1", caption.strip().strip('"'))
    return joined.rstrip(" .").strip()


def parts(recipe: Recipe, captions: Sequence[str]) -> Tensors:
    """Return the two encoders' weights; `captions`: what English is known by, beside the names of things."""
    path = recipe.places.work / "parts.safetensors"
    if not path.is_file():
        things = [word for words in names().words for word in words] + list(translations())
        everyday = packages.everyday_words(captions, things)
        _save(path, packages.sentence_weights() | packages.english_weights(everyday))
    return load_file(path)


def text_features(recipe: Recipe, name: str, texts: Sequence[str]) -> TextFeatures:
    """Encode texts, or read what was kept of the very same ones under `name`."""
    digest = hashlib.sha256("\n".join(texts).encode()).hexdigest()[:12]
    path = recipe.places.work / f"texts-{name}-{digest}.safetensors"
    if not path.is_file():
        weights = Weights(recipe.places.work / "parts.safetensors")
        languages = SentenceEncoder(weights).encode(texts)
        english = EnglishEncoder(weights).encode(texts)
        _save(path, {"languages": languages.astype(np.float16), "english": english.astype(np.float16)})
        logger.info("%s: %s texts", name, len(texts))
    kept = load_file(path)
    return TextFeatures(kept["languages"].astype(np.float32), kept["english"].astype(np.float32))


def _words(text: str) -> Iterable[str]:
    found = re.findall(r"[a-z]+", text.lower())
    return (word for word in found if len(word) >= _SHORTEST_WORD and word not in _EMPTY)


def _save(path: Path, tensors: Tensors) -> None:
    temporary = path.with_suffix(".new")
    save_file({key: np.ascontiguousarray(value) for key, value in tensors.items()}, temporary)
    temporary.replace(path)
