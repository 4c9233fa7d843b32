"""Reads and writes `settings.toml`, keeping it sparse and keeping the user's own comments."""

import logging
from pathlib import Path

import tomlkit
from pydantic import ValidationError
from tomlkit.exceptions import ParseError

from core.settings.schema import Settings
from core.values.errors import UsageError

log = logging.getLogger(__name__)


def load(path: Path) -> Settings:
    """Return the settings in `path`; what is missing, unknown or malformed takes its default."""
    try:
        written = tomlkit.parse(path.read_text("utf-8")).unwrap()
    except FileNotFoundError:
        return Settings()
    except (ParseError, UnicodeDecodeError) as error:
        log.warning("%s is not valid TOML and is ignored: %s", path, error)
        return Settings()
    while True:
        try:
            return Settings.model_validate(written)
        except ValidationError as error:
            for problem in error.errors():
                log.warning("%s: %s: %s; the default is used", path, problem["loc"], problem["msg"])
                _drop(written, problem["loc"])


def save(path: Path, settings: Settings) -> None:
    """Write what differs from the defaults, through a temporary file."""
    try:
        document = tomlkit.parse(path.read_text("utf-8"))
    except (OSError, ParseError, UnicodeDecodeError):
        document = tomlkit.document()
    changed = settings.model_dump(mode="json", exclude_defaults=True)
    for section in Settings.model_fields:
        values = changed.get(section, {})
        table = document.get(section)
        if table is None:
            if not values:
                continue
            table = tomlkit.table()
            document[section] = table
        for name in getattr(Settings(), section).model_dump():
            if name in values:
                table[name] = values[name]
            elif name in table:
                del table[name]
        if not table:
            del document[section]
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".toml.new")
    temporary.write_text(tomlkit.dumps(document), "utf-8")
    temporary.replace(path)


def flat(settings: Settings) -> dict[str, bool | int | float | str]:
    """Return every value under its whole name, such as `search.metric`."""
    sections = settings.model_dump(mode="json")
    return {f"{section}.{name}": value for section, values in sections.items() for name, value in values.items()}


def changed(settings: Settings, name: str, value: object) -> Settings:
    """Return the settings with one value, which may be written as text, changed.

    Raises:
        UsageError: there is no such setting, or it cannot have that value; the message says which it can.
    """
    if name not in flat(settings):
        raise UsageError(no_such(name))
    section, _, field = name.partition(".")
    whole = settings.model_dump()
    whole[section][field] = value
    try:
        return Settings.model_validate(whole)
    except ValidationError as error:
        problems = "; ".join(problem["msg"] for problem in error.errors())
        raise UsageError(f"The setting {name} cannot be {value!r}. {problems}.") from error


def no_such(name: str) -> str:
    """Return what to tell one who names a setting that there is not."""
    return f"There is no setting {name!r}. There are {', '.join(flat(Settings()))}."


def _drop(tree: dict[str, object], where: tuple[int | str, ...]) -> None:
    node: object = tree
    for step in where[:-1]:
        if not isinstance(node, dict):
            break
        node = node.get(str(step))
    if isinstance(node, dict) and str(where[-1]) in node:
        del node[str(where[-1])]
    else:
        tree.pop(str(where[0]), None)
