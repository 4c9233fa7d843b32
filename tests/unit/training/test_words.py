"""Which words of captions are learnt by themselves, and which photos mention them."""

from training.starter.words import COMMONEST_SHARE, RAREST, mentions, words_of


def test_words_of_a_caption_are_those_one_could_search_for() -> None:
    assert words_of("The dog , wet , is in the snow .") == {"dog", "wet", "snow"}


def test_rare_words_and_words_of_nearly_every_photo_are_left_out() -> None:
    dogs = [["a dog barks", "an animal barks"]] * RAREST
    others = [["a photo taken at night"]] * int(RAREST / COMMONEST_SHARE) * 4
    once = [["a zebra at night"]]
    kept, present = mentions([*dogs, *others, *once])
    assert kept == ["animal", "barks", "dog"]
    assert present[: len(dogs)].all()
    assert not present[len(dogs) :].any()
