"""Completes what is typed: names of filters, and their values from the library. Pure; a protocol gives the values."""

from dataclasses import dataclass
from typing import Protocol

from core.query.keys import KEYS
from core.query.tokens import Form, quoted, tokenize
from core.values.case_folding import bare

_SHORTEST_NAME = 3
_NAMED = ("place", "person", "tag")


class LibraryValues(Protocol):
    """What the library has that can be completed."""

    def values_of(self, key: str) -> tuple[tuple[str, int], ...]:
        """Return the values of a filter with their number of photos, the most frequent first."""

    def recent(self, limit: int) -> list[str]:
        """Return what was searched for, newest first."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One way to go on.

    Attributes:
        text: the whole query when it is taken.
        label: what to show of it.
        hint: what a filter expects, or how many photos have a value.
    """

    text: str
    label: str
    hint: str = ""


class Completer:
    """Completes queries over one library."""

    def __init__(self, library: LibraryValues) -> None:
        self._library = library

    def complete(self, text: str, limit: int = 10) -> list[Completion]:
        """Return how `text`, with the cursor at its end, may go on; the likeliest first.

        An empty text offers recent searches. A word offers filters that begin like it, and from three letters on the
        places and tags of the library that do; after a filter's name come its values in the library, those of the
        most photos first.
        """
        if not text.strip():
            return [Completion(recent, recent) for recent in self._library.recent(limit)]
        last = tokenize(text)[-1]
        if not text.endswith(last.text) or last.weight is not None:
            return []
        before = text[: len(text) - len(last.text)]
        sign = last.text[0] if last.text[0] in "+-" else ""
        if last.key is not None:
            found = self._values(before, sign, last.key, last.value)
        elif last.form is Form.BARE:
            found = self._keys(before, sign, last.value) + self._names(before, sign, last.value)
        else:
            found = []
        return [one for one in found if one.text != text][:limit]

    def _keys(self, before: str, sign: str, begun: str) -> list[Completion]:
        if not begun:
            return []
        known = {name: key.expected for name, key in KEYS.items() if not sign or key.setting is None}
        return [
            Completion(f"{before}{sign}{name}:", f"{name}:", expected)
            for name, expected in known.items()
            if name.startswith(begun.lower())
        ]

    def _names(self, before: str, sign: str, begun: str) -> list[Completion]:
        """Return the places and tags that begin like a word, for one who does not know that there are filters."""
        if len(begun) < _SHORTEST_NAME:
            return []
        return [
            Completion(one.text, f"{key}:{quoted(one.label)}", one.hint)
            for key in _NAMED
            for one in self._values(before, sign, key, begun, inside=False)
        ]

    def _values(self, before: str, sign: str, key: str, typed: str, *, inside: bool = True) -> list[Completion]:
        begun = bare(typed)
        fixed = KEYS[key].values if key in KEYS else ()
        found = [(value, 0) for value in fixed] + list(self._library.values_of(key))
        starting = [one for one in found if bare(one[0]).startswith(begun)]
        matching = starting
        if inside:
            known = set(starting)
            matching = starting + [one for one in found if one not in known and f" {begun}" in f" {bare(one[0])}"]
        return [
            Completion(
                f"{before}{sign}{key}:{quoted(value)}",
                value,
                "" if count == 0 else f"{count} photo{'s' if count != 1 else ''}",
            )
            for value, count in matching
        ]
