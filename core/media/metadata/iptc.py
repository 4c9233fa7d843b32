"""Reads IPTC-IIM, the metadata of press agencies, which older programs used for titles and keywords."""

from collections.abc import Mapping

from core.media.metadata import values
from core.values.photo import Metadata, TakenAt

_TITLE, _KEYWORDS, _DATE, _TIME, _CAPTION = (2, 5), (2, 25), (2, 55), (2, 60), (2, 120)

IptcRecords = Mapping[tuple[int, int], bytes | list[bytes]]


def read_iptc(records: IptcRecords) -> Metadata:
    """Return what is in `records`, as Pillow gives them."""
    notes = values.Notes("IPTC")
    keywords = records.get(_KEYWORDS, [])
    words = [
        notes.take("Keywords", word, values.name) for word in ([keywords] if isinstance(keywords, bytes) else keywords)
    ]
    taken_at = notes.take("DateCreated", records.get(_DATE), lambda date: _moment(date, records.get(_TIME)))
    title = notes.take("ObjectName", records.get(_TITLE), values.caption)
    caption = notes.take("Caption", records.get(_CAPTION), values.caption)
    return Metadata(
        taken_at=taken_at,
        title=title,
        caption=caption,
        keywords=tuple(word for word in words if word),
        notes=tuple(notes.lines),
    )


def _moment(date: object, time: object) -> TakenAt | None:
    """Return the moment of `20200131` and `123000+0200`."""
    day = values.words(date) or ""
    if not day.strip("0"):
        return None
    if len(day) == 8 and day.isdigit():
        day = f"{day[:4]}-{day[4:6]}-{day[6:]}"
    clock = (values.words(time) if time is not None else None) or ""
    if len(clock) >= 6 and clock[:6].isdigit():
        return values.moment(f"{day} {clock[:2]}:{clock[2:4]}:{clock[4:6]}{clock[6:]}")
    return values.moment(day)
