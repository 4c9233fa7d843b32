"""Reads from Apple's maker note what pairs the picture of a live photo with its movie.

The note's layout: exiftool's `Image::ExifTool::Apple`; a TIFF directory whose offsets count from the note's start.
"""

import struct

_HEADER = b"Apple iOS\x00\x00\x01MM"
_CONTENT_IDENTIFIER = 0x0011
_TEXT = 2
_MOST_ENTRIES = 200
_LONGEST = 64


def content_identifier(note: object) -> str | None:
    """Return the identifier of a live photo from the bytes of a maker note; None in any other note."""
    if not isinstance(note, bytes) or not note.startswith(_HEADER):
        return None
    try:
        (count,) = struct.unpack_from(">H", note, len(_HEADER))
        for at in range(len(_HEADER) + 2, len(_HEADER) + 2 + 12 * min(count, _MOST_ENTRIES), 12):
            tag, kind, length, offset = struct.unpack_from(">HHII", note, at)
            if (tag, kind) == (_CONTENT_IDENTIFIER, _TEXT) and length <= _LONGEST:
                return note[offset : offset + length].split(b"\x00", 1)[0].decode("ascii", "ignore").strip() or None
    except struct.error:
        pass  # cut short: some programs shorten maker notes they do not know
    return None
