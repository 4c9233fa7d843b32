"""Reads XMP, embedded or from a sidecar: Adobe's RDF/XML, which photo managers use for ratings, titles and tags."""

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.media.limits import SIDECAR_BYTES
from core.media.metadata import values
from core.values.photo import GeoPoint, Metadata, TakenAt

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
_REGION_NAMES = "{http://www.metadataworkinggroup.com/schemas/regions/}Name"

# The order of trust; the satellites' time comes last, for it may be that of an older fix.
_DATES = (
    _EXIF + "DateTimeOriginal",
    _PHOTOSHOP + "DateCreated",
    _EXIF + "DateTimeDigitized",
    _XMP + "CreateDate",
    _EXIF + "GPSTimeStamp",
)

_Facts = dict[str, list[str]]


class _First(Protocol):
    def __call__(self, *names: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class XmpFacts:
    """What XMP gave.

    Attributes:
        motion_photo: the file says that it carries a clip.
        comment: where programs leave marks such as `Screenshot`.
    """

    metadata: Metadata
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

    taken = None
    for name in _DATES:
        taken = taken or notes.take(name.split("}")[1], first(name), values.moment)
    metadata = Metadata(
        taken_at=_with_zone(taken, first(_EXIF_EX + "OffsetTimeOriginal", _EXIF + "OffsetTimeOriginal"), notes),
        camera_make=notes.take("Make", first(_TIFF + "Make"), values.name),
        camera_model=notes.take("Model", first(_TIFF + "Model"), values.name),
        lens=notes.take("Lens", first(_EXIF_EX + "LensModel", _AUX + "Lens"), values.name),
        iso=notes.take("ISO", first(_EXIF + "ISOSpeedRatings", _EXIF_EX + "PhotographicSensitivity"), values.iso_speed),
        f_number=notes.take("FNumber", first(_EXIF + "FNumber"), values.between(0.1, 1000)),
        exposure_s=notes.take("ExposureTime", first(_EXIF + "ExposureTime"), values.between(1e-7, 1e6)),
        focal_mm=notes.take("FocalLength", first(_EXIF + "FocalLength"), values.between(0.1, 1e5)),
        position=_position(first, notes),
        rating=notes.take("Rating", first(_XMP + "Rating"), values.stars),
        title=notes.take("title", first(_DC + "title", _PHOTOSHOP + "Headline"), values.caption),
        caption=notes.take("description", first(_DC + "description", _EXIF + "UserComment"), values.caption),
        keywords=_keywords(facts),
        notes=tuple(notes.lines),
    )
    motion = first(_GCAMERA + "MotionPhoto", _GCAMERA + "MicroVideo") == "1"
    return XmpFacts(metadata, motion, first(_EXIF + "UserComment") or "")


def _parsed(packet: bytes | str) -> Element:
    if isinstance(packet, str):
        packet = packet.encode("utf-8", "replace")
    if packet[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        packet = packet.decode("utf-16", "ignore").encode()
    elif b"\x00" in packet[:64]:
        packet = packet.decode("utf-16-le" if packet[1:2] == b"\x00" else "utf-16-be", "ignore").encode()
    packet = packet.strip(b"\x00 \t\r\n")
    # The wrapper (`<?xpacket?>`, or a prologue in another charset) is left out: it is not always well-formed.
    body = re.search(rb"<(\w+:)?(xmpmeta|xapmeta|RDF)\b.*</\1\2\s*>", packet, re.DOTALL)
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
        for name, value in element.attrib.items():
            if name == _REGION_NAMES:
                _add(facts, name, [value])
        if element.tag == _REGION_NAMES:
            _add(facts, element.tag, list(_texts(element)))
    return facts


def _add(facts: _Facts, name: str, found: list[str]) -> None:
    known = facts.setdefault(name, [])
    known.extend(text for text in (value.strip() for value in found) if text and text not in known)


def _texts(element: Element) -> Iterator[str]:
    """Yield a property's values; of texts in several languages the default one first."""
    items = list(element.iter(_RDF + "li"))
    items.sort(key=lambda item: item.get(_LANGUAGE, "x-default") != "x-default")
    for item in items or [element]:
        yield item.text or ""


def _keywords(facts: _Facts) -> tuple[str, ...]:
    found = [*facts.get(_DC + "subject", []), *facts.get(_REGION_NAMES, [])]
    for hierarchical, separator in ((_DIGIKAM + "TagsList", "/"), (_LIGHTROOM + "hierarchicalSubject", "|")):
        found += [path.rsplit(separator, 1)[-1] for path in facts.get(hierarchical, [])]
    named = [values.name(word) for word in found]
    return tuple(dict.fromkeys(word for word in named if word))


def _with_zone(taken: TakenAt | None, zone: str | None, notes: values.Notes) -> TakenAt | None:
    if taken is None or taken.offset_minutes is not None or zone is None:
        return taken
    return TakenAt(taken.wall, notes.take("OffsetTime", zone, values.offset_minutes))


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
