"""The one error hierarchy.

An `EideticError` comes from the environment (a full disk, a damaged file, a wrong word in a query) and
becomes a message for the user. Any other exception is a bug and becomes a crash report.
"""

from pathlib import Path


class EideticError(Exception):
    """Something outside the program is wrong. `str(error)` names it, and says what to do."""


class UsageError(EideticError):
    """What the user asked for makes no sense as asked. The command line exits with 2."""


class QueryError(UsageError):
    """A query, or one part of it, cannot be understood."""


class LibraryInUseError(EideticError):
    """Another process has the library open for writing."""


class LibraryUnwritableError(EideticError):
    """The library folder cannot be written: read-only, no permission, or the disk is full."""


class CatalogTooNewError(EideticError):
    """The catalog was written by a newer version of the program."""


class CatalogTooOldError(EideticError):
    """The catalog was written by an older version of the program, and only a writer may bring it up to date."""


class CatalogDamagedError(EideticError):
    """A store of the library is not a usable database. `path`: which, where it is known."""

    def __init__(self, message: str, path: Path | None = None) -> None:
        super().__init__(message)
        self.path = path


class UnreadableFileError(EideticError):
    """One media file cannot be read. `str(error)` is the reason shown to the user."""


class ModelUnavailableError(EideticError):
    """A model is not installed, incomplete, or fails its checksum."""


class EngineGoneError(EideticError):
    """The engine process ended while a reply was awaited."""
