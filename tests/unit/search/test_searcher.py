"""Queries answered over a small library, through the one entry that front ends use."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from core.search import library as search_library
from core.search.searcher import Searcher
from core.values.errors import QueryError
from core.values.photo import PhotoId
from core.values.query import ExampleFile, ExamplePhoto, Query, Term, Words

if TYPE_CHECKING:
    from tests.unit.search.conftest import Library


def _ids(searcher: Searcher, *terms: Term, limit: int = 10) -> list[int]:
    return [int(hit.photo_id) for hit in searcher.search(Query(terms), limit).hits]


def test_words_find_what_photos_show(animals: Callable[[], Searcher]) -> None:
    searcher = animals()
    assert set(_ids(searcher, Words("dog"))) == set(range(1, 11))
    assert set(_ids(searcher, Words("cat"))) == set(range(11, 21))


def test_scores_are_cosines_and_fall(animals: Callable[[], Searcher]) -> None:
    scores = [hit.score for hit in animals().search(Query((Words("dog"),)), 40).hits]
    assert scores == sorted(scores, reverse=True)
    assert 0.8 < scores[0] <= 1


def test_a_photo_serves_as_example_and_finds_itself_first(animals: Callable[[], Searcher]) -> None:
    searcher = animals()
    found = _ids(searcher, ExamplePhoto(PhotoId(12)))
    assert found[0] == 12
    assert set(found) == set(range(11, 21))


def test_a_negative_word_puts_photos_without_it_first(animals: Callable[[], Searcher]) -> None:
    found = _ids(animals(), Words("beach"), Words("people", -1.0), limit=20)
    assert set(found[:10]) == set(range(21, 31))
    assert set(found[10:]) == set(range(31, 41))


def test_a_picture_from_outside_serves_as_example(library: "Library", tmp_path: Path) -> None:
    library.add("red"), library.add("blue")
    Image.new("RGB", (40, 40), (10, 10, 200)).save(tmp_path / "outside.png")
    assert _ids(library.open(), ExampleFile(str(tmp_path / "outside.png"))) == [2, 1]


@pytest.mark.parametrize("kind", ["text", "empty", "absent", "folder", "nul"])
def test_an_example_that_is_no_picture_gives_one_message_that_names_it(
    kind: str, library: "Library", tmp_path: Path
) -> None:
    library.add("red")
    path = tmp_path / "example.jpg"
    if kind == "text":
        path.write_text("this is no picture")
    elif kind == "empty":
        path.touch()
    elif kind == "folder":
        path.mkdir()
    asked = str(path) + ("\0" if kind == "nul" else "")
    with pytest.raises(QueryError, match=r"example\.jpg"):
        library.open().search(Query((ExampleFile(asked),)))


def test_an_example_without_vector_gives_a_message(library: "Library") -> None:
    library.add("red"), library.add("")
    with pytest.raises(QueryError, match="Photo 2"):
        library.open().search(Query((ExamplePhoto(PhotoId(2)),)))


def test_frames_of_a_video_are_one_hit_with_the_best_moment(library: "Library") -> None:
    video = library.add(frames=["cat"] * 5 + ["dog"] + ["cat"] * 10, kind="video")
    for _ in range(3):
        library.add("cat")
    searcher = library.open()
    hits = searcher.search(Query((Words("dog"),)), 4).hits
    assert (hits[0].photo_id, hits[0].moment_ms) == (video, 5000)
    assert len(hits) == 4
    assert len(searcher.search(Query((Words("cat"),)), 4).hits) == 4


def test_missing_photos_are_not_found(library: "Library") -> None:
    library.add("dog", state="missing"), library.add("dog")
    assert _ids(library.open(), Words("dog")) == [2]


def test_an_empty_query_lists_all_photos_newest_first(animals: Callable[[], Searcher]) -> None:
    result = animals().search(Query(), 100)
    assert [hit.photo_id for hit in result.hits] == list(range(40, 0, -1))
    assert result.matching == 40


def test_words_asked_again_are_not_encoded_again(library: "Library") -> None:
    library.add("dog")
    searcher = library.open()
    for _ in range(3):
        searcher.search(Query((Words("dog"),)))
    assert library.encoder.asked == ["dog"]


def test_a_library_without_photos_answers_nothing(library: "Library") -> None:
    library.add("")
    assert _ids(library.open(), Words("dog")) == []


@pytest.mark.parametrize("name", ["_EMBEDDINGS_OF", "_FACTS"])
def test_rows_of_a_few_are_looked_up_and_no_table_is_walked(library: "Library", name: str) -> None:
    query: str = getattr(search_library, name)
    with library.catalog.connect() as connection:
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}", ("[1]", 1)[: query.count("?")]).all()
    steps = [row[-1] for row in plan]
    assert "json_each" in steps[0]
    assert [step for step in steps if step.startswith("SCAN")] == steps[:1]


def test_where_nothing_fits_everything_lies_below_the_line(library: "Library") -> None:
    for _ in range(3):
        library.add("dog")
    measured = replace(library.encoder.thresholds, nothing_fits=0.5, measured=("nothing_fits",))
    library.encoder.thresholds = measured
    searcher = library.open()

    def fits(words: str, strictness: float = 0.5) -> list[bool]:
        return [hit.relevant for hit in searcher.search(Query((Words(words),), strictness=strictness)).hits]

    assert fits("dog") == [True] * 3
    assert fits("xqzzt") == [False] * 3
    assert fits("xqzzt", strictness=0.0) == [True] * 3


def test_a_language_that_the_model_does_not_know_is_told_with_one_that_does(library: "Library") -> None:
    library.add("dog")
    library.encoder.name = "clip-b32"
    searcher = library.open()
    (notice,) = searcher.search(Query((Words("собака на пляже"),))).notices
    assert "Russian" in notice
    assert "eidetic models use eidetic-base" in notice  # it comes with the program
    (notice,) = searcher.search(Query((Words("कुत्ता समुद्र तट पर"),))).notices
    assert "Hindi" in notice
    assert "eidetic models download siglip2" in notice
    assert searcher.search(Query((Words("a dog on the beach"),))).notices == ()
