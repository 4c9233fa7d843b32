"""Reads captioned photos: a table of image, caption and, if wanted, language, separated by tabs."""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from core.query.vocabulary import Vocabulary
from core.values.errors import UsageError
from core.values.paths import shown

_IMAGE, _CAPTION, _LANGUAGE = "image", "caption", "language"
_NAMED_BY = 2
"""A photo shows what at least so many of its captions name; of a photo with one caption, that one."""


@dataclass(frozen=True, slots=True)
class Concept:
    """An everyday word, and the photos (by number) whose captions name it."""

    word: str
    photos: frozenset[int]


@dataclass(frozen=True, slots=True)
class Captioned:
    """Photos with captions. `owners`: the number of the photo of each caption; `languages`: "" where not told."""

    photos: tuple[Path, ...]
    captions: tuple[str, ...]
    owners: npt.NDArray[np.int64]
    languages: tuple[str, ...]

    def concepts(self, vocabulary: Vocabulary, *, at_least: int = 5, share: float = 0.3) -> tuple[Concept, ...]:
        """Return the words of the vocabulary that at least some and at most a `share` of the photos show."""
        named: dict[str, dict[int, int]] = {}
        of_photo = np.bincount(self.owners, minlength=len(self.photos))
        for caption, owner in zip(self.captions, self.owners.tolist(), strict=True):
            for label in vocabulary.meant_by(caption.replace(".", " ").replace(",", " ")):
                counts = named.setdefault(label.name, {})
                counts[owner] = counts.get(owner, 0) + 1
        concepts = []
        for word, counts in sorted(named.items()):
            photos = frozenset(photo for photo, count in counts.items() if count >= min(_NAMED_BY, of_photo[photo]))
            if at_least <= len(photos) <= share * len(self.photos):
                concepts.append(Concept(word, photos))
        return tuple(concepts)


def read(table: Path) -> Captioned:
    """Read the table. Pictures are named relative to its folder or to `photos` or `images` in it.

    Raises:
        UsageError: it cannot be read, lacks a column, or names a picture that is not there.
    """
    try:
        with table.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    except OSError as error:
        raise UsageError(f"The captions {shown(table)} cannot be read: {error.strerror}.") from error
    except (UnicodeDecodeError, csv.Error) as error:
        raise UsageError(f"The captions {shown(table)} are not a table in UTF-8: {error}.") from error
    columns = [name.strip().lower() for name in rows[0]] if rows else []
    if _IMAGE not in columns or _CAPTION not in columns:
        raise UsageError(
            f"The first line of {shown(table)} must name the columns {_IMAGE} and {_CAPTION}, tab-separated."
        )
    image, caption = columns.index(_IMAGE), columns.index(_CAPTION)
    language = columns.index(_LANGUAGE) if _LANGUAGE in columns else None
    numbers: dict[str, int] = {}
    captions, owners, languages = [], [], []
    for line, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) <= max(image, caption) or not row[image].strip() or not row[caption].strip():
            raise UsageError(f"Line {line} of {shown(table)} lacks an image or a caption.")
        captions.append(row[caption].strip())
        owners.append(numbers.setdefault(row[image].strip(), len(numbers)))
        languages.append(row[language].strip() if language is not None and len(row) > language else "")
    if not captions:
        raise UsageError(f"{shown(table)} holds no captions.")
    photos = tuple(_found(table, name) for name in numbers)
    return Captioned(photos, tuple(captions), np.array(owners, np.int64), tuple(languages))


def _found(table: Path, name: str) -> Path:
    for folder in (table.parent, table.parent / "photos", table.parent / "images"):
        if (folder / name).is_file():
            return folder / name
    raise UsageError(f"The picture {name} that {shown(table)} names is neither beside it nor in a folder photos there.")
