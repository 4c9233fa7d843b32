"""Reads XMP, embedded or from a sidecar: Adobe's RDF/XML, which photo managers use for ratings, titles and tags."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.media.limits import SIDECAR_BYTES
from core.media.metadata import tags, values
from core.media.metadata.dates import DateKind, Dates, dated
from core.values.photo import ColourLabel, GeoPoint, Metadata, PlaceText, TakenAt

_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DC = "{http://purl.org/dc/elements/1.1/}"
_XMP = "{http://ns.adobe.com/xap/1.0/}"
_EXIF = "{http://ns.adobe.com/exif/1.0/}"
_EXIF_EX = "{http://cipa.jp/exif/1.0/}"
_TIFF = "{http://ns.adobe.com/tiff/1.0/}"
_AUX = "{http://ns.adobe.com/exif/1.0/aux/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_GCAMERA = "{http://ns.google.com/photos/1.0/camera/}"
_DIGIKAM = "{http://www.digikam.org/ns/1.0/}"
_LIGHTROOM = "{http://ns.adobe.com/lightroom/1.0/}"
_MICROSOFT = "{http://ns.microsoft.com/photo/1.0/}"
_MICROSOFT_SHORT = "{http://ns.microsoft.com/photo/1.0}"  # as exiftool and older Windows write it
_MEDIAPRO = "{http://ns.iview-multimedia.com/mediapro/1.0/}"
_ACDSEE = "{http://ns.acdsee.com/iptc/1.0/}"
_IPTC_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_IPTC_EXT = "{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}"
_GPANO = "{http://ns.google.com/photos/1.0/panorama/}"
_REGIONS = "{http://www.metadataworkinggroup.com/schemas/regions/}"
_MICROSOFT_NAME = "{http://ns.microsoft.com/photo/1.2/t/Region#}PersonDisplayName"

# The order of trust in each kind.
_DATES = (
    (DateKind.TAKEN, (_EXIF + "DateTimeOriginal", _PHOTOSHOP + "DateCreated", _ACDSEE + "datetime")),
    (DateKind.DIGITISED, (_EXIF + "DateTimeDigitized", _XMP + "CreateDate")),
    (DateKind.CHANGED, (_TIFF + "DateTime", _XMP + "ModifyDate")),
    (DateKind.SATELLITE, (_EXIF + "GPSTimeStamp",)),
)
_ZONES = {
    _EXIF + "DateTimeOriginal": (_EXIF_EX + "OffsetTimeOriginal", _EXIF + "OffsetTimeOriginal"),
    _EXIF + "DateTimeDigitized": (_EXIF_EX + "OffsetTimeDigitized", _EXIF + "OffsetTimeDigitized"),
}
_HIERARCHIES = (
    (_DIGIKAM + "TagsList", "/"),
    (_LIGHTROOM + "hierarchicalSubject", "|"),
    (_MICROSOFT + "LastKeywordXMP", "/"),
    (_MEDIAPRO + "CatalogSets", "|"),
)
# Parts of a structure, which are wanted wherever they stand.
_NESTED = tuple(_IPTC_EXT + part for part in ("Sublocation", "City", "ProvinceState", "CountryName"))

_Facts = dict[str, list[str]]


class _First(Protocol):
    def __call__(self, *names: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class XmpFacts:
    """What XMP gave.

    Attributes:
        dates: when it was taken, digitised and changed.
        motion_photo: the file says that it carries a clip.
        comment: where programs leave marks such as `Screenshot`.
    """

    metadata: Metadata
    dates: Dates = ()
    motion_photo: bool = False
    comment: str = ""


def read_xmp(packet: bytes | str) -> XmpFacts:
    """Return what is in `packet`. A packet that is no XML gives nothing but a note."""
    notes = values.Notes("XMP")
    if len(packet) > SIDECAR_BYTES:
        notes.add("packet", "too large")
        return XmpFacts(Metadata(notes=tuple(notes.lines)))
    try:
        root = _parsed(packet)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        notes.add("packet", error or "not XML")
        return XmpFacts(Metadata(notes=tuple(notes.lines)))
    facts = _facts(root)

    def first(*names: str) -> str | None:
        return next((facts[name][0] for name in names if facts.get(name)), None)

    people = _people(root, facts)
    metadata = Metadata(
        camera_make=notes.take("Make", first(_TIFF + "Make"), values.name),
        camera_model=notes.take("Model", first(_TIFF + "Model"), values.name),
        lens=notes.take("Lens", first(_EXIF_EX + "LensModel", _AUX + "Lens"), values.name),
        iso=notes.take("ISO", first(_EXIF + "ISOSpeedRatings", _EXIF_EX + "PhotographicSensitivity"), values.iso_speed),
        f_number=notes.take("FNumber", first(_EXIF + "FNumber"), values.between(0.1, 1000)),
        exposure_s=notes.take("ExposureTime", first(_EXIF + "ExposureTime"), values.between(1e-7, 1e6)),
        focal_mm=notes.take("FocalLength", first(_EXIF + "FocalLength"), values.between(0.1, 1e5)),
        position=_position(first, notes),
        rating=_rating(first, notes),
        title=notes.take("title", first(_DC + "title", _PHOTOSHOP + "Headline"), values.caption),
        caption=notes.take(
            "description", first(_DC + "description", _ACDSEE + "caption", _EXIF + "UserComment"), values.caption
        ),
        keywords=_keywords(facts, people),
        people=people,
        creator=notes.take("creator", first(_DC + "creator", _TIFF + "Artist"), values.name),
        label=_label(first, notes),
        place=_place(first, notes),
        panorama=True if first(_GPANO + "ProjectionType", _GPANO + "UsePanoramaViewer") else None,
    )
    motion = first(_GCAMERA + "MotionPhoto", _GCAMERA + "MicroVideo") == "1"
    dates = _dates(first, notes)
    metadata = replace(metadata, notes=tuple(notes.lines))
    return XmpFacts(metadata, dates, motion, first(_EXIF + "UserComment") or "")


def _parsed(packet: bytes | str) -> Element:
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if packet[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        packet = packet.decode("utf-16", "ignore").encode()
    elif b"\x00" in packet[:64]:
        packet = packet.decode("utf-16-le" if packet[1:2] == b"\x00" else "utf-16-be", "ignore").encode()
    packet = packet.strip(b"\x00 \t\r\n")
    # The wrapper (`<?xpacket?>`, or a prologue in another charset) is left out: it is not always well-formed.
    # So is what follows it: a shorter packet is sometimes written over a longer one.
    body = re.search(rb"<(\w+:)?(xmpmeta|xapmeta|RDF)\b.*?</\1\2\s*>", packet, re.DOTALL)
    if body is not None:
        packet = body[0]
        try:
            packet.decode("utf-8")
        except UnicodeDecodeError:
            packet = packet.decode("latin-1").encode()
    element: Element = fromstring(packet, forbid_dtd=True)
    return element


def _facts(root: Element) -> _Facts:
    """Return the values of each property, by its full name, nested ones as well."""
    facts: _Facts = {}
    for description in root.iter(_RDF + "Description"):
        for name, value in description.attrib.items():
            _add(facts, name, [value])
        for element in description:
            _add(facts, element.tag, list(_texts(element)))
    for element in root.iter():
        for name in _NESTED:
            _add(facts, name, [element.get(name, ""), (element.text or "") if element.tag == name else ""])
    return facts


def _add(facts: _Facts, name: str, found: list[str]) -> None:
    if name.startswith(_MICROSOFT_SHORT):
        name = _MICROSOFT + name[len(_MICROSOFT_SHORT) :]
    known = facts.setdefault(name, [])
    known.extend(text for text in (value.strip() for value in found) if text and text not in known)


def _texts(element: Element) -> Iterator[str]:
    """Yield a property's values; of texts in several languages the default one first."""
    items = list(element.iter(_RDF + "li"))
    items.sort(key=lambda item: item.get(_LANGUAGE, "x-default") != "x-default")
    for item in items or [element]:
        yield item.text or ""


