"""What the grid shows: undated photos last, two bands, stacks in their place, counts of photos and not of cards."""

import numpy as np

from core.values.photo import PhotoId
from core.values.photo_facts import NO_DATE, NOT_READ, PhotoFacts
from core.values.query import Hit, Order
from desktop_app.grid.listing import Listing
from desktop_app.grid.sections import Lead, part


def known(*days: int) -> PhotoFacts:
    """Photos 1, 2, 3 and so on, of these days."""
    count = len(days)
    ids = np.arange(1, count + 1, dtype=np.int64)
    return PhotoFacts(ids, np.array(days, np.int32), np.full(count, 1.5, np.float32), np.zeros(count, np.uint8))


def hit(photo: int, score: float, *, relevant: bool = True, stack: tuple[int, ...] = ()) -> Hit:
    return Hit(PhotoId(photo), score, relevant, stack=tuple(PhotoId(member) for member in stack))


def test_undated_photos_stand_at_the_end_and_unread_ones_after_them() -> None:
    listing = Listing.of_ids(np.array([1, 2, 3, 4]), known(NOT_READ, 5, NO_DATE, 4))
    assert listing.ids.tolist() == [2, 4, 3, 1]


def test_photos_that_are_not_shown_are_left_out() -> None:
    assert Listing.of_ids(np.array([3, 99, 1]), known(1, 2, 3)).ids.tolist() == [3, 1]


def test_days_part_a_timeline_and_months_do_where_rows_are_low() -> None:
    listing = Listing.of_ids(np.array([1, 2, 3, 4, 5]), known(40, 40, 35, 2, NO_DATE))
    days = part(listing, by_month=False, below_is_open=False)
    assert days.first.tolist() == [0, 2, 3, 4, 5]
    assert part(listing, by_month=True, below_is_open=False).first.tolist() == [0, 3, 4, 5]
    assert days.lead(0) is Lead.DATE


def test_a_search_has_two_bands_and_the_lower_is_closed() -> None:
    hits = [hit(3, 0.9), hit(1, 0.8), hit(2, 0.2, relevant=False)]
    listing = Listing.of_hits(hits, known(1, 2, 3), Order.RELEVANCE, has_line=True)
    assert (listing.relevant, listing.has_line, listing.by_date) == (2, True, False)
    closed = part(listing, by_month=False, below_is_open=False)
    assert (closed.first.tolist(), closed.shown, closed.line) == ([0, 2, 2], 2, 1)
    opened = part(listing, by_month=False, below_is_open=True)
    assert (opened.first.tolist(), opened.shown) == ([0, 2, 3], 3)


def test_a_filter_alone_has_no_line_and_stands_by_date() -> None:
    listing = Listing.of_hits([hit(1, 0), hit(2, 0)], known(9, 8), Order.RELEVANCE, has_line=False)
    assert (listing.relevant, listing.has_line, listing.by_date) == (None, False, True)
    assert listing.with_line(1) == listing


def test_the_line_is_drawn_elsewhere() -> None:
    hits = [hit(n, 1 - n / 10, relevant=n < 3) for n in range(1, 5)]
    listing = Listing.of_hits(hits, known(1, 2, 3, 4), Order.RELEVANCE, has_line=True)
    moved = listing.with_line(4)
    assert (moved.photos_above, moved.automatic, moved.has_line) == (4, 2, True)
    assert listing.with_line(-3).relevant == 0


def test_by_date_the_next_certain_photo_joins_at_its_day() -> None:
    hits = [hit(1, 0.5), hit(2, 0.9), hit(3, 0.3, relevant=False), hit(4, 0.1, relevant=False)]
    listing = Listing.of_hits(hits, known(30, 10, 20, 5), Order.NEWEST, has_line=True)
    assert listing.ids.tolist() == [1, 2, 3, 4]
    assert listing.with_line(3).ids.tolist() == [1, 3, 2, 4]
    assert listing.with_line(1).ids.tolist() == [2, 1, 3, 4]


def test_a_stack_opens_in_its_place_and_photos_are_counted_not_cards() -> None:
    hits = [hit(1, 0.9, stack=(5, 6)), hit(2, 0.1, relevant=False)]
    listing = Listing.of_hits(hits, known(*range(6)), Order.RELEVANCE, has_line=True)
    assert (len(listing.facts), listing.photos, listing.photos_above) == (2, 4, 3)
    opened = listing.unfolded([PhotoId(1)])
    assert opened.ids.tolist() == [1, 5, 6, 2]
    assert (opened.relevant, opened.photos, opened.photos_above) == (3, 4, 3)
    assert opened.hits[PhotoId(6)].score == 0.9
    assert listing.unfolded([PhotoId(99)]).ids.tolist() == [1, 2]


def test_photos_are_left_out_on_both_sides_of_the_line() -> None:
    hits = [hit(n, 1 - n / 10, relevant=n < 4) for n in (3, 2, 1, 4, 5)]
    listing = Listing.of_hits(hits, known(1, 2, 3, 4, 5), Order.NEWEST, has_line=True)
    assert listing.ids.tolist() == [3, 2, 1, 4, 5]
    left = listing.without([PhotoId(2), PhotoId(4), PhotoId(99)])
    assert (left.ids.tolist(), left.relevant, left.automatic) == ([3, 1, 5], 2, 2)
    assert left.with_line(1).ids.tolist() == [1, 3, 5]
    assert listing.without([]).ids.tolist() == listing.ids.tolist()
