"""The curated vocabulary of labels: what a photo may show, in everyday words. Knows no model and no photo."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

_LONGEST_TERM = 4


@dataclass(frozen=True, slots=True)
class Label:
    """One thing, scene, activity or occasion. `synonyms`: other words for it, plurals among them."""

    name: str
    category: str
    synonyms: tuple[str, ...] = ()

    @property
    def words(self) -> tuple[str, ...]:
        """Return all words for it, the name first."""
        return (self.name, *self.synonyms)


@dataclass(frozen=True)
class Vocabulary:
    """All labels, in a fixed order. No word stands in two of them."""

    labels: tuple[Label, ...]

    @classmethod
    def load(cls) -> "Vocabulary":
        """Read the vocabulary that comes with the program (`resources/labels.tsv`)."""
        text = files("resources").joinpath("labels.tsv").read_text("utf-8")
        rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
        return cls(tuple(Label(row[0], row[1], tuple("".join(row[2:]).split("|")) if row[2:] else ()) for row in rows))

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def edition(self) -> str:
        """Return a short hash of the labels and their synonyms: what was made from another edition is stale."""
        listed = "\n".join("|".join(label.words) for label in self.labels)
        return hashlib.blake2b(listed.encode(), digest_size=6).hexdigest()

    def meant_by(self, text: str) -> tuple[Label, ...]:
        """Return the labels that a query names, by name or synonym: "puppies on a beach" names dog and beach.

        A longer phrase goes before the words in it: "hot dog" is no dog.
        """
        words = text.casefold().replace("-", " ").split()
        found: dict[str, Label] = {}
        start = 0
        while start < len(words):
            for length in range(min(_LONGEST_TERM, len(words) - start), 0, -1):
                label = self._by_word.get(" ".join(words[start : start + length]))
                if label is not None:
                    found.setdefault(label.name, label)
                    start += length
                    break
            else:
                start += 1
        return tuple(found.values())

    @cached_property
    def _by_word(self) -> dict[str, Label]:
        return {_plain(word): label for label in self.labels for word in label.words}


def _plain(word: str) -> str:
    return word.casefold().replace("-", " ")


def all_words(labels: Iterable[Label]) -> tuple[str, ...]:
    """Return every word of these labels."""
    return tuple(word for label in labels for word in label.words)