def _people(root: Element, facts: _Facts) -> tuple[str, ...]:
    """Return the names of faces (Metadata Working Group, Microsoft) and of who is said to be in the picture."""
    found = [*facts.get(_IPTC_EXT + "PersonInImage", [])]
    for element in root.iter():
        if _part(element, _REGIONS + "Type") in ("", "Face", "Pet"):
            found.append(_part(element, _REGIONS + "Name"))
        found.append(_part(element, _MICROSOFT_NAME))
    return tags.united(name for name in map(values.name, found) if name)


def _part(element: Element, name: str) -> str:
    """Return a part of a structure, which is written as an attribute or as an element."""
    return element.get(name) or element.findtext(name) or ""


def _keywords(facts: _Facts, people: tuple[str, ...]) -> tuple[str, ...]:
    plain = [values.name(word) for word in (*facts.get(_DC + "subject", []), *facts.get(_ACDSEE + "keywords", []))]
    paths = [tags.path(text, separator) for hierarchy, separator in _HIERARCHIES for text in facts.get(hierarchy, [])]
    paths += [path for text in facts.get(_ACDSEE + "categories", []) for path in _assigned(text)]
    return tags.joined([word for word in (*plain, *paths) if word], people)


def _assigned(categories: str) -> Iterator[str]:
    """Yield the paths of ACDSee's categories, which are XML within XML: nested, and marked where they are set."""
    try:
        root: Element = fromstring(categories, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError):
        return

    def below(element: Element, above: tuple[str, ...]) -> Iterator[str]:
        for category in element.findall("Category"):
            parts = (*above, values.name(category.text or "") or "")
            if category.get("Assigned") == "1" and all(parts):
                yield tags.SEPARATOR.join(parts)
            yield from below(category, parts)

    yield from below(root, ())


