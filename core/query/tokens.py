"""Cuts a query's text into tokens, and writes values so that they come back as one token. Knows no filters.

A token is `[-][weight:][key:]value`; a value is bare, `"quoted"` (a quote inside is doubled) or `(grouped)`
(a closing bracket inside is doubled). A quote or bracket left open runs to the end, as while typing.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

_PREFIX = re.compile(
    r"(?P<sign>[-+](?=\S))?(?:(?P<weight>\d{1,6}(?:\.\d{1,12})?):(?=[^\s\d]))?(?:(?P<key>[A-Za-z]+):)?"
)
_BARE = re.compile(r"\S*")
_OPENING = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c", "(": ")"}


class Form(Enum):
    """How a value was written."""

    BARE = auto()
    QUOTED = auto()
    GROUP = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a query. `text`: as it stands in the query; `key` is lower case."""

    text: str
    value: str
    form: Form
    negated: bool = False
    weight: float | None = None
    key: str | None = None


def tokenize(text: str) -> list[Token]:
    """Cut `text` at spaces that are not inside quotes or brackets."""
    tokens = []
    position = 0
    while position < len(text):
        if text[position].isspace():
            position += 1
            continue
        token, position = _token(text, position)
        tokens.append(token)
    return tokens


def quoted(value: str) -> str:
    """Write `value` so that it is read back whole after a key."""
    if value and not any(char.isspace() or char in _OPENING or char in _OPENING.values() for char in value):
        return value
    return always_quoted(value)


def always_quoted(value: str) -> str:
    """Write `value` in quotes."""
    return '"' + value.replace('"', '""') + '"'


def grouped(value: str) -> str:
    """Write `value` in brackets."""
    return "(" + value.replace(")", "))") + ")"


def is_plain(words: str) -> bool:
    """Tell whether `words` typed as they are mean nothing but themselves."""
    return words == " ".join(words.split()) and all(
        token.form is Form.BARE and token.value == token.text for token in tokenize(words)
    )


def _token(text: str, start: int) -> tuple[Token, int]:
    prefix = _PREFIX.match(text, start)
    assert prefix is not None
    sign, weight, key = prefix["sign"], prefix["weight"], prefix["key"]
    value, form, end = _value(text, prefix.end())
    token = Token(
        text[start:end],
        value,
        form,
        negated=sign == "-",
        weight=None if weight is None else float(weight),
        key=None if key is None else key.lower(),
    )
    return token, end


def _value(text: str, start: int) -> tuple[str, Form, int]:
    closing = _OPENING.get(text[start : start + 1])
    if closing is None:
        bare = _BARE.match(text, start)
        assert bare is not None
        return bare[0], Form.BARE, bare.end()
    form = Form.GROUP if closing == ")" else Form.QUOTED
    position = start + 1
    value: list[str] = []
    while position < len(text):
        char = text[position]
        if char == closing:
            if text[position + 1 : position + 2] != closing:
                return "".join(value), form, position + 1
            position += 1
        value.append(char)
        position += 1
    return "".join(value), form, position
