"""Reads the XML that Sony's cameras put into their MP4: local time with its zone, and the camera.

The container's own time is UTC there, and FFmpeg hands out neither zone nor model.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from core.media.metadata import values
from core.media.metadata.container import ContainerFacts
from core.media.metadata.dates import DateKind, dated
from core.values.photo import Metadata

ROOT = b"NonRealTimeMeta"


def read_sony(xml: bytes) -> ContainerFacts | None:
    """Return what `xml` says; None where it is none of Sony's."""
    if ROOT not in xml[:1000]:
        return None
    notes = values.Notes("Sony XML")
    try:
        root: Element = fromstring(xml.strip(b"\x00 \t\r\n"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as error:
        notes.add("document", error)
        return ContainerFacts(Metadata(notes=tuple(notes.lines)))
    created = next((element.get("value") for element in _called(root, "CreationDate")), None)
    device = next(_called(root, "Device"), None)
    taken = notes.take("CreationDate", created, values.moment)
    metadata = Metadata(
        camera_make=None if device is None else notes.take("manufacturer", device.get("manufacturer"), values.name),
        camera_model=None if device is None else notes.take("model", device.get("modelName"), values.name),
        notes=tuple(notes.lines),
    )
    return ContainerFacts(metadata, dated(taken, DateKind.TAKEN))


def _called(root: Element, name: str) -> Iterator[Element]:
    """Yield the elements of this name in whatever version of Sony's namespace."""
    return (element for element in root.iter() if element.tag.rpartition("}")[2] == name)