def _rating(first: _First, notes: values.Notes) -> int | None:
    stars = notes.take("Rating", first(_XMP + "Rating", _ACDSEE + "rating"), values.stars)
    return stars if stars is not None else notes.take("Rating", first(_MICROSOFT + "Rating"), values.stars_of_percent)


def _label(first: _First, notes: values.Notes) -> ColourLabel | None:
    return (
        notes.take("ColorLabel", first(_DIGIKAM + "ColorLabel"), tags.label_of_digikam)
        or notes.take("Label", first(_XMP + "Label"), tags.label_of_word)
        or notes.take("LabelColor", first(_PHOTOSHOP + "LabelColor"), tags.label_of_word)
    )


def _place(first: _First, notes: values.Notes) -> PlaceText | None:
    def line(*names: str) -> str | None:
        return notes.take(names[0].split("}")[1], first(*names), values.name)

    sublocation, city, region, country = _NESTED
    place = PlaceText(
        line(_IPTC_CORE + "Location", sublocation),
        line(_PHOTOSHOP + "City", city),
        line(_PHOTOSHOP + "State", region),
        line(_PHOTOSHOP + "Country", country),
    )
    return place or None


def _dates(first: _First, notes: values.Notes) -> Dates:
    found: Dates = ()
    for kind, names in _DATES:
        for name in names:
            taken = notes.take(name.split("}")[1], first(name), values.moment)
            taken = _with_zone(taken, first(*_ZONES.get(name, ())), notes)
            found += dated(taken, kind, is_instant=kind is DateKind.SATELLITE)
    return found


def _with_zone(taken: TakenAt | None, zone: str | None, notes: values.Notes) -> TakenAt | None:
    if taken is None or taken.offset_minutes is not None or zone is None:
        return taken
    return replace(taken, offset_minutes=notes.take("OffsetTime", zone, values.offset_minutes))


def _position(first: _First, notes: values.Notes) -> GeoPoint | None:
    def parse(latitude: object) -> GeoPoint | None:
        altitude = notes.take("GPSAltitude", first(_EXIF + "GPSAltitude"), values.number)
        if altitude is not None and first(_EXIF + "GPSAltitudeRef") == "1":
            altitude = -altitude
        return values.position(_degrees(latitude), _degrees(first(_EXIF + "GPSLongitude")), altitude)

    return notes.take("GPSLatitude", first(_EXIF + "GPSLatitude"), parse)


def _degrees(value: object) -> float:
    """Return degrees from `52,30.5N`, `52,30,30N`, or a plain number."""
    text = str(value).strip()
    match = re.fullmatch(r"([\d.]+)(?:,([\d.]+))?(?:,([\d.]+))?\s*([NSEW])", text, re.IGNORECASE)
    if match is None:
        return values.number(text)
    total = float(match[1]) + float(match[2] or 0) / 60 + float(match[3] or 0) / 3600
    return -total if match[4].upper() in "SW" else total
