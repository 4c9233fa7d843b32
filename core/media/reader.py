"""Reads one file: the one entry of this room. Runs in a decode worker, or in-process for an example picture."""

import contextlib
import os
import warnings
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from PIL import Image

from core.media import ocr, thumbnail
from core.media.formats import salvage
from core.media.formats.iso_media import brands
from core.media.formats.protocol import Decoded, Need, NotMineError, Picture, Reader
from core.media.formats.registry import BUILT_IN
from core.media.limits import SHORTEST_WORKING_PX, SIDECAR_BYTES
from core.media.metadata import merge
from core.media.metadata.dates import DateKind, choose, dated
from core.media.metadata.folder_dates import date_in_folders
from core.media.metadata.name_dates import date_in_name
from core.media.metadata.takeout import LARGEST_BYTES, TakeoutFacts, read_takeout
from core.media.metadata.xmp import XmpFacts, read_xmp
from core.media.model_input import prepare
from core.media.panorama import is_panorama
from core.media.perceptual_hash import perceptual_hash
from core.media.reasons import MediaError, of_decoder_error, of_os_error
from core.media.request import Frame, ReadRequest, ReadResult
from core.media.screenshot import is_screenshot
from core.media.source import Source, opened
from core.values.photo import MediaKind, Metadata
from core.values.reasons import Reason

MOST_FRAMES = 16


def read(request: ReadRequest, readers: Sequence[Reader] = BUILT_IN) -> ReadResult:
    """Return what is wanted of the file: identity, metadata, thumbnail, fingerprint and the model's pictures.

    The file is opened once, and by content: its name plays no part.

    Raises:
        UnreadableFileError: the file's own fault; it is a `MediaError`, which knows the class of its reason.
    """
    with opened(request.path) as source, warnings.catch_warnings():
        # Pillow warns of each corrupt tag; what is lost by that is in the notes.
        warnings.simplefilter("ignore")
        is_same = request.replaces is not None and source.legacy == request.replaces
        if source.content in request.known or is_same:
            return ReadResult(
                source.content, MediaKind.IMAGE, "", 0, 0, Metadata(), is_known=True, legacy=source.legacy
            )
        decoded = _decode(source, readers, _need(request))
        metadata = _metadata(request, decoded)
        cover = decoded.pictures[decoded.cover]
        of_screen = is_screenshot(source.name, decoded.comment, metadata)
        small = thumbnail.shrunk(cover.image, cover.box)
        frames: tuple[Frame, ...] = ()
        if request.model_input is not None:
            frames = tuple(Frame(prepare(p.image, request.model_input, p.box), p.moment_ms) for p in decoded.pictures)
        return ReadResult(
            content=source.content,
            kind=decoded.kind,
            format=decoded.format,
            width=decoded.width,
            height=decoded.height,
            metadata=metadata,
            thumbnail=thumbnail.to_jpeg(small) if request.thumbnail else None,
            frames=frames,
            perceptual_hash=perceptual_hash(small),
            duration_ms=decoded.duration_ms,
            is_screenshot=of_screen,
            is_panorama=is_panorama(decoded.kind, decoded.width, decoded.height, metadata, is_screenshot=of_screen),
            motion_video=decoded.motion_video,
            flaw=None if decoded.flaw is None else decoded.flaw.value,
            text=_text(cover) if request.text else None,
            view=_view(cover, request.view_px) if request.view_px else None,
            legacy=source.legacy,
        )


def _need(request: ReadRequest) -> Need:
    shortest = SHORTEST_WORKING_PX if request.thumbnail else 1
    if request.text:
        shortest = max(shortest, ocr.SHORTEST_PX)
    # A picture of any shape whose shorter side is that long has a longer side at least as long.
    shortest = max(shortest, request.view_px)
    if request.model_input is not None:
        shortest = max(shortest, request.model_input.size)
    return Need(shortest, MOST_FRAMES if request.model_input is not None else 1)


def _text(cover: Picture) -> str:
    return ocr.read_text(cover.image if cover.box is None else cover.image.crop(cover.box))


def _view(cover: Picture, longest: int) -> bytes:
    picture = cover.image if cover.box is None else cover.image.crop(cover.box)
    scale = longest / max(picture.size)
    if scale < 1:
        size = (max(1, round(picture.width * scale)), max(1, round(picture.height * scale)))
        picture = picture.resize(size, Image.Resampling.LANCZOS, reducing_gap=2.0)
    return thumbnail.to_jpeg(picture)


def _decode(source: Source, readers: Sequence[Reader], need: Need) -> Decoded:
    refused: NotMineError | None = None
    for reader in readers:
        if not reader.takes(source.head):
            continue
        try:
            return _as_far_as_possible(reader, source, need)
        except NotMineError as error:
            refused = error
    if refused is not None:
        raise of_decoder_error(refused) from refused
    raise MediaError(Reason.UNKNOWN_FORMAT)


