"""Text as it is compared: without case, compatibility forms and, in `bare`, accents and punctuation."""

import re
import unicodedata
from functools import lru_cache

NOT_TEXT = re.compile("[\x00-\x1f\x7f\ud800-\udfff\ufffe\uffff]+")
_STROKES = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ħ": "h", "ı": "i", "ŧ": "t"}
)


def fold(text: str) -> str:
    """Return `text` without case, compatibility forms, control characters and lone surrogates."""
    text = unicodedata.normalize("NFKC", NOT_TEXT.sub(" ", text))
    return unicodedata.normalize("NFC", text.casefold().translate(_STROKES))


@lru_cache(maxsize=65_536)
def bare(words: str) -> str:
    """Fold case and accents, and put one space for whatever is no letter or digit; signs alone stay.

    Kept: the few different values that a library has are compared at each key.
    """
    folded = fold(words)
    plain = folded
    if not folded.isascii():
        plain = "".join(char for char in unicodedata.normalize("NFD", folded) if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", plain)) or folded.strip()
