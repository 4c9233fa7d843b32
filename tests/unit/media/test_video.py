"""Clips that are really encoded: frames over the length, their times, the cover, rotation, and broken files."""

import io
import struct
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from core.media.formats.iso_media import boxes
from core.media.reader import read
from core.media.reasons import MediaError
from core.values.photo import MediaKind, TakenAt
from core.values.reasons import Reason
from tests.unit.media.making import BLUE, GREEN, RED, YELLOW, corners, detailed, quarters, request, video

SIZE = (320, 240)


def plain(colour: tuple[int, int, int]) -> Image.Image:
    return Image.new("RGB", SIZE, colour)


def mean_colours(frames: list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]) -> list[str]:
    names = {"red": RED, "green": GREEN, "blue": BLUE, "yellow": YELLOW}
    return [min(names, key=lambda name: float(np.abs(frame.mean(axis=(0, 1)) - names[name]).sum())) for frame in frames]


@pytest.mark.parametrize("name", ["clip.mp4", "clip.mov", "clip.mkv", "clip.avi"])
def test_each_scene_of_a_clip_has_a_frame_and_its_time(name: str, tmp_path: Path) -> None:
    scenes = [plain(RED), plain(GREEN), plain(BLUE), plain(YELLOW)]
    path = video(tmp_path / name, scenes, seconds_per_scene=3.0)
    result = read(request(path))
    assert result.kind is MediaKind.VIDEO
    assert (result.width, result.height) == SIZE
    assert result.duration_ms == pytest.approx(12_000, abs=200)
    assert mean_colours([frame.pixels for frame in result.frames]) == ["red", "green", "blue", "yellow"]
    moments = [frame.moment_ms for frame in result.frames]
    assert all(
        moment is not None and 3000 * index <= moment < 3000 * (index + 1) for index, moment in enumerate(moments)
    )


def test_scenes_between_distant_key_frames_are_found(tmp_path: Path) -> None:
    scenes = [plain(RED), plain(GREEN), plain(BLUE), plain(YELLOW)]
    path = video(tmp_path / "clip.mp4", scenes, seconds_per_scene=3.0, key_every=600)
    result = read(request(path))
    assert mean_colours([frame.pixels for frame in result.frames]) == ["red", "green", "blue", "yellow"]


def test_a_long_clip_has_at_most_sixteen_frames(tmp_path: Path) -> None:
    scenes = [detailed(*SIZE, seed=seed) for seed in range(25)]
    path = video(tmp_path / "clip.mp4", scenes, seconds_per_scene=4.0, rate=2)
    frames = read(request(path)).frames
    assert len(frames) == 16
    moments = [frame.moment_ms or 0 for frame in frames]
    assert moments == sorted(moments)
    assert moments[-1] > 90_000


def test_the_thumbnail_shows_the_frame_with_most_to_see(tmp_path: Path) -> None:
    path = video(tmp_path / "clip.mp4", [plain((0, 0, 0)), quarters(*SIZE), plain((0, 0, 0))])
    for model_input in (True, False):
        result = read(request(path) if model_input else request(path, model_input=None))
        assert result.thumbnail is not None
        with Image.open(io.BytesIO(result.thumbnail)) as thumbnail:
            assert corners(thumbnail.convert("RGB")) == ["red", "green", "blue", "yellow"]


@pytest.mark.parametrize(
    ("matrix", "size", "expected"),
    [
        ((1, 0, 0, 1), (320, 240), ["red", "green", "blue", "yellow"]),
        ((0, 1, -1, 0), (240, 320), ["blue", "red", "yellow", "green"]),
        ((-1, 0, 0, -1), (320, 240), ["yellow", "blue", "green", "red"]),
        ((0, -1, 1, 0), (240, 320), ["green", "yellow", "red", "blue"]),
    ],
)
def test_a_clip_is_turned_as_the_phone_was_held(
    matrix: tuple[int, int, int, int], size: tuple[int, int], expected: list[str], tmp_path: Path
) -> None:
    path = video(tmp_path / "clip.mp4", [quarters(*SIZE)])
    _turn(path, matrix)
    result = read(request(path))
    assert (result.width, result.height) == size
    assert corners(result.frames[0].pixels) == expected


def _turn(path: Path, matrix: tuple[int, int, int, int]) -> None:
    """Write a rotation into the header of the clip's track, as phones do."""
    data = bytearray(path.read_bytes())
    stream = io.BytesIO(bytes(data))

    def inside(kind: bytes, start: int, end: int) -> tuple[int, int]:
        return next((at, until) for name, at, until in boxes(stream, start, end) if name == kind)

    at, _ = inside(b"tkhd", *inside(b"trak", *inside(b"moov", 0, len(data))))
    a, b, c, d = matrix
    values = (a << 16, b << 16, 0, c << 16, d << 16, 0, 0, 0, 1 << 30)
    data[at + 40 : at + 76] = struct.pack(">9i", *values)
    path.write_bytes(bytes(data))


def test_date_and_words_of_a_clip_are_read(tmp_path: Path) -> None:
    facts = {"creation_time": "2022-03-04T05:06:07Z", "title": "Sports day", "comment": "Anna wins"}
    metadata = read(request(video(tmp_path / "clip.mp4", [plain(RED)], metadata=facts))).metadata
    assert metadata.taken_at is not None
    assert metadata.taken_at == TakenAt(metadata.taken_at.wall, 0)
    assert (metadata.taken_at.wall.year, metadata.taken_at.wall.second) == (2022, 7)
    assert (metadata.title, metadata.caption) == ("Sports day", "Anna wins")


def test_a_clip_of_one_frame_is_read(tmp_path: Path) -> None:
    path = video(tmp_path / "clip.mp4", [quarters(*SIZE)], seconds_per_scene=0.1)
    (frame,) = read(request(path)).frames
    assert frame.moment_ms == 0


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "sound.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=44100)
        silence = av.AudioFrame.from_ndarray(np.zeros((1, 44100), np.float32), format="fltp", layout="mono")
        silence.sample_rate = 44100
        for packet in [*stream.encode(silence), *stream.encode(None)]:
            container.mux(packet)
    with pytest.raises(MediaError) as caught:
        read(request(path))
    assert caught.value.reason is Reason.NO_PICTURE


def test_broken_clips_have_a_reason_or_give_what_is_left(tmp_path: Path) -> None:
    whole = video(tmp_path / "clip.mp4", [detailed(*SIZE, seed=seed) for seed in range(4)]).read_bytes()
    path = tmp_path / "broken.mp4"
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MediaError) as caught:
        read(request(path))
    assert caught.value.reason is Reason.CUT_SHORT
    rubbish = bytearray(whole)
    middle = len(whole) // 2
    rubbish[middle : middle + 20_000] = bytes(20_000)
    path.write_bytes(bytes(rubbish))
    assert read(request(path)).frames


def test_a_playlist_is_never_followed(tmp_path: Path) -> None:
    secret = video(tmp_path / "secret.mp4", [plain(RED)])
    for number, text in enumerate(
        (
            f"#EXTM3U\n#EXTINF:1,\n{secret}\n",
            f"ffconcat version 1.0\nfile '{secret}'\n",
            f"[playlist]\nFile1={secret}\n",
        )
    ):
        path = tmp_path / f"list{number}.mp4"
        path.write_text(text)
        with pytest.raises(MediaError) as caught:
            read(request(path))
        assert caught.value.reason is Reason.UNKNOWN_FORMAT
