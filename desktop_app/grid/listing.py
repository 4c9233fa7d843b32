"""What the grid shows: photos in order, what is known of them, and the two bands of a search. A plain value."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt

from core.values.photo import PhotoId
from core.values.photo_facts import NO_DATE, Ids, PhotoFacts
from core.values.query import Hit, Order

WHOLE = PhotoFacts.empty()


@dataclass(frozen=True, slots=True)
class Listing:
    """Photos in order.

    Attributes:
        facts: of the photos, in order; n of them.
        hits: of a search: by id, for the score, the reasons and the stack.
        relevant: of a search with a line: how many of the photos, from the first, are above it; else None.
        automatic: where the search itself drew the line; None as `relevant`.
        by_date: whether the photos stand by date, under the days; above the line, where there is one.
        ranked: of a search with a line, by date: the same photos by match, for when the line moves.
        oldest_first: of what is by date.
        stacked: facts of the photos that lie folded under others, by id.
    """

    facts: PhotoFacts
    hits: Mapping[PhotoId, Hit] = field(default_factory=dict)
    relevant: int | None = None
    automatic: int | None = None
    by_date: bool = True
    ranked: PhotoFacts | None = None
    oldest_first: bool = False
    stacked: PhotoFacts = WHOLE

    @classmethod
    def of_ids(cls, ids: Ids, known: PhotoFacts) -> "Listing":
        """Return the listing of photos nobody searched for. Photos that `known` has no facts of are left out."""
        return cls(_undated_last(known.of(ids)))

    @classmethod
    def of_hits(cls, hits: Sequence[Hit], known: PhotoFacts, order: Order, *, has_line: bool) -> "Listing":
        """Return the listing of a search's answer. `has_line`: something in it is compared, and not only filtered."""
        facts = known.of(np.array([hit.photo_id for hit in hits], dtype=np.int64))
        by_id = {hit.photo_id: hit for hit in hits}
        stacked = known.of(np.array([photo for hit in hits for photo in hit.stack], dtype=np.int64))
        stacked = stacked.take(np.argsort(stacked.ids, kind="stable"))
        by_date, oldest_first = order is not Order.RELEVANCE or not has_line, order is Order.OLDEST
        if not has_line:
            return cls(_undated_last(facts), by_id, by_date=by_date, oldest_first=oldest_first, stacked=stacked)
        relevant = sum(by_id[PhotoId(photo)].relevant for photo in facts.ids.tolist())
        ranked = None
        if by_date:
            scores = np.array([by_id[PhotoId(photo)].score for photo in facts.ids.tolist()])
            best = np.argsort(-scores[:relevant], kind="stable")
            ranked = _joined(facts.take(best), facts.take(slice(relevant, None)))
            facts = _joined(_undated_last(facts.take(slice(0, relevant))), facts.take(slice(relevant, None)))
        return cls(facts, by_id, relevant, relevant, by_date, ranked, oldest_first, stacked)

    @property
    def ids(self) -> Ids:
        """The photos in order, shape (n,)."""
        return self.facts.ids

    @property
    def is_search(self) -> bool:
        """Whether these are the hits of a search."""
        return bool(self.hits)

    @property
    def above(self) -> int:
        """How many tiles stand above the line; all where there is none."""
        return len(self.facts) if self.relevant is None else self.relevant

    @property
    def has_line(self) -> bool:
        """Whether a line is drawn: something is below it, or somebody moved it."""
        return self.relevant is not None and (self.relevant < len(self.facts) or self.relevant != self.automatic)

    @property
    def photos(self) -> int:
        """How many photos there are, those in stacks too."""
        return self._photos_in(0, len(self.facts))

    @property
    def photos_above(self) -> int:
        """How many of them are above the line; all where there is none."""
        return self._photos_in(0, self.above)

    def with_line(self, relevant: int) -> "Listing":
        """Return the listing with the line after as many tiles; nothing changes where there is no line."""
        if self.relevant is None:
            return self
        relevant = min(max(relevant, 0), len(self.facts))
        if self.ranked is None:
            return replace(self, relevant=relevant)
        above = self.ranked.take(slice(0, relevant))
        days = above.days.astype(np.int64)
        places = {photo: place for place, photo in enumerate(self.ids.tolist())}
        before = np.array([places[photo] for photo in above.ids.tolist()])
        order = np.lexsort((before, days if self.oldest_first else -days))
        facts = _joined(_undated_last(above.take(order)), self.ranked.take(slice(relevant, None)))
        return replace(self, facts=facts, relevant=relevant)

    def without_line(self) -> "Listing":
        """Return the listing as one, with nothing below a line."""
        return replace(self, relevant=None, automatic=None)

    def without(self, photo_ids: Collection[PhotoId]) -> "Listing":
        """Return the listing without some photos."""
        gone = np.isin(self.ids, np.array(list(photo_ids), dtype=np.int64))

        def moved(line: int | None) -> int | None:
            return line if line is None else line - int(gone[:line].sum())

        ranked = self.ranked
        if ranked is not None:
            ranked = ranked.take(np.flatnonzero(~np.isin(ranked.ids, self.ids[gone])))
        return replace(
            self,
            facts=self.facts.take(np.flatnonzero(~gone)),
            relevant=moved(self.relevant),
            automatic=moved(self.automatic),
            ranked=ranked,
        )

    def unfolded(self, tops: Collection[PhotoId]) -> "Listing":
        """Return the listing with the photos of some stacks side by side, each after the one on top."""
        listing = self
        for top in tops:
            listing = listing._with_stack(top)
        return listing

    def place_of(self, photo_id: PhotoId) -> int | None:
        """Return which of the photos it is, from 0, or None."""
        found = np.flatnonzero(self.ids == photo_id)
        return int(found[0]) if len(found) else None

    def days_above(self) -> npt.NDArray[np.int32]:
        """Return the days of the photos above the line."""
        return self.facts.days[: self.above]

    def _with_stack(self, top: PhotoId) -> "Listing":
        hit, place = self.hits.get(top), self.place_of(top)
        if hit is None or not hit.stack or place is None:
            return self
        facts = self.stacked.of(np.array(hit.stack, dtype=np.int64))
        parts = self.facts.take(slice(0, place + 1)), facts, self.facts.take(slice(place + 1, None))
        alone = hit._replace(stack=())
        members = {PhotoId(photo): alone._replace(photo_id=PhotoId(photo)) for photo in facts.ids.tolist()}

        def moved(line: int | None) -> int | None:
            return line if line is None or line <= place else line + len(facts)

        # The top counts as one photo now; `unfolded` is always called on the listing as it was folded.
        return replace(
            self,
            facts=_joined(*parts),
            hits={**self.hits, top: alone} | members,
            relevant=moved(self.relevant),
            automatic=moved(self.automatic),
        )

    def _photos_in(self, first: int, end: int) -> int:
        if not self.hits:
            return end - first
        shown = self.ids[first:end].tolist()
        return len(shown) + sum(len(hit.stack) for photo in shown if (hit := self.hits.get(PhotoId(photo))) is not None)


EMPTY = Listing(PhotoFacts.empty())


def _joined(*parts: PhotoFacts) -> PhotoFacts:
    return PhotoFacts(
        np.concatenate([part.ids for part in parts]),
        np.concatenate([part.days for part in parts]),
        np.concatenate([part.aspects for part in parts]),
        np.concatenate([part.flags for part in parts]),
    )


def _undated_last(facts: PhotoFacts) -> PhotoFacts:
    """Put what has no date behind all that has one; it would stand among days that are not its own."""
    late = np.maximum(facts.days.astype(np.int64) - (NO_DATE - 1), 0)
    if not late.any() or (np.diff(late) >= 0).all():
        return facts
    return facts.take(np.argsort(late, kind="stable"))
