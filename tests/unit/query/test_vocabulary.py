"""The vocabulary that is shipped, and how queries name its labels."""

from collections import Counter

import pytest

from core.query.vocabulary import Label, Vocabulary, all_words


@pytest.fixture(scope="module")
def shipped() -> Vocabulary:
    return Vocabulary.load()


def test_about_a_thousand_everyday_labels_are_shipped(shipped: Vocabulary) -> None:
    assert 1000 <= len(shipped) <= 1500
    categories = Counter(label.category for label in shipped.labels)
    assert len(categories) >= 10
    assert min(categories.values()) >= 30


def test_every_word_is_lower_case_and_stands_once(shipped: Vocabulary) -> None:
    words = all_words(shipped.labels)
    assert [word for word, count in Counter(words).items() if count > 1] == []
    assert [word for word in words if word != word.casefold().strip() or not word] == []


@pytest.mark.parametrize(
    ("asked", "labels"),
    [
        ("dog", ["dog"]),
        ("two Puppies on a beach", ["dog", "beach"]),
        ("hot dog", ["hot dog"]),
        ("a golden retriever", ["golden retriever"]),
        ("merry go round", ["carousel"]),
        ("merry-go-round", ["carousel"]),
        ("qwertz", []),
        ("", []),
    ],
)
def test_queries_name_labels_by_name_plural_and_synonym(shipped: Vocabulary, asked: str, labels: list[str]) -> None:
    assert [label.name for label in shipped.meant_by(asked)] == labels


def test_another_synonym_makes_another_edition() -> None:
    assert Vocabulary((Label("dog", "animal"),)).edition != Vocabulary((Label("dog", "animal", ("hound",)),)).edition


def test_broader_labels_are_labels_and_cover_their_kinds(shipped: Vocabulary) -> None:
    names = [label.name for label in shipped.labels]
    assert {label.broader for label in shipped.labels if label.broader} <= set(names)
    covers = shipped.covers
    assert covers.diagonal().all()
    assert covers[names.index("animal"), names.index("poodle")]
    assert covers[names.index("dog"), names.index("poodle")]
    assert not covers[names.index("poodle"), names.index("dog")]
