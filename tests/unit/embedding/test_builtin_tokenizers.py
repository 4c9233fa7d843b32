"""The built-in model's tokenizers: every way to cut a text is tried against them, and BERT's own rules."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import BertWordPieceTokenizer

from core.embedding.builtin.tokenizers import UnigramTokenizer, WordPieceTokenizer

_MARKS = ["<unk>", "<s>"]
_PIECES = [*_MARKS, "▁", "a", "b", "▁a", "ab", "ba", "▁ab", "aba"]
_SCORES = [0.0, 0.0, -3.0, -2.5, -2.7, -2.0, -3.1, -3.3, -3.9, -4.4]
_WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    "[MASK]",
    "dog",
    "do",
    "##g",
    "##s",
    "beach",
    "the",
    ",",
    "犬",
    "cafe",
    "!",
]


@given(st.text(alphabet="ab ", min_size=1, max_size=9))
def test_a_text_is_cut_into_its_likeliest_pieces(text: str) -> None:
    found = UnigramTokenizer(_PIECES, _SCORES, len(_MARKS))(text)
    words = text.split()
    if not words:
        assert found == [0]
        return
    whole = "▁" + "▁".join(words)
    assert "".join(_PIECES[piece] for piece in found) == whole
    assert sum(_SCORES[piece] for piece in found) == pytest.approx(_best(whole))


def test_what_no_piece_has_is_unknown_and_costs_only_itself() -> None:
    tokenize = UnigramTokenizer(_PIECES, _SCORES, len(_MARKS))
    assert tokenize("a z") == [_PIECES.index("▁a"), _PIECES.index("▁"), 0]


@pytest.mark.parametrize("text", ["ａｂ", "\u200bab\u3000", "  ab\n", "\ufeffab"])
def test_width_and_kinds_of_space_make_no_difference(text: str) -> None:
    tokenize = UnigramTokenizer(_PIECES, _SCORES, len(_MARKS))
    assert tokenize(text) == tokenize("ab")


@pytest.mark.parametrize(
    "text",
    ["Dogs", "the dog, the beach!", "Café 犬犬", "dog" * 60, "", "naïve dóg", "\u0301", "the\u00a0dog", "dog-beach"],
)
def test_words_are_cut_as_bert_cuts_them(text: str) -> None:
    original = BertWordPieceTokenizer({word: number for number, word in enumerate(_WORDS)}, lowercase=True)
    assert WordPieceTokenizer(_WORDS, 128)(text) == original.encode(text).ids


def test_a_long_text_is_cut_and_still_has_its_end() -> None:
    found = WordPieceTokenizer(_WORDS, 8)("dog " * 50)
    assert len(found) == 8
    assert (found[0], found[-1]) == (_WORDS.index("[CLS]"), _WORDS.index("[SEP]"))


def _best(text: str) -> float:
    """The score of the best way to cut `text`, by trying all."""
    best = -math.inf
    for cuts in itertools.product([False, True], repeat=len(text) - 1):
        pieces, start = [], 0
        for place, cut in enumerate([*cuts, True], start=1):
            if cut:
                pieces.append(text[start:place])
                start = place
        if all(piece in _PIECES for piece in pieces):
            best = max(best, sum(_SCORES[_PIECES.index(piece)] for piece in pieces))
    return best
