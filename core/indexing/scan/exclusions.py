"""Says which folders and files stay out of the library, and why. Looks at names, and at markers in folders.

Nobody wants to see the derivatives, previews, snapshots and trash that programs and servers keep beside photos. The
names are those of Synology, QNAP, NetApp, Windows, macOS, Apple Photos, iPhoto, Aperture, Lightroom and Nextcloud.
"""

import fnmatch
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from core.values.left_out import LeftOutReason

NOMEDIA = b".nomedia"
NOIMAGE = b".noimage"

_BY_NAME = {
    **dict.fromkeys((b"#snapshot", b"@recently-snapshot", b"~snapshot", b"@snapshot"), LeftOutReason.SNAPSHOT),
    **dict.fromkeys(
        (b"@eadir", b"@tmp", b"@__thumb", b"@sharebin", b"#work", b"lost+found", b"system volume information"),
        LeftOutReason.SERVER,
    ),
    **dict.fromkeys((b"$recycle.bin", b"recycler", b"#recycle", b"@recycle"), LeftOutReason.TRASH),
    **dict.fromkeys((b"__macosx", b"ipod photo cache"), LeftOutReason.PREVIEWS),
    b"node_modules": LeftOutReason.CODE,
}
_HIDDEN_BY_NAME = {
    **dict.fromkeys((b".snapshots", b".snapshot", b".zfs"), LeftOutReason.SNAPSHOT),
    **dict.fromkeys((b".thumbnails", b".@__thumb", b".thumb", b".thumbs"), LeftOutReason.PREVIEWS),
    **dict.fromkeys((b".trash", b".trashes", b".dtrash", b".stversions"), LeftOutReason.TRASH),
}
"""Hidden folders are never listed; these are worth telling of."""
_PREVIEW_ENDINGS = (b".lrdata", b".lrprev", b".cocatalogdb")
_PACKAGES = (b".photoslibrary", b".photolibrary", b".migratedphotolibrary", b".aplibrary")
_ORIGINALS = frozenset({b"originals", b"masters"})
_IPHOTO = b"iphoto library"
_IPHOTO_DERIVATIVES = frozenset(
    {b"thumbnails", b"previews", b"data", b"data.noindex", b"modified", b"database", b"resources", b"caches", b"apdb"}
)
"""A folder called like iPhoto's may also be the user's own: only what iPhoto itself makes stays out of it."""


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Why something stays out. `detail`: the user's pattern."""

    reason: LeftOutReason
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Exclusions:
    """The rules of one library.

    Attributes:
        patterns: the user's: absolute folders, or glob patterns. One without a slash is compared with each name on the
            way to a file; one with a slash with the path from the root, or its end; `*` stands for slashes too.
        skip_noimage: whether `.noimage` keeps a folder out as `.nomedia` does.
        library: absolute folders in which the library itself lies.
    """

    patterns: tuple[str, ...] = ()
    skip_noimage: bool = True
    library: tuple[bytes, ...] = ()
    _compiled: tuple["_Pattern", ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_compiled", tuple(map(_compile, self.patterns)))

    def of_folder(self, root: bytes, parent: bytes, name: bytes) -> Exclusion | None:
        """Return why the folder `parent/name` of `root` stays out, judged by its own name and its parent's."""
        lower = name.lower()
        reason = _BY_NAME.get(lower)
        if reason is None and lower.endswith(_PREVIEW_ENDINGS):
            reason = LeftOutReason.PREVIEWS
        if reason is None and _is_derivative(os.path.basename(parent or root).lower(), lower):
            reason = LeftOutReason.PACKAGE
        above = os.path.basename(parent).lower()
        if reason is None and (
            (lower == b"preview" and above.startswith(b"appdata_"))  # Nextcloud's
            or (lower == b"cache" and above == b"captureone")
        ):
            reason = LeftOutReason.PREVIEWS
        if reason is None and os.path.join(root, parent, name) in self.library:
            reason = LeftOutReason.LIBRARY
        if reason is not None:
            return Exclusion(reason)
        return self.chosen(root, os.path.join(parent, name))

    def of_hidden(self, name: bytes) -> Exclusion | None:
        """Return why a folder whose name begins with a dot stays out, if that is worth telling."""
        lower = name.lower()
        reason = LeftOutReason.TRASH if lower.startswith(b".trash-") else _HIDDEN_BY_NAME.get(lower)
        return None if reason is None else Exclusion(reason)

    def marker(self, name: bytes) -> Exclusion | None:
        """Return why the folder stays out that holds a file called `name`."""
        if name == NOMEDIA:
            return Exclusion(LeftOutReason.NOMEDIA)
        return Exclusion(LeftOutReason.NOIMAGE) if name == NOIMAGE and self.skip_noimage else None

    def chosen(self, root: bytes, path: bytes) -> Exclusion | None:
        """Return the user's pattern that keeps out `path`, relative to `root`, by the path itself."""
        if not self._compiled:
            return None
        relative = os.fsdecode(path).replace(os.sep, "/")
        absolute = os.fsdecode(os.path.join(root, path))
        name = relative.rpartition("/")[2]
        for pattern in self._compiled:
            if pattern.fits(absolute, relative, name):
                return Exclusion(LeftOutReason.CHOSEN, pattern.text)
        return None

    def covers(self, root: bytes, folder: bytes) -> Exclusion | None:
        """Return why `folder`, relative to `root`, stays out: by itself or by any folder on the way to it.

        Markers in the root itself do not count: whoever adds a folder wants it.
        """
        parent = b""
        for name in folder.split(os.sep.encode()) if folder else ():
            found = Exclusion(LeftOutReason.PREVIEWS) if name.startswith(b".") else self.of_folder(root, parent, name)
            parent = os.path.join(parent, name)
            path = os.path.join(root, parent)
            if found is None and os.path.islink(path):
                found = Exclusion(LeftOutReason.LINK)
            for marker in (NOMEDIA, NOIMAGE):
                if found is None and os.path.lexists(os.path.join(path, marker)):
                    found = self.marker(marker)
            if found is not None:
                return found
        return None

    def keeps_out(self, root: bytes, folder: bytes, name: bytes) -> bool:
        """Whether the user's patterns keep out a file or any folder on the way to it. Looks at no disk."""
        if not self._compiled:
            return False
        parts = [*folder.split(os.sep.encode()), name] if folder else [name]
        return any(self.chosen(root, os.path.join(*parts[: end + 1])) is not None for end in range(len(parts)))


@dataclass(frozen=True, slots=True)
class _Pattern:
    text: str
    folder: str | None
    expression: re.Pattern[str] | None
    is_path: bool

    def fits(self, absolute: str, relative: str, name: str) -> bool:
        if self.folder is not None:
            return absolute == self.folder or absolute.startswith(os.path.join(self.folder, ""))
        assert self.expression is not None
        if not self.is_path:
            return self.expression.fullmatch(name) is not None
        parts = relative.split("/")
        return any(self.expression.fullmatch("/".join(parts[start:])) for start in range(len(parts)))


def _compile(text: str) -> _Pattern:
    if os.path.isabs(text):
        return _Pattern(text, os.path.normpath(text), None, is_path=True)
    plain = text.replace(os.sep, "/").strip("/")
    expression = re.compile(fnmatch.translate(plain), re.IGNORECASE | re.DOTALL)
    return _Pattern(text, None, expression, is_path="/" in plain)


def _is_derivative(parent: bytes, name: bytes) -> bool:
    if parent.endswith(_PACKAGES):
        return name not in _ORIGINALS
    return parent == _IPHOTO and name in _IPHOTO_DERIVATIVES


def normalised(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the user's patterns as they are kept: without what is blank or said twice."""
    return tuple(dict.fromkeys(pattern for each in patterns if (pattern := each.strip())))
