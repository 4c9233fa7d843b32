"""The licences of what a package bundles, as a gate, a list of parts (SBOM) and texts: `packaging/licences.py DIST`.

Every Python distribution with files in the package, and every model, must name a licence; one that does not fails the
build. Writes DIST/THIRD_PARTY_NOTICES.txt and DIST/sbom.cdx.json (CycloneDX).
"""

import sys
import tomllib
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import DisjunctiveLicense
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL

ROOT = Path(__file__).resolve().parent.parent
OURS = "eidetic"
NOT_STATED = {"", "UNKNOWN"}
# Distributions whose metadata names no licence; what their own repository says, looked up by hand.
LOOKED_UP = {"numkong": "Apache-2.0", "rapidocr": "Apache-2.0"}
FORBIDDEN = ("AGPL", "GPL-3.0-only", "GPL-2.0-only", "NonCommercial", "CC-BY-NC")


@dataclass(frozen=True, slots=True)
class Part:
    """Something bundled. `texts`: its licence files, whole."""

    name: str
    version: str
    licence: str
    source: str
    texts: tuple[str, ...] = ()
    is_model: bool = False


def main(dist: Path) -> int:
    """Check and write; return the exit code."""
    parts = sorted([*bundled(dist / "lib"), *models(ROOT / "resources" / "models.toml")], key=lambda part: part.name)
    problems = [f"{part.name}: names no licence" for part in parts if part.licence in NOT_STATED]
    problems += [f"{part.name}: {part.licence}" for part in parts if any(bad in part.licence for bad in FORBIDDEN)]
    for problem in problems:
        print(f"licence: {problem}", file=sys.stderr)
    (dist / "THIRD_PARTY_NOTICES.txt").write_text(notices(parts), "utf-8")
    (dist / "sbom.cdx.json").write_text(sbom(parts), "utf-8")
    print(f"{len(parts)} bundled parts with licences, {len(problems)} problems")
    return int(bool(problems))


def bundled(lib: Path) -> list[Part]:
    """Return the distributions of this environment that have a file or folder in the package."""
    there = {path.name.split(".")[0] for path in lib.iterdir()} | archived(lib.parent)
    found = []
    for distribution in metadata.distributions():
        name = distribution.metadata["Name"]
        tops = {
            path.parts[0].split(".")[0]
            for path in distribution.files or ()
            if path.parts[0] not in {"..", "__pycache__"} and not path.parts[0].endswith((".dist-info", ".data"))
        }
        if name.lower() != OURS and tops & there:
            found.append(
                Part(name, distribution.version, licence_of(distribution), home(distribution), texts(distribution))
            )
    return found


def archived(dist: Path) -> set[str]:
    """Return the top-level names of the modules inside the programs' own archives."""
    from PyInstaller.archive.readers import CArchiveReader

    names: set[str] = set()
    for program in ("eidetic", "eidetic-desktop", "eidetic.exe", "eidetic-desktop.exe"):
        if (dist / program).is_file():
            reader = CArchiveReader(str(dist / program))
            names |= {name.split(".")[0] for name in reader.open_embedded_archive("PYZ.pyz").toc}
    return names


def licence_of(distribution: metadata.Distribution) -> str:
    """Return the licence as the metadata names it, in whichever of its three fields."""
    meta = distribution.metadata
    expression, free = meta.get("License-Expression", ""), meta.get("License", "") or ""
    classifiers = [
        line.rpartition("::")[2].strip() for line in meta.get_all("Classifier") or () if line.startswith("License")
    ]
    named = (
        expression or "; ".join(name for name in classifiers if name != "OSI Approved") or free.strip().split("\n")[0]
    )
    return LOOKED_UP.get(meta["Name"].lower(), "") if named in NOT_STATED else named


def home(distribution: metadata.Distribution) -> str:
    """Return where it comes from."""
    urls = [line.partition(",")[2].strip() for line in distribution.metadata.get_all("Project-URL") or ()]
    return distribution.metadata.get("Home-page") or next(iter(urls), "")


def texts(distribution: metadata.Distribution) -> tuple[str, ...]:
    """Return its licence files."""
    names = ("LICENSE", "LICENCE", "COPYING", "NOTICE")
    found = [path for path in distribution.files or () if path.name.upper().startswith(names)]
    return tuple(
        Path(str(path.locate())).read_text("utf-8", "replace") for path in found if Path(str(path.locate())).is_file()
    )


def models(registry: Path) -> list[Part]:
    """Return the models whose weights are in the package: all of resources/models."""
    entries = tomllib.loads(registry.read_text("utf-8"))
    shipped = {folder.name for folder in (ROOT / "resources" / "models").iterdir() if folder.is_dir()}
    listed = {name: entry for name, entry in entries.items() if isinstance(entry, dict)}
    found = []
    for name in sorted(shipped):
        entry = listed.get(name, {})
        folder = ROOT / "resources" / "models" / name
        said = tuple(path.read_text("utf-8") for path in sorted(folder.glob("NOTICE*")))
        found.append(Part(name, "1", str(entry.get("licence", "")), str(entry.get("source", "")), said, is_model=True))
    return found


def notices(parts: list[Part]) -> str:
    """Return all licences as one text."""
    head = "Eidetic contains the work of others, under their licences.\n"
    listed = "\n".join(f"{part.name} {part.version}: {part.licence}  {part.source}" for part in parts)
    whole = "\n\n".join(
        f"{'=' * 78}\n{part.name} {part.version}\n\n" + "\n\n".join(part.texts) for part in parts if part.texts
    )
    return f"{head}\n{listed}\n\n{whole}\n"


def sbom(parts: list[Part]) -> str:
    """Return the list of parts as CycloneDX JSON."""
    bom = Bom()
    for part in parts:
        component = Component(
            name=part.name,
            version=part.version,
            type=ComponentType.MACHINE_LEARNING_MODEL if part.is_model else ComponentType.LIBRARY,
            licenses=[DisjunctiveLicense(name=part.licence)] if part.licence else [],
            purl=None if part.is_model else PackageURL("pypi", name=part.name.lower(), version=part.version),
        )
        bom.components.add(component)
    return JsonV1Dot6(bom).output_as_string(indent=1)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
