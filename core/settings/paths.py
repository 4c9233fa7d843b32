"""Where a library lives on disk.

By default the platform's own folders; with `--library DIR` everything in that one folder.
"""

from dataclasses import dataclass
from pathlib import Path

import platformdirs

APP = "Eidetic"


@dataclass(frozen=True, slots=True)
class LibraryPaths:
    """The files of one library.

    Attributes:
        data: what must never be lost (catalog, settings) and the downloaded models.
        cache: what can be made again (thumbnails, vector indexes).
        logs: rotated logs and the crash file.
    """

    data: Path
    cache: Path
    logs: Path

    @classmethod
    def default(cls) -> "LibraryPaths":
        """The user's library, in the platform's folders."""
        dirs = platformdirs.PlatformDirs(APP, appauthor=False)
        return cls(Path(dirs.user_data_dir), Path(dirs.user_cache_dir), Path(dirs.user_log_dir))

    @classmethod
    def inside(cls, folder: Path) -> "LibraryPaths":
        """A library that keeps everything in one folder."""
        folder = folder.absolute()
        return cls(folder, folder, folder / "logs")

    @classmethod
    def choose(cls, folder: Path | None) -> "LibraryPaths":
        """`inside(folder)` when one is named, else the user's library."""
        return cls.default() if folder is None else cls.inside(folder)

    @property
    def catalog(self) -> Path:
        return self.data / "catalog.sqlite"

    @property
    def lock(self) -> Path:
        return self.data / "library.lock"

    @property
    def settings(self) -> Path:
        return self.data / "settings.toml"

    @property
    def models(self) -> Path:
        return self.data / "models"

    @property
    def thumbnails(self) -> Path:
        return self.cache / "thumbnails.sqlite"

    @property
    def vectors(self) -> Path:
        return self.cache / "vectors"

    @property
    def places(self) -> Path:
        return self.cache / "places.sqlite"

    def create(self) -> None:
        """Make the folders. Raises OSError when they cannot be made."""
        for folder in (self.data, self.cache, self.logs, self.models, self.vectors):
            folder.mkdir(parents=True, exist_ok=True)
