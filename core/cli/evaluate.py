"""`eidetic evaluate`: how well and how fast searches are answered, measured on captioned photos."""

import typer


def add_to(app: typer.Typer) -> None:
    """Add the commands of this module."""
