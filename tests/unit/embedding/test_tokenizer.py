"""The tokenizers: token numbers as open_clip gives them, and text of every kind."""

import json
import sys
import types
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from core.embedding.runtime.tokenizer import LONGEST_TEXT, BytePairTokenizer, JsonTokenizer, readable
from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops
from core.values.errors import ModelUnavailableError

CONTEXT = 8
PAD, END = 0, 1
TEXTS = [
    "a dog",
    "A Dog, on_the beach!!",
    "",
    "  spaces\tand\nlines  ",
    "Ünïcödé 犬",
    "dog " * 50,
    "&amp;lt; <b>",
    "\x00",
]


def test_a_tokenizer_file_is_read_as_open_clip_reads_it(gemma_like: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """open_clip's own wrapper runs; only the class it takes from `transformers` is stood in for, by its contract."""
    ensure_torchvision_ops()
    from open_clip.tokenizer import HFTokenizer

    stand_in = types.ModuleType("transformers")
    stand_in.AutoTokenizer = _AutoTokenizer  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "transformers", stand_in)
    theirs = HFTokenizer(str(gemma_like), context_length=CONTEXT, clean="canonicalize")
    ours = JsonTokenizer(gemma_like, CONTEXT, "canonicalize")
    assert np.array_equal(ours(TEXTS), theirs(TEXTS).numpy())


def test_a_text_ends_with_the_end_token_and_is_padded_to_the_context(gemma_like: Path) -> None:
    tokens = JsonTokenizer(gemma_like, CONTEXT, "canonicalize")(["dog", ""])
    assert tokens.shape == (2, CONTEXT)
    assert tokens.dtype == np.int64
    assert (tokens[0, 1], tokens[1, 0]) == (END, END)
    assert (tokens[0, 2:] == PAD).all()


def test_the_end_token_is_there_even_when_only_the_tokenizers_class_would_add_it(gemma_like: Path) -> None:
    expected = JsonTokenizer(gemma_like, CONTEXT)(TEXTS)
    bare = json.loads(gemma_like.read_text("utf-8"))
    bare["post_processor"] = None
    gemma_like.write_text(json.dumps(bare), "utf-8")
    assert np.array_equal(JsonTokenizer(gemma_like, CONTEXT)(TEXTS), expected)


def test_a_long_text_is_cut_and_keeps_its_end_token(gemma_like: Path) -> None:
    tokens = JsonTokenizer(gemma_like, CONTEXT, "canonicalize")(["dog " * 100])
    assert tokens.shape == (1, CONTEXT)
    assert tokens[0, -1] == END


def test_case_and_punctuation_make_no_difference_where_the_model_says_so(gemma_like: Path) -> None:
    tokens = JsonTokenizer(gemma_like, CONTEXT, "canonicalize")(["a dog", "A  DOG!", "a_dog"])
    assert (tokens == tokens[0]).all()


@pytest.mark.parametrize("text", ["", "\x00", "\ud800", "x" * 10_000, "犬" * 3000, "\U0010ffff", "<eos><pad>"])
def test_odd_text_gives_tokens(gemma_like: Path, text: str) -> None:
    assert JsonTokenizer(gemma_like, CONTEXT, "canonicalize")([text]).shape == (1, CONTEXT)
    ensure_torchvision_ops()
    assert BytePairTokenizer(CONTEXT)([text]).shape == (1, CONTEXT)


def test_a_tokenizer_that_is_missing_or_damaged_is_a_clear_message(tmp_path: Path) -> None:
    ensure_torchvision_ops()
    file = tmp_path / "tokenizer.json"
    with pytest.raises(ModelUnavailableError, match="is missing"):
        JsonTokenizer(file, CONTEXT)
    file.write_text("{")
    with pytest.raises(ModelUnavailableError, match="no readable tokenizer"):
        JsonTokenizer(file, CONTEXT)


def test_only_the_beginning_of_a_text_is_looked_at() -> None:
    assert len(readable("x" * 10_000_000)) == LONGEST_TEXT
    assert readable("caf\udce9") == "caf?"


class _Encoding(types.SimpleNamespace):
    pass


class _AutoTokenizer:
    """What `transformers.AutoTokenizer` does with a fast tokenizer's file, as far as open_clip asks it to.

    It appends the end token through the file's post-processor, cuts to `max_length` before that token, and pads
    on the right with the padding token of the file.
    """

    def __init__(self, file: str) -> None:
        self._tokenizer = Tokenizer.from_file(file)
        added = {token["content"]: token["id"] for token in json.loads(Path(file).read_text("utf-8"))["added_tokens"]}
        self._pad = added["<pad>"]

    @classmethod
    def from_pretrained(cls, name: str, cache_dir: str | None = None) -> "_AutoTokenizer":
        return cls(name)

    def __call__(
        self, texts: list[str], *, return_tensors: str, max_length: int, padding: str, truncation: bool
    ) -> _Encoding:
        import torch

        assert (return_tensors, padding, truncation) == ("pt", "max_length", True)
        rows = []
        for text in texts:
            body = self._tokenizer.encode(text, add_special_tokens=False).ids[: max_length - 1]
            rows.append([*body, END, *[self._pad] * (max_length - 1 - len(body))])
        return _Encoding(input_ids=torch.tensor(rows))
