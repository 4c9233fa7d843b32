"""Single words of the captions, as people search: which photos mention which word."""

import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

SHORTEST = 3
RAREST = 8
COMMONEST_SHARE = 0.3
TEMPLATES = ("{}", "a {}", "a photo of {}", "a photo of a {}", "a picture with {}")
EMPTY = frozenset(
    re.findall(
        r"\S+",
        """
        about against all along and another are around behind being been beside between down during each five for
        four from front had has have her him his into its many near next not off one onto other out over several she
        some something someone that the their them there they this three through toward towards two under very was
        were what where which while who with
        """,
    )
)


def words_of(text: str) -> set[str]:
    """The words of a caption that could be searched for."""
    return {word for word in re.findall(r"[a-z]+", text.lower()) if len(word) >= SHORTEST and word not in EMPTY}


def mentions(captions: Sequence[Sequence[str]]) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """The words worth learning, sorted, and `[photos, words]`: whether any caption of a photo has the word."""
    found = [set().union(*(words_of(text) for text in texts)) for texts in captions]
    counts = Counter(word for words in found for word in words)
    most = COMMONEST_SHARE * len(captions)
    kept = sorted(word for word, count in counts.items() if RAREST <= count <= most)
    column = {word: number for number, word in enumerate(kept)}
    present = np.zeros((len(captions), len(kept)), bool)
    for row, words in enumerate(found):
        present[row, [column[word] for word in words if word in column]] = True
    return kept, present
