"""What is not wanted, in plain words: "without grass", "no people", "not smiling", "except cars".

A model takes "dog without grass" for a dog on grass: the word counts and the "without" does not.
"""

import re
from collections.abc import Iterator

from core.query.kinds import UNTIL

NEGATORS = frozenset({"no", "not", "without", "except", "excluding"})
_WORD = r"[^\W\d_][\w'\u2019-]*"
_OBJECT = rf"(?:any\s+|an?\s+|the\s+|my\s+|of\s+)*({_WORD}(?:\s+{_WORD}){{0,2}}?){UNTIL}"
_NEGATION = re.compile(
    r"(?<![\w:./-])(?:(?:but|and|with)\s+)?(?:without|w/o|not|no|except(?:\s+for)?|excluding)\s+" + _OBJECT,
    re.IGNORECASE,
)
_FURTHER = re.compile(rf"\s(?:or|nor)\s+{_OBJECT}", re.IGNORECASE)
_NOBODY = re.compile(
    r"(?<![\w:./-])(?:(?:and|with)\s+)?(?:no\s?one|nobody)(?:\s+(?:in|on)\s+(?:it|them))?(?![\w-])", re.IGNORECASE
)
_DASHED = re.compile(rf"(?<!\S)[-\u2013\u2014\u2212]\s+({_WORD})", re.IGNORECASE)
_BEFORE = re.compile(
    r"(?<![\w:./-])(?:(?:but|and)\s+)?(?:no|not|without|except(?:\s+for)?|excluding)\s+(?:(?:the|any|my)\s+)?$",
    re.IGNORECASE,
)
_FIXED = re.compile(
    r"(?:entry|parking|smoking|trespassing|exit|doubt|way|idea|problem|u-?turn|stopping|swimming|diving|fishing)\b"
    r"|.*\b(?:allowed|sign|signs)$|only\b|yet\b|so\b|very\b",
    re.IGNORECASE,
)  # fmt: skip
"""What stands on signs, or does not negate the word that follows."""


def find(words: str) -> Iterator[tuple[int, int, str, bool]]:
    """Yield start, end, what is not wanted, and whether it is sure."""
    for match in _NEGATION.finditer(words):
        if _FIXED.match(match[1]):
            continue
        yield match.start(), match.end(), match[1], True
        end = match.end()
        while further := _FURTHER.match(words, end):
            yield further.start() + 1, further.end(), further[1], True
            end = further.end()
    for match in _NOBODY.finditer(words):
        yield match.start(), match.end(), "people", True
    for match in _DASHED.finditer(words):
        yield match.start(), match.end(), match[1], False


def before(words: str, position: int) -> int | None:
    """Return where a "not" begins that stands right before `position`: "not in 2019"; None where there is none."""
    match = _BEFORE.search(words[:position])
    return None if match is None else match.start()
