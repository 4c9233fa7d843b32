"""Prints a constraints file: every installed distribution that Eidetic and its tests need, with its version.

Local version labels (`+cpu`) are cut off: `torch==2.13.0` admits `2.13.0+cpu`, and pip prefers it where an index
offers it.
"""

import re
import sys
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

HEADER = """\
# Every version that Eidetic is built and tested with; made by `make lock`.
# torch, torchvision and open_clip_torch belong together. torch==2.13.0 also admits the CPU build 2.13.0+cpu.
"""
EXTRAS = {"dev", "jxl", "ocr", "plot"}


def main() -> None:
    """Walk the requirements from `eidetic` on."""
    seen: dict[str, str] = {}
    waiting = [("eidetic", frozenset(EXTRAS))]
    visited: set[tuple[str, frozenset[str]]] = set()
    while waiting:
        name, extras = waiting.pop()
        if (name, extras) in visited:
            continue
        visited.add((name, extras))
        try:
            if name != "eidetic":
                seen[name] = version(name).split("+")[0]
            wanted = requires(name) or []
        except PackageNotFoundError:
            print(f"{name} is required but not installed", file=sys.stderr)
            continue
        for line in wanted:
            requirement = Requirement(line)
            if requirement.marker is None or any(
                requirement.marker.evaluate({"extra": extra}) for extra in extras or {""}
            ):
                waiting.append((_normal(requirement.name), frozenset(requirement.extras)))
    sys.stdout.write(HEADER + "".join(f"{name}=={seen[name]}\n" for name in sorted(seen)))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


if __name__ == "__main__":
    main()
