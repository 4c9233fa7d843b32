r"""Cuts a query's text into tokens, and writes values so that they come back as one token. Knows no filters.

A token is `[-][weight:][key:]value`; a value is bare, `"quoted"` (a quote inside is doubled) or `(grouped)`. In a
group, brackets nest and `\` takes the next sign as it is. A quote or bracket left open runs to the end, as while one
is typing.
"""

import re
from dataclasses import dataclass
from enum import Enum, auto

DASHES = "\u2013\u2014\u2212-"
"""What phones and word processors make of a hyphen counts as one."""
OR = "OR"
_PREFIX = re.compile(
    rf"(?P<sign>[+{DASHES}](?=\S))?(?:(?P<weight>\d{{1,6}}(?:\.\d{{1,12}})?):(?=[^\s\d]))?(?:(?P<key>[A-Za-z]+):)?"
)
_BARE = re.compile(r"\S*")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_QUOTES = {'"': '"', "\u201c": "\u201d", "\u201e": "\u201c"}
_SIGNS = {*_QUOTES, *_QUOTES.values(), "(", ")", "\\"}


class Form(Enum):
    """How a value was written."""

    BARE = auto()
    QUOTED = auto()
    GROUP = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a query.

    Attributes:
        text: as it stands in the query.
        inside: what stands between the brackets of a group, as it stands there.
        key: in lower case.
    """

    text: str
    value: str
    form: Form
    negated: bool = False
    weight: float | None = None
    key: str | None = None
    inside: str = ""

    @property
    def is_or(self) -> bool:
        """Whether this is the word that joins what stands beside it."""
        return self.text == OR


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
    if value and not any(char.isspace() or char in _SIGNS for char in value):
        return value
    return always_quoted(value)


def always_quoted(value: str) -> str:
    """Write `value` in quotes."""
    return '"' + value.replace('"', '""') + '"'


def grouped(words: str) -> str:
    """Write `words` in brackets, so that nothing in them means anything but itself."""
    escaped = re.sub(r'([\\():"\u201c\u201d\u201e])', r"\\\1", words)
    return "(" + " ".join("\\" + word if word == OR else word for word in escaped.split(" ")) + ")"


def is_plain(words: str) -> bool:
    """Tell whether `words` typed as they are hold no sign that means something."""
    return words == " ".join(words.split()) and all(
        token.form is Form.BARE and token.value == token.text and not token.is_or for token in tokenize(words)
    )


def _token(text: str, start: int) -> tuple[Token, int]:
    prefix = _PREFIX.match(text, start)
    assert prefix is not None
    sign, weight, key = prefix["sign"], prefix["weight"], prefix["key"]
    value, form, end = _value(text, prefix.end())
    token = Token(
        text[start:end],
        _ESCAPED.sub(r"\1", value) if form is Form.GROUP else value,
        form,
        negated=sign is not None and sign in DASHES,
        weight=None if weight is None else float(weight),
        key=None if key is None else key.lower(),
        inside=value if form is Form.GROUP else "",
    )
    return token, end


def _value(text: str, start: int) -> tuple[str, Form, int]:
    opening = text[start : start + 1]
    if opening == "(":
        return _group(text, start + 1)
    if opening in _QUOTES:
        return _quotation(text, start)
    bare = _BARE.match(text, start)
    assert bare is not None
    return bare[0], Form.BARE, bare.end()


def _quotation(text: str, start: int) -> tuple[str, Form, int]:
    closing = _QUOTES[text[start]]
    position = start + 1
    value: list[str] = []
    while position < len(text):
        char = text[position]
        if char == closing:
            if text[position + 1 : position + 2] != closing:
                return "".join(value), Form.QUOTED, position + 1
            position += 1
        value.append(char)
        position += 1
    return "".join(value), Form.QUOTED, position


def _group(text: str, start: int) -> tuple[str, Form, int]:
    """Return what stands up to the closing bracket; brackets in a quoted value are no brackets."""
    depth, position, may_quote = 1, start, True
    while position < len(text):
        char = text[position]
        if char in _QUOTES and may_quote:
            position = _quotation(text, position)[2]
            may_quote = False
            continue
        if char == "(":
            depth += 1
        elif char == ")":
            depth -= 1
            if depth == 0:
                return text[start:position], Form.GROUP, position + 1
        may_quote = char.isspace() or char in f"(:+{DASHES}"
        position += 2 if char == "\\" else 1
    return text[start:], Form.GROUP, len(text)
