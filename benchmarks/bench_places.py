"""How long the list of places takes to make, open and ask. `python -m benchmarks.bench_places`."""

import random
import tempfile
from functools import partial
from pathlib import Path

import psutil

from benchmarks.report import seconds_of, write
from core.places.gazetteer import Gazetteer

_ASKED = 2000


def main() -> None:
    """Measure and print."""
    draw = random.Random(5)
    cities = ["London", "Paris", "Lisbon", "Tokyo", "New York", "Nairobi", "Munich", "Sydney", "Lima", "Mumbai"]
    memory = psutil.Process().memory_info().rss
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "places.sqlite"
        make = seconds_of(lambda: Gazetteer(path).find("Lisbon"))
        gazetteer = Gazetteer(path)
        opened = seconds_of(lambda: gazetteer.find("Lisbon"))
        centres = [gazetteer.find(city)[0] for city in cities]
        positions = [
            (place.latitude + draw.gauss(0, 0.3), place.longitude + draw.gauss(0, 0.3))
            for place in (draw.choice(centres) for _ in range(_ASKED))
        ]
        lookups = sorted(seconds_of(partial(gazetteer.place_of, *at)) for at in positions)
        names = sorted(seconds_of(partial(gazetteer.find, name)) for name in cities * 20)
        write(
            "places",
            {
                "make the file once, s": make,
                "open and first answer, ms": opened * 1e3,
                "file, MB": path.stat().st_size / 1e6,
                "place_of p50, ms": lookups[len(lookups) // 2] * 1e3,
                "place_of p95, ms": lookups[len(lookups) * 95 // 100] * 1e3,
                "find p50, ms": names[len(names) // 2] * 1e3,
                "memory kept after making, MB": (psutil.Process().memory_info().rss - memory) / 1e6,
            },
        )
        gazetteer.close()


if __name__ == "__main__":
    main()
