"""Reads one file: the one entry of this room. Runs in a decode worker, or in-process for an example picture."""

import warnings
from collections.abc import Sequence
from dataclasses import replace

from core.media import ocr, thumbnail
from core.media.formats.protocol import Decoded, Need, NotMineError, Picture, Reader
from core.media.formats.registry import BUILT_IN
from core.media.limits import SHORTEST_WORKING_PX, SIDECAR_BYTES
from core.media.metadata import merge
from core.media.metadata.xmp import read_xmp
from core.media.model_input import prepare
from core.media.perceptual_hash import perceptual_hash
from core.media.reasons import MediaError, Reason, of_decoder_error, of_os_error
from core.media.request import Frame, ReadRequest, ReadResult
from core.media.screenshot import is_screenshot
from core.media.source import Source, opened
from core.values.photo import MediaKind, Metadata

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
        if source.content in request.known:
            return ReadResult(source.content, MediaKind.IMAGE, "", 0, 0, Metadata(), is_known=True)
        decoded = _decode(source, readers, _need(request))
        metadata = decoded.metadata
        if request.sidecar is not None:
            metadata = merge.with_sidecar(metadata, _sidecar(request.sidecar))
        cover = decoded.pictures[decoded.cover]
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
            is_screenshot=is_screenshot(source.name, decoded.comment, metadata),
            motion_video=decoded.motion_video,
            text=_text(cover) if request.text else None,
        )


def _need(request: ReadRequest) -> Need:
    shortest = SHORTEST_WORKING_PX if request.thumbnail else 1
    if request.text:
        shortest = max(shortest, ocr.SHORTEST_PX)
    if request.model_input is not None:
        shortest = max(shortest, request.model_input.size)
    return Need(shortest, MOST_FRAMES if request.model_input is not None else 1)


def _text(cover: Picture) -> str:
    return ocr.read_text(cover.image if cover.box is None else cover.image.crop(cover.box))


def _decode(source: Source, readers: Sequence[Reader], need: Need) -> Decoded:
    refused: NotMineError | None = None
    for reader in readers:
        if not reader.takes(source.head):
            continue
        try:
            return reader.read(source, need)
        except NotMineError as error:
            refused = error
        except MediaError:
            raise
        except MemoryError as error:
            raise MediaError(Reason.OUT_OF_MEMORY) from error
        except Exception as error:
            # A decoder may raise anything on a damaged file. OSError with a number is the file system's, not its.
            if isinstance(error, OSError) and error.errno is not None:
                raise of_os_error(error) from error
            raise of_decoder_error(error) from error
    if refused is not None:
        raise of_decoder_error(refused) from refused
    raise MediaError(Reason.UNKNOWN_FORMAT)


def _sidecar(path: str) -> Metadata:
    """Return what an XMP sidecar says. One that cannot be read costs a note, not the photo."""
    try:
        with opened(path) as source:
            if source.size > SIDECAR_BYTES:
                return Metadata(notes=("sidecar: too large",))
            metadata = read_xmp(source.whole()).metadata
    except MediaError as error:
        return Metadata(notes=(f"sidecar: {error}",))
    return replace(metadata, notes=tuple(f"sidecar {note}" for note in metadata.notes))