def _as_far_as_possible(reader: Reader, source: Source, need: Need) -> Decoded:
    """Decode the file; where it is cut short or damaged, what is left of it. See `core.media.formats.salvage`."""
    refused: MediaError | NotMineError
    if reader.is_salvaged and brands(source.head) and salvage.missing_bytes(source):
        refused = MediaError(Reason.CUT_SHORT)  # its decoder would give grey tiles, and no error
    else:
        try:
            return _attempt(reader, source, need)
        except NotMineError as error:
            refused = error
        except MediaError as error:
            refused = error
            if error.reason not in (Reason.CUT_SHORT, Reason.DAMAGED):
                raise
        if not reader.is_salvaged:
            raise refused
    try:
        decoded = _salvaged(reader, source, need)
    except NotMineError:
        raise refused from None
    except MediaError as error:
        raise (error if error.reason in (Reason.UNSUPPORTED, Reason.TOO_LARGE) else refused) from None
    if decoded is None:
        raise refused
    if decoded.flaw is not None and isinstance(refused, MediaError) and not salvage.missing_bytes(source):
        return replace(decoded, flaw=refused.reason)
    return decoded


def _salvaged(reader: Reader, source: Source, need: Need) -> Decoded | None:
    cleaned = salvage.cleaned(source)
    if cleaned is not None:
        with contextlib.suppress(MediaError, NotMineError):
            return _attempt(reader, cleaned, need)
    mended = salvage.mended(source)
    if mended is None:
        return None
    with salvage.tolerant(source):
        decoded = _attempt(reader, mended, need)
    if not salvage.shows_enough(decoded.pictures[decoded.cover].image):
        return None
    return replace(decoded, flaw=Reason.CUT_SHORT if salvage.missing_bytes(source) else Reason.DAMAGED)


def _attempt(reader: Reader, source: Source, need: Need) -> Decoded:
    try:
        return reader.read(source, need)
    except (MediaError, NotMineError):
        raise
    except MemoryError as error:
        raise MediaError(Reason.OUT_OF_MEMORY) from error
    except Exception as error:
        # A decoder may raise anything on a damaged file. OSError with a number is the file system's, not its.
        if isinstance(error, OSError) and error.errno is not None:
            raise of_os_error(error) from error
        raise of_decoder_error(error) from error


def _metadata(request: ReadRequest, decoded: Decoded) -> Metadata:
    """Join what the file, what stands beside it, its name and its folders say."""
    sidecar = XmpFacts(Metadata()) if request.sidecar is None else _sidecar(request.sidecar)
    takeout = TakeoutFacts(Metadata()) if request.takeout is None else _takeout(request.takeout)
    metadata = merge.merge(sidecar.metadata, decoded.metadata, takeout.metadata)
    now = datetime.now()
    name = date_in_name(os.path.basename(request.path), now)
    chosen = choose(
        (
            # When the sidecar was changed says nothing of the picture.
            *(replace(date, in_sidecar=True) for date in sidecar.dates if date.kind is not DateKind.CHANGED),
            *decoded.dates,
            *(dated(name.taken_at, DateKind.NAME, is_instant=name.is_instant) if name is not None else ()),
            *takeout.dates,
            *dated(date_in_folders(request.folders, now), DateKind.FOLDER),
        ),
        metadata.position,
        (decoded.duration_ms or 0) / 1000,
    )
    if chosen is None:
        return metadata
    return replace(metadata, taken_at=chosen.taken_at, date_source=chosen.source)


def _sidecar(path: str) -> XmpFacts:
    """Return what an XMP sidecar says. One that cannot be read costs a note, not the photo."""
    try:
        facts = read_xmp(_beside(path, SIDECAR_BYTES))
    except MediaError as error:
        return XmpFacts(Metadata(notes=(f"sidecar: {error}",)))
    notes = tuple(f"sidecar {note}" for note in facts.metadata.notes)
    return replace(facts, metadata=replace(facts.metadata, notes=notes))


def _takeout(path: str) -> TakeoutFacts:
    """Return what Google Takeout's JSON says, or a note as for a sidecar."""
    try:
        return read_takeout(_beside(path, LARGEST_BYTES))
    except MediaError as error:
        return TakeoutFacts(Metadata(notes=(f"Takeout: {error}",)))


def _beside(path: str, largest: int) -> bytes:
    with opened(path) as source:
        if source.size > largest:
            raise MediaError(Reason.TOO_LARGE, f"{source.size} bytes of text")
        return source.whole()
