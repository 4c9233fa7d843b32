"""The two tokenizers of the built-in model's text encoders, in plain Python: ready at once, and no library to load.

`UnigramTokenizer` follows SentencePiece's unigram model with `nmt_nfkc` normalisation (Kudo 2018); `WordPieceTokenizer`
BERT's uncased one (Devlin et al. 2019). Both agree with the originals; see their tests.
"""

import unicodedata
from collections.abc import Iterator, Sequence

_SPACE = "▁"
_SPACES = dict.fromkeys(map(ord, "\u200b\u200e\u200f\ufeff\ufffd"), " ")
"""What `nmt_nfkc` takes for a space, beside what Python does."""
_UNKNOWN_PENALTY = 10.0
_LONGEST_WORD = 100
_CJK = ((0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAFF), (0x20000, 0x2FA1F))


class UnigramTokenizer:
    """Cuts a text into the likeliest pieces.

    Args:
        pieces, scores: every piece and its logarithm of probability.
        first: pieces before this one are marks, never found in a text; the first of all is for what is unknown.
    """

    def __init__(self, pieces: Sequence[str], scores: Sequence[float], first: int) -> None:
        self._numbers = {piece: number for number, piece in enumerate(pieces) if number >= first}
        self._scores = scores
        self._longest = max(map(len, pieces))
        self._unknown = min(scores) - _UNKNOWN_PENALTY

    def __call__(self, text: str) -> list[int]:
        """Return the numbers of the pieces of `text`; [0] where there is none."""
        words = unicodedata.normalize("NFKC", text.translate(_SPACES)).split()
        if not words:
            return [0]
        return self._likeliest(_SPACE + _SPACE.join(words))

    def _likeliest(self, text: str) -> list[int]:
        """Viterbi: the best way to each place from the best ways to the places before it."""
        size, find, scores = len(text), self._numbers.get, self._scores
        best = [0.0] + [-1e38] * size
        came_from, piece_to = [0] * (size + 1), [0] * (size + 1)
        for start in range(size):
            single = False
            for end in range(start + 1, min(start + self._longest, size) + 1):
                piece = find(text[start:end])
                if piece is None:
                    continue
                single |= end == start + 1
                score = best[start] + scores[piece]
                if score > best[end]:
                    best[end], came_from[end], piece_to[end] = score, start, piece
            if not single and best[start] + self._unknown > best[start + 1]:
                best[start + 1], came_from[start + 1], piece_to[start + 1] = best[start] + self._unknown, start, 0
        found, place = [], size
        while place > 0:
            found.append(piece_to[place])
            place = came_from[place]
        return found[::-1]


class WordPieceTokenizer:
    """Cuts lower-case words, without their accents, into the longest pieces that are known.

    Args:
        pieces: the vocabulary, by number.
        longest: pieces of a text at most, with the two that mark its ends.
    """

    def __init__(self, pieces: Sequence[str], longest: int) -> None:
        self._numbers = {piece: number for number, piece in enumerate(pieces)}
        self._unknown, self._start, self._end = (self._numbers[mark] for mark in ("[UNK]", "[CLS]", "[SEP]"))
        self._longest = longest

    def __call__(self, text: str) -> list[int]:
        """Return the numbers of the pieces of `text`, between the marks of its ends."""
        pieces = [piece for word in _words(text) for piece in self._pieces(word)]
        return [self._start, *pieces[: self._longest - 2], self._end]

    def _pieces(self, word: str) -> list[int]:
        if len(word) > _LONGEST_WORD:
            return [self._unknown]
        found, start = [], 0
        while start < len(word):
            for end in range(len(word), start, -1):
                piece = self._numbers.get(word[start:end] if start == 0 else "##" + word[start:end])
                if piece is not None:
                    found.append(piece)
                    start = end
                    break
            else:
                return [self._unknown]
        return found


def _words(text: str) -> Iterator[str]:
    bare = "".join(
        letter for letter in unicodedata.normalize("NFD", text.lower()) if unicodedata.category(letter) != "Mn"
    )
    return iter("".join(f" {letter} " if _alone(letter) else letter for letter in bare).split())


def _alone(letter: str) -> bool:
    """Whether a letter is a word of its own: punctuation, and the signs of Chinese."""
    code = ord(letter)
    ascii_mark = 33 <= code < 127 and not letter.isalnum()
    return ascii_mark or unicodedata.category(letter)[0] == "P" or any(low <= code <= high for low, high in _CJK)
