"""The curated vocabulary of labels: what a photo may show, in everyday words. Knows no model and no photo."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files

import numpy as np
import numpy.typing as npt

_LONGEST_TERM = 4
_COLUMNS = 4


@dataclass(frozen=True, slots=True)
class Label:
    """One thing, scene, activity or occasion.

    Attributes:
        synonyms: other words for it, plurals among them.
        broader: the label it is a kind of, or None: a poodle is a dog.
    """

    name: str
    category: str
    synonyms: tuple[str, ...] = ()
    broader: str | None = None

    @property
    def words(self) -> tuple[str, ...]:
        """Return all words for it, the name first."""
        return (self.name, *self.synonyms)


@dataclass(frozen=True)
class Vocabulary:
    """All labels, in a fixed order. No word stands in two of them; no label is its own broader one."""

    labels: tuple[Label, ...]

    @classmethod
    def load(cls) -> "Vocabulary":
        """Read the vocabulary that comes with the program (`resources/labels.tsv`)."""
        text = files("resources").joinpath("labels.tsv").read_text("utf-8")
        rows = (
            (line.split("\t") + [""] * _COLUMNS)[:_COLUMNS]
            for line in text.splitlines()
            if line and not line.startswith("#")
        )
        return cls(
            tuple(
                Label(name, category, tuple(word for word in synonyms.split("|") if word), broader or None)
                for name, category, synonyms, broader in rows
            )
        )

    def __len__(self) -> int:
        return len(self.labels)

    @cached_property
    def edition(self) -> str:
        """Return a short hash of all that is said of the labels: what was made from another edition is stale."""
        listed = "\n".join("|".join((*label.words, "<", label.broader or "")) for label in self.labels)
        return hashlib.blake2b(listed.encode(), digest_size=6).hexdigest()

    @cached_property
    def covers(self) -> npt.NDArray[np.bool_]:
        """Return for each label (row) which labels (columns) are it or a kind of it; (labels, labels)."""
        number = {label.name: at for at, label in enumerate(self.labels)}
        covers = np.eye(len(self.labels), dtype=np.bool_)
        for at, label in enumerate(self.labels):
            broader = label.broader
            while broader is not None:
                covers[number[broader], at] = True
                broader = self.labels[number[broader]].broader
        return covers

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

    def other_name(self, word: str) -> str | None:
        """Return the label that a word is another word for: "puppy" for dog; None for "dog" itself."""
        label = self._by_word.get(_plain(word))
        return None if label is None or _plain(label.name) == _plain(word) else label.name

    @cached_property
    def _by_word(self) -> dict[str, Label]:
        return {_plain(word): label for label in self.labels for word in label.words}


def _plain(word: str) -> str:
    return word.casefold().replace("-", " ")


def all_words(labels: Iterable[Label]) -> tuple[str, ...]:
    """Return every word of these labels."""
    return tuple(word for label in labels for word in label.words)
