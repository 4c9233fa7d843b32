"""Says why a hit matched: which part of the query, in what, how strongly."""

import numpy as np

from core.search.full_text import TextHit
from core.search.semantic import MeaningHits, Seen, SemanticSearch
from core.values.photo import PhotoId
from core.values.query import ExactWords, MatchedIn, Reason

_WEAK = 1.5
_CERTAIN = 6.0


def of_meaning(
    meaning: SemanticSearch, hits: MeaningHits, seen: dict[PhotoId, Seen]
) -> dict[PhotoId, tuple[Reason, ...]]:
    """Return the parts of the query that a photo's picture fits better than most photos do; others are left out.

    The strength is the place in the library's background: 0 at its middle, 1 at six spreads above. Hits of one strength
    share a reason: there are hundreds of hits, and they are sent to another process.
    """
    reasons: dict[PhotoId, tuple[Reason, ...]] = {}
    photo_ids = list(seen)
    embeddings = np.array([one.embedding for one in seen.values()], np.int64)
    for part, ground, scores in zip(hits.parts, hits.grounds, meaning.part_scores(hits, embeddings), strict=True):
        if part.weight < 0:
            continue
        where = MatchedIn.EXAMPLE if part.is_example else MatchedIn.PICTURE
        standards = ground.standard(scores)
        strengths = np.minimum(1.0, standards.astype(np.float64) / _CERTAIN).round(2).tolist()
        of_strength = {
            strength: (Reason(part.name, where, strength, photo_id=part.photo_id),) for strength in set(strengths)
        }
        for number in np.flatnonzero(standards >= _WEAK).tolist():
            before = reasons.get(photo_ids[number])
            own = of_strength[strengths[number]]
            reasons[photo_ids[number]] = own if before is None else before + own
    return reasons


def of_text(hit: TextHit) -> tuple[Reason, ...]:
    """Return where the words of the query stand, those of one place together."""
    places: dict[MatchedIn, list[str]] = {}
    for word, where in hit.matched:
        places.setdefault(where, []).append(word)
    return tuple(Reason(" ".join(words), where, round(hit.coverage, 2)) for where, words in places.items())


def of_exact(words: ExactWords) -> Reason:
    """Return the reason that a photo literally holds words."""
    return Reason(words.text, MatchedIn.TEXT, 1.0)
