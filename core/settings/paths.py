"""Where a library lives on disk.

By default the platform's own folders; with `--library DIR` everything in that one folder.
"""

import contextlib
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

    def make_private(self) -> None:
        """Take from others the rights that an older version, or a copy, left them. What cannot be changed stays."""
        for folder in {self.data, self.cache, self.logs}:
            for path in [folder, *folder.iterdir(), *self.vectors.glob("*")]:
                kept = 0o700 if path.is_dir() else 0o600
                with contextlib.suppress(OSError):
                    if not path.is_symlink() and path.stat().st_mode & 0o077:
                        path.chmod(kept)

    def create(self) -> None:
        """Make the folders, for their owner alone: they tell of people and places. Raises OSError when that fails."""
        for folder in (self.data, self.cache, self.logs, self.models, self.vectors):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
