"""How commands print: results on stdout, everything else on stderr; JSON where a program reads."""

import base64
import json
import os
import sys
from collections.abc import Mapping, Sequence

from core.values.paths import escaped, is_printable, shown

Json = None | bool | int | float | str | Sequence["Json"] | Mapping[str, "Json"]


def say(line: str = "") -> None:
    """Print one line of the result."""
    sys.stdout.write("\n".join(escaped(part) for part in line.split("\n")) + "\n")


def say_json(value: Json) -> None:
    """Print the result as JSON, in ASCII so that any reader takes it."""
    sys.stdout.write(json.dumps(value, indent=2) + "\n")


def note(line: str) -> None:
    """Tell what goes on."""
    sys.stderr.write("\n".join(escaped(part) for part in line.split("\n")) + "\n")
    sys.stderr.flush()


def complain(message: str) -> None:
    """Tell what is wrong."""
    note(f"eidetic: {message}")


def path_fields(path: str) -> dict[str, Json]:
    """Return a path for JSON: `path` to show, and its bytes as `path_base64` where showing it changes it."""
    fields: dict[str, Json] = {"path": shown(path)}
    if not is_printable(path):
        fields["path_base64"] = base64.b64encode(os.fsencode(path)).decode("ascii")
    return fields


def count(number: int, one: str, many: str | None = None) -> str:
    """Return e.g. "1 photo", "1,200 photos"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def duration(seconds: float) -> str:
    """Return e.g. "42 s", "3 min", "2 h 05 min"."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60:02} min"


def size(length: int) -> str:
    """Return a number of bytes, e.g. "1.4 MB"."""
    value = float(length)
    for unit in ("bytes", "kB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "bytes" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
