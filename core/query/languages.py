"""Tells in which language words are written, by script and by the small words that only it has.

Sure or silent: one word in Latin letters may be of any language, and tells nothing unless it is a small one.
"""

import re
import unicodedata

NAMES = {
    "ar": "Arabic",
    "de": "German",
    "el": "Greek",
    "es": "Spanish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "nl": "Dutch",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "th": "Thai",
    "tr": "Turkish",
    "zh": "Chinese",
}
_SCRIPTS = {
    "ARABIC": "ar",
    "GREEK": "el",
    "HEBREW": "he",
    "DEVANAGARI": "hi",
    "HIRAGANA": "ja",
    "KATAKANA": "ja",
    "HANGUL": "ko",
    "CYRILLIC": "ru",
    "THAI": "th",
    "CJK": "zh",
}
"""By the first word of a letter's Unicode name; kana before Han, as Japanese has both."""
_SMALL_WORDS = {
    "de": "der die das und mit im am auf ein eine einem einen ohne vor beim zwei mein meine",
    "es": "el los las una con en del y sin sobre perro playa mi mis",
    "fr": "le les des une un avec dans sur et sans au aux du mes chien plage",
    "it": "il gli della dei un una con nel sulla e senza di che mio mia",
    "nl": "het een met en op zonder van mijn twee aan bij",
    "pl": "na z w i bez nad przy moje pies plaży",
    "pt": "o os um uma com na no e sem sobre do da meu minha",
    "tr": "bir ve ile olan olmayan benim iki",
}
_ENGLISH = frozenset(
    {
        *("a", "an", "the", "and", "with", "in", "on", "at", "of", "without", "my", "two", "no"),
        *("i", "is", "die", "den", "am", "man", "me", "met", "do"),
    }
)
_OWN = {
    language: frozenset(words.split())
    - _ENGLISH
    - frozenset(word for other, rest in _SMALL_WORDS.items() if other != language for word in rest.split())
    for language, words in _SMALL_WORDS.items()
}
"""Small words that no other of these languages has."""
_FEWEST_WORDS = 3


def language_of(text: str) -> str | None:
    """Return the language of a text as BCP 47, or None where it is English or cannot be told."""
    found = {_SCRIPTS.get(unicodedata.name(char, "").partition(" ")[0]) for char in text if char.isalpha()} - {None}
    for language in ("ja", "ko", *NAMES):
        if language in found:
            return language
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) < _FEWEST_WORDS:
        return None
    counts = {language: sum(word in own for word in words) for language, own in _OWN.items()}
    best = max(counts, key=lambda language: counts[language])
    english = sum(word in _ENGLISH for word in words)
    return best if counts[best] > english and sorted(counts.values())[-2] < counts[best] else None
