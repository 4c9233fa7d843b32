"""Makes names of places comparable: case, accents and punctuation do not count."""

import re
import unicodedata

_APOSTROPHES = re.compile("['\u2018\u2019\u02bb\u02bc`]")
_NOT_WORD = re.compile(r"[\W_]+")
_STROKES = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"})
_SAINT = re.compile(r"\bst\b")


def name_key(name: str) -> str:
    """Return the form in which two spellings of a name are equal: "St. John's" and "saint johns"."""
    bare = _APOSTROPHES.sub("", name).casefold()
    if not bare.isascii():
        apart = unicodedata.normalize("NFKD", bare)
        bare = "".join(character for character in apart if not unicodedata.combining(character)).translate(_STROKES)
    return _SAINT.sub("saint", _NOT_WORD.sub(" ", bare).strip())
