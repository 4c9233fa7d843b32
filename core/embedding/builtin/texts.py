"""The built-in model's text encoder: sentence embeddings and the trained head, by numpy."""

import threading
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import numpy as np

from core.embedding.builtin.english import EnglishEncoder, EnglishWords, gelu
from core.embedding.builtin.sentences import SentenceEncoder
from core.embedding.builtin.weights import Floats, Weights

LONGEST_TEXT: Final = 4096
"""Characters that are looked at."""
_REMEMBERED_QUERIES: Final = 256


class Head:
    """A linear map plus a hidden layer over standardised features.

    Attributes:
        width: of what comes out.
    """

    def __init__(self, weights: Weights, name: str) -> None:
        self._mean, self._spread = weights.floats(f"{name}.mean"), weights.floats(f"{name}.spread")
        self._straight, self._bias = weights.floats(f"{name}.straight.weight"), weights.floats(f"{name}.straight.bias")
        self._into, self._into_bias = weights.floats(f"{name}.into.weight"), weights.floats(f"{name}.into.bias")
        self._out = weights.floats(f"{name}.out.weight")
        self.width = len(self._bias)

    def __call__(self, features: Floats) -> Floats:
        """Map `[n, features]` to `[n, width]`, not normalised."""
        rows = (features - self._mean) / self._spread
        hidden = np.asarray(rows @ self._into + self._into_bias, np.float32)
        return np.asarray(rows @ self._straight + self._bias + gelu(hidden) @ self._out, np.float32)


class BuiltInTextEncoder:
    """Implements `protocol.TextEncoder`. English texts are understood by two encoders, all others by one."""

    def __init__(self, weights: Weights, templates: Sequence[str]) -> None:
        self._templates = templates
        self._lock = threading.Lock()
        self._queries: OrderedDict[str, Floats] = OrderedDict()
        self._english_words = EnglishWords(weights)
        self._sentences, self._languages = SentenceEncoder(weights), Head(weights, "languages")
        self._english, self._english_head = EnglishEncoder(weights), Head(weights, "english_head")

    def encode_texts(self, texts: Sequence[str]) -> Floats:
        """See the protocol."""
        if not texts:
            return np.empty((0, self._languages.width), np.float32)
        texts = [text[:LONGEST_TEXT] for text in texts]
        vectors = self._languages(self._sentences.encode(texts))
        english = [row for row, text in enumerate(texts) if self._english_words.are_in(text)]
        if english:
            vectors[english] += self._english_head(self._english.encode([texts[row] for row in english]))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    def encode_query(self, words: str) -> Floats:
        """See the protocol. The last few hundred queries are remembered."""
        with self._lock:
            known = self._queries.get(words)
        if known is None:
            mean = self.encode_texts([template.replace("{}", words) for template in self._prompts(words)]).mean(axis=0)
            known = np.asarray(mean / np.linalg.norm(mean), np.float32)
            with self._lock:
                self._queries[words] = known
                while len(self._queries) > _REMEMBERED_QUERIES:
                    self._queries.popitem(last=False)
        return known.copy()

    def _prompts(self, words: str) -> Sequence[str]:
        """English words go into English sentences; others stay as they are."""
        return self._templates if self._english_words.are_in(words) else ("{}",)
