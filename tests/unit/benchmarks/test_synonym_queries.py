"""The list of queries is what it says: a word no training caption has, beside wordings they do have."""

import csv
import re
from pathlib import Path

from benchmarks.captioned import read_photos
from benchmarks.eval_model import SYNONYMS, read_synonyms

QUERIES = read_synonyms(SYNONYMS)


def _training_words(shared_data: Path) -> set[str]:
    path = shared_data / "training" / "flickr8k_train_captions.tsv"
    with path.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return {word for row in rows for word in re.findall(r"[a-z]+", row["caption"].lower())}


def test_there_are_fifty_different_queries() -> None:
    assert len({query.query for query in QUERIES}) == 50


def test_each_query_has_a_word_no_training_caption_has_and_its_usual_wording_none(shared_data: Path) -> None:
    known = _training_words(shared_data)
    seen = [query.query for query in QUERIES if known.issuperset(query.query.split())]
    unusual = [query.usual for query in QUERIES if not known.issuperset(query.usual.split())]
    assert (seen, unusual) == ([], [])


def test_each_query_has_photos_that_fit(shared_data: Path) -> None:
    dev = read_photos(shared_data / "flickr8k_dev")
    assert [query.query for query in QUERIES if dev.mentioning(query.expected).sum() < 3] == []
