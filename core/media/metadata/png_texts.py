"""Finds IPTC in the texts of a PNG, where ImageMagick and exiftool put it: in hexadecimal, as Photoshop's resources."""

import re
from collections.abc import Mapping
from typing import Any

from core.media.metadata.iptc import IptcRecords

_PROFILES = ("Raw profile type iptc", "Raw profile type 8bim")
_RESOURCE, _IPTC_RESOURCE = b"8BIM", 0x0404
_RECORD = 0x1C


def iptc_records(info: Mapping[Any, object]) -> IptcRecords:
    """Return the records that the texts `info` of a PNG hold; none where there are none.

    Raises:
        ValueError: they are malformed.
    """
    for name in _PROFILES:
        text = info.get(name)
        if isinstance(text, str):
            found = _records(_iptc_resource(_profile(text)))
            if found:
                return found
    return {}


def _profile(text: str) -> bytes:
    """Return the bytes of a profile: a line with its name, one with its length, and hexadecimal digits."""
    match = re.match(r"\s*\w+(?: profile)?\s+(\d+)\s+([0-9a-fA-F\s]*)$", text)
    if match is None:
        raise ValueError("a raw profile that is none")
    return bytes.fromhex(match[2])[: int(match[1])]


def _iptc_resource(data: bytes) -> bytes:
    """Return the IPTC among Photoshop's resources, or `data` itself where it is nothing else."""
    at = 0
    while data[at : at + 4] == _RESOURCE:
        name = data[at + 6] if at + 6 < len(data) else 0
        start = at + 6 + (name + 2) // 2 * 2 + 4
        length = int.from_bytes(data[start - 4 : start], "big")
        if int.from_bytes(data[at + 4 : at + 6], "big") == _IPTC_RESOURCE:
            return data[start : start + length]
        at = start + length + length % 2
    return data if at == 0 else b""


def _records(data: bytes) -> IptcRecords:
    found: dict[tuple[int, int], bytes | list[bytes]] = {}
    at = 0
    while at + 5 <= len(data) and data[at] == _RECORD:
        key, length = (data[at + 1], data[at + 2]), int.from_bytes(data[at + 3 : at + 5], "big")
        value = data[at + 5 : at + 5 + length]
        known = found.get(key)
        found[key] = value if known is None else [*(known if isinstance(known, list) else [known]), value]
        at += 5 + length
    return found
