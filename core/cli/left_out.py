"""Says what was left out of the library, in `eidetic status` and after `eidetic index`."""

from collections import Counter
from collections.abc import Sequence

from core.cli.output import Json, count, path_fields
from core.values.left_out import LeftOut, LeftOutReason
from core.values.paths import shown


def summary(left_out: Sequence[LeftOut]) -> list[str]:
    """Return a line for folders and single files, by reason, and one for files of kinds that are not read."""
    reasons = Counter[LeftOutReason]()
    kinds = Counter[str]()
    for each in left_out:
        if each.reason is LeftOutReason.KIND:
            kinds[each.detail] += each.count
        else:
            reasons[each.reason] += each.count
    lines = []
    if reasons:
        lines.append(", ".join(f"{reason}: {number:,}" for reason, number in reasons.most_common()))
    if kinds:
        named = ", ".join(f"{number:,} {kind or 'without extension'}" for kind, number in kinds.most_common())
        lines.append(f"{count(kinds.total(), 'file')} of kinds that are not read: {named}")
    return lines


def listing(left_out: Sequence[LeftOut]) -> list[str]:
    """Return a line for each thing left out."""
    return [f"{shown(each.path)}\t{_why(each)}" for each in left_out]


def as_json(left_out: Sequence[LeftOut]) -> list[Json]:
    """Return the same for a program."""
    return [
        {**path_fields(each.path), "reason": each.reason.name.lower(), "detail": each.detail, "count": each.count}
        for each in left_out
    ]


def _why(each: LeftOut) -> str:
    if each.reason is LeftOutReason.KIND:
        return f"{count(each.count, 'file')} {each.detail or 'without extension'}, {each.reason}"
    return f"{each.reason}: {each.detail}" if each.detail and each.detail[0] != "." else str(each.reason)
