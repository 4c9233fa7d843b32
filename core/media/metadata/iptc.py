"""Reads IPTC-IIM, the metadata of press agencies, which older programs used for titles, keywords and places."""

from collections.abc import Mapping
from dataclasses import dataclass

from core.media.metadata import values
from core.media.metadata.dates import DateKind, Dates, dated
from core.values.photo import Metadata, PlaceText, TakenAt

_TITLE, _KEYWORDS, _CREATOR, _CAPTION = (2, 5), (2, 25), (2, 80), (2, 120)
_DATE, _TIME, _DIGITISED_DATE, _DIGITISED_TIME = (2, 55), (2, 60), (2, 62), (2, 63)
_CITY, _SUBLOCATION, _REGION, _COUNTRY = (2, 90), (2, 92), (2, 95), (2, 101)

IptcRecords = Mapping[tuple[int, int], bytes | list[bytes]]


@dataclass(frozen=True, slots=True)
class IptcFacts:
    """What IPTC gave."""

    metadata: Metadata
    dates: Dates = ()


def read_iptc(records: IptcRecords) -> IptcFacts:
    """Return what is in `records`, as Pillow gives them."""
    notes = values.Notes("IPTC")

    def line(what: str, key: tuple[int, int]) -> str | None:
        return notes.take(what, records.get(key), values.name)

    keywords = records.get(_KEYWORDS, [])
    words = [
        notes.take("Keywords", word, values.name) for word in ([keywords] if isinstance(keywords, bytes) else keywords)
    ]
    taken = notes.take("DateCreated", records.get(_DATE), lambda date: _moment(date, records.get(_TIME)))
    digitised = notes.take(
        "DigitalCreationDate",
        records.get(_DIGITISED_DATE),
        lambda date: _moment(date, records.get(_DIGITISED_TIME)),
    )
    place = PlaceText(
        line("Sub-location", _SUBLOCATION),
        line("City", _CITY),
        line("Province-State", _REGION),
        line("Country", _COUNTRY),
    )
    metadata = Metadata(
        title=notes.take("ObjectName", records.get(_TITLE), values.caption),
        caption=notes.take("Caption", records.get(_CAPTION), values.caption),
        keywords=tuple(word for word in words if word),
        creator=line("By-line", _CREATOR),
        place=place or None,
        notes=tuple(notes.lines),
    )
    return IptcFacts(metadata, (*dated(taken, DateKind.TAKEN), *dated(digitised, DateKind.DIGITISED)))


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
