"""What becomes of real and of hostile files: read, shown in part, refused with which reason.

`python -m benchmarks.formats_table [FOLDER...]`. Of what is refused, it is said whether Pillow, ImageMagick or FFmpeg
open it without a complaint, as far as they are there: nothing that one of them does should be refused.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from benchmarks.report import write
from core.media.formats import looks_like_media
from core.media.pool import DecodePool
from core.media.reasons import MediaError
from core.media.request import ReadRequest, ReadResult

_SHARED = Path(__file__).parents[2] / "shared"
_SECONDS = 60.0
_FFMPEG = ("ffmpeg", "-nostdin", "-v", "error")


def main() -> None:
    """Read all, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*", type=Path)
    with _folders(parser.parse_args().folders) as folders:
        if not folders:
            sys.exit("There are no files to read. Name a folder.")
        table: dict[str, Counter[str]] = defaultdict(Counter)
        lines: list[str] = []
        cleanly: list[str] = []
        for folder in folders:
            for path, outcome in _outcomes(folder):
                name = f"{folder.name}/{path.relative_to(folder)}"
                if isinstance(outcome, MediaError):
                    table[path.suffix.lower() or "(none)"][f"refused: {outcome.reason.kind}"] += 1
                    lines.append(f"refused\t{name}\t{outcome.reason.kind}\t{outcome}")
                    opened = _opened_by(path)
                    if opened:
                        cleanly.append(f"{name}\t{', '.join(opened)}")
                elif outcome.flaw is not None:
                    table[outcome.format]["in part"] += 1
                    lines.append(f"in part\t{name}\t{outcome.flaw}")
                else:
                    table[outcome.format]["whole"] += 1
    columns = ["whole", "in part", *sorted({key for row in table.values() for key in row} - {"whole", "in part"})]
    print("\n".join(lines))
    print("\t".join(["format", *columns]))
    for name, row in sorted(table.items()):
        print("\t".join([name, *(str(row[column] or "") for column in columns)]))
    if cleanly:
        print("\nRefused, though opened without a complaint by:", *cleanly, sep="\n")
    totals = {column: sum(row[column] for row in table.values()) for column in columns}
    write("formats-table", {**totals, "refused but opened elsewhere": list(cleanly)})


@contextmanager
def _folders(named: list[Path]) -> Iterator[list[Path]]:
    """Give the folders named; else our collection and what the makers of hostile files make."""
    if named:
        yield named
        return
    with tempfile.TemporaryDirectory() as made:
        found = [folder for folder in (_SHARED / "data" / "formats",) if folder.is_dir()]
        maker = _SHARED / "cases" / "hostile" / "make.py"
        if maker.is_file() and shutil.which("exiftool") and shutil.which("ffmpeg"):
            hostile = Path(made) / "hostile"
            subprocess.run([sys.executable, str(maker), str(hostile)], check=True)
            found.append(hostile)
        yield found


def _outcomes(folder: Path) -> list[tuple[Path, ReadResult | MediaError]]:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and looks_like_media(path.name)]
    found: list[tuple[Path, ReadResult | MediaError]] = []
    with DecodePool(2, _SECONDS, 2048) as pool:
        for path, future in [(path, pool.submit(ReadRequest(str(path)))) for path in files]:
            error = future.exception()
            if error is None:
                found.append((path, future.result().without_frames()))
            elif isinstance(error, MediaError):
                found.append((path, error))
            else:
                raise error
    return found


def _opened_by(path: Path) -> list[str]:
    found = []
    try:
        with Image.open(path) as image:
            image.load()
        found.append("Pillow")
    except Exception:  # whatever: it does not open it
        pass
    for name, program, command in (
        ("ImageMagick", "convert", ["convert", f"{path}[0]", "null:"]),
        (
            "FFmpeg",
            "ffmpeg",
            ["ffmpeg", "-nostdin", "-v", "error", "-i", str(path), "-frames:v", "1", "-f", "null", "-"],
        ),
    ):
        if shutil.which(program) and _is_silent(command):
            found.append(name)
    return found


def _is_silent(command: list[str]) -> bool:
    try:
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return False
    return done.returncode == 0 and not done.stderr.strip() and not done.stdout.strip()


if __name__ == "__main__":
    main()
