"""How hits are printed: ranked paths with scores, the relevant ones first."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from core.cli.output import Json, note, path_fields, say
from core.query.writer import label, way_back
from core.values.paths import escaped, shown
from core.values.photo import PhotoId
from core.values.query import Hit, SearchResult

if TYPE_CHECKING:
    from core.catalog.reader import CatalogReader, PhotoRow


def print_hits(result: SearchResult, reader: "CatalogReader", *, explain: bool) -> None:
    """Print one line a hit: score, path. Notices go to stderr."""
    rows = _rows(result.hits, reader)
    _print_notices(result)
    if explain:
        for step in result.plan:
            note(f"plan: {step}")
        note(f"time: {result.seconds * 1000:.0f} ms")
    weaker = False
    for hit in result.hits:
        if not hit.relevant and not weaker:
            weaker = True
            note("-- less sure --")
        row = rows.get(hit.photo_id)
        if row is None:
            continue
        path = result.paths.get(hit.photo_id, row.path)
        say(f"{hit.score:.3f}\t{escaped(path)}{_moment(hit)}{_offline(row)}")
        if explain:
            for reason in hit.reasons:
                detail = f": {reason.detail}" if reason.detail else ""
                say(f"\t{shown(reason.part)} in {reason.matched_in}, {reason.strength:.2f}{shown(detail)}")
        for photo_id in hit.stack:
            if photo_id in rows:
                say(f"\t+ {escaped(result.paths.get(photo_id, rows[photo_id].path))}")
    if not result.hits:
        note("Nothing found.")
        for culprit in result.culprits:
            note(way_back(culprit))


def hits_as_json(result: SearchResult, reader: "CatalogReader", *, explain: bool) -> Json:
    """Return the result for a program."""
    _print_notices(result)
    rows = _rows(result.hits, reader)
    hits: list[Json] = []
    for hit in result.hits:
        row = rows.get(hit.photo_id)
        if row is None:
            continue
        fields: dict[str, Json] = {
            **path_fields(result.paths.get(hit.photo_id, row.path)),
            "photo_id": int(hit.photo_id),
            "score": round(float(hit.score), 6),
            "relevant": hit.relevant,
        }
        if row.taken_at is not None:
            fields["date"] = {
                "taken_at": row.taken_at.wall.isoformat(timespec="seconds"),
                "offset_minutes": row.taken_at.offset_minutes,
                "precision": row.taken_at.precision.value,
                "source": None if row.date_source is None else row.date_source.value,
            }
        if row.colour_label is not None:
            fields["colour_label"] = row.colour_label.value
        if hit.moment_ms is not None:
            fields["moment_ms"] = hit.moment_ms
        if row.offline is not None:
            fields["offline"] = row.offline
        if hit.stack:
            fields["stack"] = [
                path_fields(result.paths.get(photo_id, rows[photo_id].path))
                for photo_id in hit.stack
                if photo_id in rows
            ]
        if explain:
            fields["reasons"] = [
                {
                    "part": shown(reason.part),
                    "matched_in": reason.matched_in.value,
                    "strength": reason.strength,
                    "detail": shown(reason.detail),
                }
                for reason in hit.reasons
            ]
        hits.append(fields)
    whole: dict[str, Json] = {
        "hits": hits,
        "matching": result.matching,
        "notices": [shown(notice) for notice in result.notices],
        "seconds": round(result.seconds, 4),
        "culprits": [{"part": shown(label(culprit.part)), "matching": culprit.matching} for culprit in result.culprits],
    }
    if explain:
        whole["plan"] = [shown(step) for step in result.plan]
    return whole


def _rows(hits: Sequence[Hit], reader: "CatalogReader") -> "dict[PhotoId, PhotoRow]":
    return reader.rows([photo_id for hit in hits for photo_id in (hit.photo_id, *hit.stack)])


def _print_notices(result: SearchResult) -> None:
    for notice in result.notices:
        note(f"note: {shown(notice)}")


def _moment(hit: Hit) -> str:
    if hit.moment_ms is None:
        return ""
    seconds = hit.moment_ms // 1000
    return f"  at {seconds // 60}:{seconds % 60:02}"


def _offline(row: "PhotoRow") -> str:
    return f"  (offline: {row.offline})" if row.offline else ""
