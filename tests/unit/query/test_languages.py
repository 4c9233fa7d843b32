"""In which language a query is, where that is sure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.query.languages import NAMES, language_of


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("собака на пляже", "ru"),
        ("海滩上的狗", "zh"),
        ("浜辺の犬", "ja"),
        ("해변의 개", "ko"),
        ("كلب على الشاطئ", "ar"),
        ("ein Hund auf einem Boot", "de"),
        ("un chien dans les montagnes avec des enfants", "fr"),
        ("los perros en el parque", "es"),
        ("een hond met het kind", "nl"),
    ],
)
def test_a_language_is_told_by_script_and_small_words(text: str, language: str) -> None:
    assert language_of(text) == language


@pytest.mark.parametrize(
    "text",
    ["dog", "a dog on the beach", "Hund", "die hard", "2019", "", "café", "man in a red hat", "el capitan"],
)
def test_what_may_be_english_is_left_alone(text: str) -> None:
    assert language_of(text) is None


@given(st.text(max_size=60))
def test_any_text_has_a_known_language_or_none(text: str) -> None:
    found = language_of(text)
    assert found is None or found in NAMES
