"""Which parts of a typed query stand as chips in the box, and which stay in the line. Plain text, no widgets."""

from core.query.keys import KEYS
from core.query.tokens import Form, tokenize

_SETTINGS = {key.name for key in KEYS.values() if key.setting is not None}


def split(text: str) -> tuple[tuple[str, ...], str]:
    """Return the filters of a query as they are typed, and what is left of it for the line.

    Nothing is taken out of a query that is joined by OR or brackets, or whose last value is still open.
    """
    tokens = tokenize(text)
    joined = any(token.text == "OR" or token.form is Form.GROUP for token in tokens)
    if joined or text.count('"') % 2:
        return (), text
    pinned = tuple(
        token.text for token in tokens if token.key is not None and token.key not in _SETTINGS and token.value
    )
    if not pinned:
        return (), text
    rest = [token.text for token in tokens if token.text not in pinned]
    return pinned, " ".join(rest) + (" " if rest and text.endswith(" ") else "")


def together(pinned: tuple[str, ...], line: str) -> str:
    """Return the whole query again."""
    return " ".join((*pinned, line))
