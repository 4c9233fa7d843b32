"""Turns texts into token numbers: open_clip's own byte-pair tokenizer, or a `tokenizer.json`.

open_clip reads a `tokenizer.json` through the large `transformers` package; `tokenizers`, the part of it that does
the work, reads the same file. `JsonTokenizer` does what open_clip's `HFTokenizer` does with it: the same cleaning,
cutting and padding (its tests hold both side by side).
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer as FastTokenizer
from tokenizers.processors import TemplateProcessing

from core.values.errors import ModelUnavailableError

LONGEST_TEXT = 1000
"""Characters of a text that are looked at; far more than any model's context holds."""

_END = "<eos>"

Tokens = npt.NDArray[np.int64]


class Tokenizer(Protocol):
    """Texts to token numbers (n, context length), cut and padded."""

    def __call__(self, texts: Sequence[str]) -> Tokens: ...


class BytePairTokenizer:
    """open_clip's `SimpleTokenizer`, which every CLIP without a tokenizer of its own uses."""

    def __init__(self, context_length: int, clean: str = "lower") -> None:
        from open_clip.tokenizer import SimpleTokenizer

        self._tokenizer = SimpleTokenizer(context_length=context_length, clean=clean)

    def __call__(self, texts: Sequence[str]) -> Tokens:
        tokens: Tokens = self._tokenizer([readable(text) for text in texts]).numpy()
        return tokens


class JsonTokenizer:
    """A `tokenizer.json`, padded to the context length.

    `clean`: name of one of open_clip's cleaning functions. The padding token is what the file says; SigLIP 2's
    says `<pad>`, number 0. A vocabulary with `<eos>` is Gemma's, which SigLIP 2 uses with that token at the end and
    none at the beginning, whatever the file itself says: there the class of the tokenizer says so.
    """

    def __init__(self, file: Path, context_length: int, clean: str = "whitespace") -> None:
        from open_clip.tokenizer import get_clean_fn

        try:
            text = file.read_text("utf-8")
            self._tokenizer = FastTokenizer.from_str(text)
        except FileNotFoundError:
            raise ModelUnavailableError(f"{file} is missing. Download or import the model again.") from None
        except Exception as error:  # tokenizers raises bare Exception
            raise ModelUnavailableError(
                f"{file} is no readable tokenizer ({error}). Download or import the model again."
            ) from error
        self._clean = get_clean_fn(clean)
        end = self._tokenizer.token_to_id(_END)
        if end is not None:
            self._tokenizer.post_processor = TemplateProcessing(single=f"$A {_END}", special_tokens=[(_END, end)])
        number, token = _padding(text)
        self._tokenizer.enable_truncation(context_length)
        self._tokenizer.enable_padding(length=context_length, pad_id=number, pad_token=token)

    def __call__(self, texts: Sequence[str]) -> Tokens:
        encoded = self._tokenizer.encode_batch([self._clean(readable(text)) for text in texts])
        return np.array([each.ids for each in encoded], dtype=np.int64)


def readable(text: str) -> str:
    """Return the beginning of `text`, without what cannot be encoded as UTF-8 (lone surrogates)."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")


def _padding(text: str) -> tuple[int, str]:
    whole = json.loads(text)
    if whole.get("padding"):
        return int(whole["padding"]["pad_id"]), str(whole["padding"]["pad_token"])
    for added in whole.get("added_tokens", ()):
        if added["content"] in {"<pad>", "[PAD]"}:
            return int(added["id"]), str(added["content"])
    return 0, "<pad>"
