"""How text becomes the words of the full-text index: the one place used both when indexing and when asking.

Unicode compatibility forms, case and letters without a decomposition are folded here; SQLite's tokenizer folds the
remaining accents. Scripts written without spaces become overlapping pairs of characters. Knows no SQL.
"""

import re

from core.values.case_folding import NOT_TEXT, fold

_UNSPACED = (
    "\u0e00-\u0e7f"  # Thai
    "\u0e80-\u0eff"  # Lao
    "\u1000-\u109f"  # Myanmar
    "\u1780-\u17ff"  # Khmer
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"  # kana
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_RUN = re.compile(f"[{_UNSPACED}]+")
_TOKEN = re.compile(r"[^\W_]+(?:[\u0300-\u036f]+[^\W_]*)*")
_CAMEL = re.compile(r"(?<=[a-z\u00df-\u00f6\u00f8-\u00ff])(?=[A-Z\u00c0-\u00d6\u00d8-\u00de])|(?<=[A-Z])(?=[A-Z][a-z])")
_DIGIT_EDGE = re.compile(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)")
_STAMP = re.compile(r"(?<!\d)((?:19|20)\d\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")


def path_text(raw: bytes) -> str:
    """Decode a path for searching: UTF-8, else as Western Europe wrote names before it (Windows-1252)."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def index_text(text: str) -> str:
    """Return `text` as it is put into the index: folded, unspaced scripts in pairs and a last single character."""
    return _RUN.sub(lambda run: f" {_pairs(run[0], last=True)} ", fold(text))


def index_name(text: str) -> str:
    """Like `index_text` for names of files and folders; adds the parts of `beachParty2019` and of 20190704."""
    parts = [text]
    for token in _TOKEN.findall(NOT_TEXT.sub(" ", text)):
        camel = _CAMEL.sub(" ", token)
        apart = _DIGIT_EDGE.sub(" ", camel)
        if apart != token:
            parts.append(apart)
        for year, month, day in _STAMP.findall(token):
            parts.append(f"{year} {month} {day}")
    return index_text(" ".join(parts))


def query_words(text: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a query; each is the sequence of index tokens that must follow one another.

    The last token of a word may be cut short in the index (a prefix), which is how a single character of an
    unspaced script finds every pair that begins with it.
    """
    words: list[tuple[str, ...]] = []
    for piece in re.split(rf"([{_UNSPACED}]+)", fold(text)):
        if not piece:
            continue
        if _RUN.fullmatch(piece):
            words.append(tuple(_pairs(piece, last=False).split()))
        else:
            words.extend((token,) for token in _TOKEN.findall(piece))
    return tuple(words)


def _pairs(run: str, *, last: bool) -> str:
    pairs = [run[start : start + 2] for start in range(len(run) - 1)]
    if last or not pairs:
        pairs.append(run[-1])
    return " ".join(pairs)
