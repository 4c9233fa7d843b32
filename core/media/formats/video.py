"""Reads videos through PyAV: a few frames spread over the length, the representative one, duration, date and place."""

import time
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image

from core.media.formats.iso_media import boxes, brands, is_picture
from core.media.formats.protocol import Decoded, Need, Picture, Reader
from core.media.formats.salvage import missing_bytes
from core.media.formats.xmp_packets import packet_in_movie, sony_xml
from core.media.limits import check_pixels
from core.media.metadata import merge
from core.media.metadata.container import read_container
from core.media.metadata.sony import read_sony
from core.media.metadata.xmp import read_xmp
from core.media.reasons import MediaError, of_decoder_error
from core.media.source import Source
from core.values.photo import MediaKind
from core.values.reasons import Reason

if TYPE_CHECKING:
    from av.container import InputContainer
    from av.video.frame import VideoFrame
    from av.video.stream import VideoStream

# Demuxers by the first bytes. The demuxer is named to FFmpeg: left to guess, it might take a file for a playlist
# and open what that names.
_MAGIC = (
    (0, b"\x1a\x45\xdf\xa3", "matroska"),
    (8, b"AVI ", "avi"),
    (0, b"FLV\x01", "flv"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
    (0, b"OggS", "ogg"),
    (0, b"\x00\x00\x01\xba", "mpeg"),
)
_QUICKTIME_BOXES = {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"}
_TRANSPORT_PACKETS = ((0, 188), (4, 192))

# Some cameras announce a little more than they write.
_SLOPPY_SHARE = 0.01
_SECONDS_PER_FRAME = 2.0
_CANDIDATES_FOR_COVER = 3
# Reading further frames ends here; well within the time that a worker gives a file.
_PATIENCE_S = 4.0
# Mean difference of grey values (of 255) below which two frames show the same.
_SAME_SCENE = 4.0
_GLANCE = (32, 32)


@dataclass(frozen=True, slots=True)
class VideoReader:
    """The containers that cameras, phones and screen recorders write."""

    name: str = "video"
    # fmt: off
    extensions: frozenset[str] = frozenset(
        {
            ".mp4", ".m4v", ".mov", ".qt", ".3gp", ".3g2", ".mkv", ".webm", ".avi", ".mts", ".m2ts", ".mpg",
            ".mpeg", ".wmv", ".asf", ".flv", ".ogv", ".mp", ".mv",
        }
    )
    # fmt: on
    is_salvaged: bool = False

    def takes(self, head: bytes) -> bool:
        """See `Reader`."""
        return _demuxer(head) is not None

    def read(self, source: Source, need: Need) -> Decoded:
        """See `Reader`."""
        import av

        demuxer = _demuxer(source.head)
        try:
            with av.open(
                source.rewound(), "r", format=demuxer, metadata_errors="replace", buffer_size=128 * 1024
            ) as container:
                decoded = _decode(container, need, _format(demuxer, source.head))
        except av.FFmpegError as error:
            if demuxer == "mov" and not any(kind == b"moov" for kind, _, _ in boxes(source.stream, 0, source.size)):
                raise MediaError(Reason.CUT_SHORT, "the index at the end is missing") from error
            raise of_decoder_error(error) from error
        if missing_bytes(source) > _SLOPPY_SHARE * source.size:
            decoded = replace(decoded, flaw=Reason.CUT_SHORT)
        return _with_words(decoded, source) if demuxer == "mov" else decoded


def _with_words(decoded: Decoded, source: Source) -> Decoded:
    """Add what Sony's cameras write as XML, and programs as XMP; the dates of the camera stay before theirs."""
    xml = sony_xml(source)
    sony = None if xml is None else read_sony(xml)
    if sony is not None:
        decoded = replace(
            decoded, metadata=merge.merge(decoded.metadata, sony.metadata), dates=(*sony.dates, *decoded.dates)
        )
    packet = packet_in_movie(source)
    if packet is None:
        return decoded
    xmp = read_xmp(packet)
    return replace(decoded, metadata=merge.merge(xmp.metadata, decoded.metadata), dates=(*decoded.dates, *xmp.dates))


def _demuxer(head: bytes) -> str | None:
    for at, magic, demuxer in _MAGIC:
        if head[at : at + len(magic)] == magic:
            return demuxer
    is_old_quicktime = head[4:8] in _QUICKTIME_BOXES and any(head[:4])
    if is_old_quicktime or (brands(head) and not is_picture(head)):
        return "mov"
    for start, step in _TRANSPORT_PACKETS:
        marks = head[start : start + 5 * step : step]
        if len(marks) == 5 and set(marks) == {0x47}:
            return "mpegts"
    return None


def _format(demuxer: str | None, head: bytes) -> str:
    """Return the container's name as people know it."""
    if demuxer == "mov":
        return "MP4" if brands(head) and head[8:12] != b"qt  " else "MOV"
    if demuxer == "matroska":
        return "WEBM" if b"webm" in head[:64] else "MKV"
    return {"asf": "WMV", "mpegts": "MPEG-TS"}.get(demuxer or "", (demuxer or "").upper())


@dataclass(frozen=True, slots=True)
class _Shot:
    """One frame: upright picture, its time, and a small grey copy to compare it by."""

    image: Image.Image
    seconds: float
    glance: np.ndarray[tuple[int, ...], np.dtype[np.float32]]


def _decode(container: "InputContainer", need: Need, format_name: str) -> Decoded:
    stream = next((s for s in container.streams.video if not s.disposition & s.disposition.attached_pic), None)
    if stream is None:
        raise MediaError(Reason.NO_PICTURE, "sound only")
    check_pixels(stream.codec_context.width, stream.codec_context.height)
    stream.thread_type = "NONE"  # there is a worker on each core already
    seconds = _duration(container, stream)
    wanted = max(_CANDIDATES_FOR_COVER, min(need.moments, round(seconds / _SECONDS_PER_FRAME)))
    shots = _shots(container, stream, need, seconds, wanted)
    if not shots:
        raise MediaError(Reason.NO_PICTURE, "no frame can be decoded")
    cover = max(range(len(shots)), key=lambda index: float(shots[index].glance.std()))
    if need.moments == 1:
        shots, cover = [shots[cover]], 0
    else:
        shots, cover = _scenes(shots[: max(need.moments, 1)], cover)
    width, height = _full_size(stream, shots[0].image)
    facts = read_container({**stream.metadata, **container.metadata})
    return Decoded(
        kind=MediaKind.VIDEO,
        format=format_name,
        width=width,
        height=height,
        pictures=tuple(Picture(shot.image, moment_ms=round(shot.seconds * 1000)) for shot in shots),
        metadata=facts.metadata,
        dates=facts.dates,
        cover=cover,
        duration_ms=round(seconds * 1000) or None,
    )


def _duration(container: "InputContainer", stream: "VideoStream") -> float:
    if stream.duration is not None and stream.time_base is not None:
        return max(0.0, float(stream.duration * stream.time_base))
    return max(0, container.duration or 0) / 1e6


def _shots(container: "InputContainer", stream: "VideoStream", need: Need, seconds: float, wanted: int) -> list[_Shot]:
    """Return up to `wanted` frames in order, one for each equal part of the length.

    First the key frames, which cost one picture each; then, while there is patience, the parts without one.
    """
    import av

    deadline = time.monotonic() + _PATIENCE_S
    part = seconds / wanted
    found: dict[int, _Shot] = {}
    for only_key_frames in (True, False):
        for index in range(wanted):
            if index in found or (found and time.monotonic() > deadline):
                continue
            try:
                _seek(container, stream, (index + (0.5 if only_key_frames else 0.0)) * part)
                frame = _next_frame(container, stream, index * part, only_key_frames, deadline if found else None)
            except av.FFmpegError:
                if not found and index == wanted - 1 and not only_key_frames:
                    raise
                continue
            if frame is None:
                continue
            at = _seconds(frame, stream)
            owner = min(wanted - 1, int(at / part)) if part > 0 else 0
            if owner not in found:
                found[owner] = _shot(frame, at, stream, need)
        if part == 0:
            break
    return [found[index] for index in sorted(found)]


def _seek(container: "InputContainer", stream: "VideoStream", seconds: float) -> None:
    if stream.time_base is not None:
        container.seek(int(seconds / stream.time_base) + (stream.start_time or 0), stream=stream, backward=True)


def _next_frame(
    container: "InputContainer", stream: "VideoStream", start: float, only_key_frames: bool, deadline: float | None
) -> "VideoFrame | None":
    """Return the next key frame, or the first frame that is not before `start` seconds."""
    stream.codec_context.skip_frame = "NONKEY" if only_key_frames else "DEFAULT"
    frame = None
    for frame in container.decode(stream):
        if only_key_frames or _seconds(frame, stream) >= start:
            break
        if deadline is not None and time.monotonic() > deadline:
            return None
    return frame


def _seconds(frame: "VideoFrame", stream: "VideoStream") -> float:
    if frame.pts is None or stream.time_base is None:
        return 0.0
    return max(0.0, float((frame.pts - (stream.start_time or 0)) * stream.time_base))


def _shot(frame: "VideoFrame", seconds: float, stream: "VideoStream", need: Need) -> _Shot:
    shortest = min(frame.width, frame.height)
    scale = min(1.0, 2 * need.shortest_px / shortest)
    aspect = float(stream.codec_context.sample_aspect_ratio or 1)
    aspect = aspect if 0.25 < aspect < 4 else 1.0
    width = max(1, round(frame.width * scale * aspect))
    height = max(1, round(frame.height * scale))
    image = frame.reformat(width=width, height=height, format="rgb24", interpolation="AREA").to_image()  # type: ignore[no-untyped-call]
    turn = {90: Image.Transpose.ROTATE_90, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_270}
    transposition = turn.get(round(frame.rotation) % 360)
    if transposition is not None:
        image = image.transpose(transposition)
    glance = np.asarray(image.convert("L").resize(_GLANCE, Image.Resampling.BOX), dtype=np.float32)
    return _Shot(image, seconds, glance)


def _scenes(shots: list[_Shot], cover: int) -> tuple[list[_Shot], int]:
    """Leave out frames that show the same as an earlier one; return the index of the cover among the rest."""
    kept = [shots[0]]
    for shot in shots[1:]:
        if shot is shots[cover] or all(np.abs(shot.glance - other.glance).mean() > _SAME_SCENE for other in kept):
            kept.append(shot)
    return kept, next(index for index, shot in enumerate(kept) if shot is shots[cover])


def _full_size(stream: "VideoStream", picture: Image.Image) -> tuple[int, int]:
    width, height = stream.codec_context.width, stream.codec_context.height
    aspect = float(stream.codec_context.sample_aspect_ratio or 1)
    if 0.25 < aspect < 4:
        width = round(width * aspect)
    if (width > height) != (picture.width > picture.height) and width != height:
        return height, width
    return width, height


READERS: tuple[Reader, ...] = (VideoReader(),)
