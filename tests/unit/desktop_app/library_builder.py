"""Fills a library as the engine would, but at once: for tests of what shows a library."""

import io
import os
from pathlib import Path

from PIL import Image
from sqlalchemy import Engine, insert, update
from sqlalchemy.orm import Session

from core.catalog import annotations, database
from core.catalog.schema import File, Photo, RecentSearch, Root
from core.catalog.thumbnails import ThumbnailStore
from core.catalog.transaction import Transactions
from core.settings.paths import LibraryPaths
from core.values.photo import ContentKey, FileRole, FileState, PhotoId, PhotoState

COLOURS = ((200, 60, 50), (60, 140, 80), (50, 90, 190), (220, 180, 60), (130, 70, 160))

_NOON = 43_200


class LibraryBuilder:
    """Writes a catalog and its thumbnails. `folder`: where the photos would be; nothing is there."""

    def __init__(self, paths: LibraryPaths) -> None:
        paths.create()
        self.paths = paths
        self.folder = paths.data.parent / "photos"
        self._catalog = database.open_for_writing(paths.catalog)
        self._thumbnails = ThumbnailStore(paths.thumbnails, read_only=False)
        with Session(self._catalog) as session, session.begin():
            root = Root(path=os.fsencode(self.folder), added_at=0)
            session.add(root)
            session.flush()
            self._root_id = root.id

    @property
    def catalog(self) -> Engine:
        """The catalog, for what has no method here."""
        return self._catalog

    def close(self) -> None:
        self._catalog.dispose()
        self._thumbnails.close()

    def add(
        self,
        name: str | bytes,
        *,
        day: int = 0,
        state: PhotoState = PhotoState.READY,
        favourite: bool = False,
        thumbnail: bool = True,
        reason: str | None = None,
        **columns: object,
    ) -> PhotoId:
        """Add one photo; a higher `day` is newer, and of one day those added first. `columns`: of the photo's row."""
        read = state is PhotoState.READY
        with Session(self._catalog) as session, session.begin():
            dates = {"sort_at": 86_400 * day, "taken_wall": 86_400 * day, "taken_until": 86_400 * day}
            photo = Photo(**(dates | columns), state=state, added_at=0, favourite=favourite)
            session.add(photo)
            session.flush()
            if "sort_at" not in columns:
                photo.sort_at += _NOON - photo.id
            key = key_of(photo.id)
            if read:
                photo.content_size, photo.content_hash = key.size, key.digest
            session.add(
                File(
                    root_id=self._root_id,
                    photo_id=photo.id,
                    folder=b"",
                    name=os.fsencode(name),
                    size=1_234_567,
                    mtime_ns=0,
                    state=FileState(state),
                    reason=reason,
                    failed_at=None if reason is None else 0,
                )
            )
            photo_id = PhotoId(photo.id)
        if read and thumbnail:
            self.put_thumbnail(photo_id)
        return photo_id

    def add_many(self, count: int) -> None:
        """Add many photos without thumbnails, the first the newest."""
        with self._catalog.begin() as connection:
            connection.execute(
                insert(Photo),
                [
                    {"id": number, "state": PhotoState.WAITING, "sort_at": count - number, "added_at": 0}
                    for number in range(1, count + 1)
                ],
            )
            connection.execute(
                insert(File),
                [
                    {
                        "root_id": self._root_id,
                        "photo_id": number,
                        "folder": b"",
                        "name": b"photo %d.jpg" % number,
                        "size": 1,
                        "mtime_ns": 0,
                    }
                    for number in range(1, count + 1)
                ],
            )

    def add_companion(self, photo_id: PhotoId, name: str, role: FileRole) -> None:
        """Put a file beside a photo."""
        with self._catalog.begin() as connection:
            connection.execute(
                insert(File).values(
                    root_id=self._root_id,
                    photo_id=photo_id,
                    folder=b"",
                    name=os.fsencode(name),
                    size=1,
                    mtime_ns=0,
                    role=role,
                    state=FileState.READY,
                )
            )

    def put_thumbnail(self, photo_id: PhotoId, size: tuple[int, int] = (432, 288)) -> None:
        """Draw a photo's thumbnail."""
        buffer = io.BytesIO()
        Image.new("RGB", size, COLOURS[photo_id % len(COLOURS)]).save(buffer, "JPEG")
        self._thumbnails.put([(key_of(photo_id), buffer.getvalue())])

    def change(self, photo_id: PhotoId, **columns: object) -> None:
        """Change columns of a photo."""
        with self._catalog.begin() as connection:
            connection.execute(update(Photo).where(Photo.id == photo_id).values(**columns))

    def tag(self, photo_id: PhotoId, *names: str) -> None:
        """Put tags on a photo."""
        with Transactions(self._catalog).begin() as transaction:
            annotations.change_tags(transaction, [photo_id], names, [])

    def remember(self, *searches: str) -> None:
        """Put texts among the recent searches, the last the newest."""
        with self._catalog.begin() as connection:
            for number, text in enumerate(searches):
                connection.execute(insert(RecentSearch).values(text=text, used_at=number))

    def go_offline(self, reason: str) -> None:
        """Make the folder unreachable."""
        with self._catalog.begin() as connection:
            connection.execute(update(Root).values(offline=reason))


def key_of(photo_id: int) -> ContentKey:
    """Return the content key that a photo of the builder has."""
    return ContentKey(1000, photo_id.to_bytes(20, "big"))


def colour_of(photo_id: int) -> tuple[int, int, int]:
    """Return the colour of a photo's thumbnail."""
    return COLOURS[photo_id % len(COLOURS)]


def file_in(folder: Path, name: str, size: tuple[int, int] = (64, 48)) -> Path:
    """Write a small picture file."""
    path = folder / name
    Image.new("RGB", size, COLOURS[0]).save(path)
    return path
