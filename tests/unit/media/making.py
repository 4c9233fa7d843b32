"""Makes the pictures and clips that the tests of this room read."""

import io
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import cast

import av
import numpy as np
import numpy.typing as npt
import pillow_heif
from av.video.stream import VideoStream
from PIL import Image, ImageDraw

from core.media.request import ReadRequest

RED, GREEN, BLUE, YELLOW, WHITE = (220, 30, 30), (30, 180, 40), (30, 40, 210), (230, 220, 40), (255, 255, 255)

Colour = tuple[int, int, int]


def request(path: Path | str, **changes: object) -> ReadRequest:
    """Return a request for all of one file with a small model's input."""
    from core.media.model_input import ModelInput

    return ReadRequest(path=str(path), **{"model_input": ModelInput(64), **changes})  # type: ignore[arg-type]


def quarters(width: int = 400, height: int = 300) -> Image.Image:
    """Return a picture with red, green / blue, yellow quarters: which way up it is shows at once."""
    picture = Image.new("RGB", (width, height), RED)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((width // 2, 0, width, height // 2 - 1), fill=GREEN)
    draw.rectangle((0, height // 2, width // 2 - 1, height), fill=BLUE)
    draw.rectangle((width // 2, height // 2, width, height), fill=YELLOW)
    return picture


def corners(picture: Image.Image | npt.NDArray[np.uint8]) -> list[str]:
    """Return the names of the colours of the four quarters: top left, top right, bottom left, bottom right."""
    pixels = np.asarray(picture).astype(int)
    height, width = pixels.shape[:2]
    names = {"red": RED, "green": GREEN, "blue": BLUE, "yellow": YELLOW}
    found = []
    for y, x in ((1, 1), (1, 3), (3, 1), (3, 3)):
        pixel = pixels[height * y // 4, width * x // 4]
        found.append(min(names, key=lambda name: int(np.abs(pixel - names[name]).sum())))
    return found


def detailed(width: int, height: int, seed: int = 1) -> Image.Image:
    """Return something with the detail of a photo: noise in several sizes."""
    random = np.random.default_rng(seed)
    total = np.zeros((height, width, 3), np.float32)
    for cells, strength in ((4, 90), (16, 60), (64, 40), (256, 20)):
        noise = random.uniform(-1, 1, (cells, cells, 3)).astype(np.float32)
        layer = [
            np.asarray(Image.fromarray(noise[:, :, c]).resize((width, height), Image.Resampling.BICUBIC))
            for c in range(3)
        ]
        total += strength * np.stack(layer, axis=-1)
    return Image.fromarray(np.clip(total + 128, 0, 255).astype(np.uint8))


def encoded(picture: Image.Image, format_name: str, **options: object) -> bytes:
    """Return the file's bytes of `picture`."""
    buffer = io.BytesIO()
    if format_name == "HEIF":
        heif = pillow_heif.from_pillow(picture)
        heif.save(buffer, quality=90, **options)
    else:
        picture.save(buffer, format_name, **options)
    return buffer.getvalue()


def exif_block(
    main: dict[int, object], detail: dict[int, object] | None = None, gps: dict[int, object] | None = None
) -> bytes:
    """Return an EXIF block with these tags."""
    exif = Image.Exif()
    for tag, value in main.items():
        exif[tag] = value
    for which, tags in ((0x8769, detail), (0x8825, gps)):
        if tags:
            exif.get_ifd(which).update(tags)
    return exif.tobytes()


def matrix_profile(red: Sequence[float], green: Sequence[float], blue: Sequence[float]) -> bytes:
    """Return a minimal ICC profile (version 2) whose primaries have these XYZ coordinates, with a gamma of 2.2."""

    def fixed(value: float) -> bytes:
        return struct.pack(">i", round(value * 65536))

    def xyz(values: Sequence[float]) -> bytes:
        return b"XYZ \0\0\0\0" + b"".join(fixed(value) for value in values)

    name = b"test primaries\0"
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(2.2 * 256), 0)
    tags = {
        b"desc": b"desc\0\0\0\0" + struct.pack(">I", len(name)) + name + b"\0" * 78,
        b"wtpt": xyz((0.9642, 1.0, 0.8249)),
        b"rXYZ": xyz(red),
        b"gXYZ": xyz(green),
        b"bXYZ": xyz(blue),
        b"rTRC": curve,
        b"gTRC": curve,
        b"bTRC": curve,
    }
    offset = 128 + 4 + 12 * len(tags)
    table, content = struct.pack(">I", len(tags)), b""
    for tag, data in tags.items():
        table += tag + struct.pack(">II", offset + len(content), len(data))
        content += data + b"\0" * (-len(data) % 4)
    header = struct.pack(">I4sI4s4s4s", offset + len(content), b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    header += b"\0" * 12 + b"acsp" + b"\0" * 28 + fixed(0.9642) + fixed(1.0) + fixed(0.8249) + b"\0" * 48
    return header + table + content


SWAPPED_PRIMARIES = matrix_profile((0.1431, 0.0606, 0.7141), (0.3851, 0.7169, 0.0971), (0.4360, 0.2225, 0.0139))
"""sRGB with red and blue exchanged."""


def video(
    path: Path,
    scenes: Sequence[Image.Image],
    *,
    seconds_per_scene: float = 2.0,
    rate: int = 10,
    codec: str = "mpeg4",
    metadata: dict[str, str] | None = None,
    key_every: int = 10,
    format_name: str | None = None,
) -> Path:
    """Write a clip that shows each of `scenes` in turn; names of metadata with a dot are Apple's."""
    kept = {"movflags": "use_metadata_tags"} if any("." in name for name in metadata or {}) else {}
    with av.open(str(path), "w", options=kept, format=format_name) as container:
        container.metadata.update(metadata or {})
        stream = cast("VideoStream", container.add_stream(codec, rate=rate))
        stream.width, stream.height = scenes[0].size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.gop_size = key_every
        stream.codec_context.bit_rate = 2_000_000
        for scene in scenes:
            for _ in range(round(seconds_per_scene * rate)):
                for packet in stream.encode(av.VideoFrame.from_image(scene)):  # type: ignore[no-untyped-call]
                    container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
    return path


def dng(width: int = 400, height: int = 300, *, preview: bytes | None = None, orientation: int = 1) -> bytes:
    """Return a DNG whose sensor saw red left and blue right; `preview` is a JPEG of the camera's."""
    bayer = np.full((height, width), 800, np.uint16)
    bayer[0::2, 0 : width // 2 : 2] = 14000  # red sites
    bayer[1::2, width // 2 + 1 :: 2] = 14000  # blue sites
    pixels = bayer.tobytes()
    matrix = [
        round(value * 10000) for value in (3.2406, -1.5372, -0.4986, -0.9689, 1.8758, 0.0415, 0.0557, -0.204, 1.057)
    ]
    blobs: list[bytes] = []
    base = 8

    def placed(data: bytes) -> int:
        offset = base + sum(map(len, blobs))
        blobs.append(data + b"\0" * (len(data) % 2))
        return offset

    def entry(tag: int, kind: int, count: int, value: int) -> bytes:
        inline = struct.pack("<HH", value, 0) if kind == 3 and count == 1 else struct.pack("<I", value)
        return struct.pack("<HHI", tag, kind, count) + inline

    def text(tag: int, value: bytes) -> bytes:
        return (
            entry(tag, 2, len(value), placed(value))
            if len(value) > 4
            else struct.pack("<HHI4s", tag, 2, len(value), value)
        )

    def directory(entries: list[bytes]) -> bytes:
        entries.sort(key=lambda item: struct.unpack("<H", item[:2])[0])
        return struct.pack("<H", len(entries)) + b"".join(entries) + b"\0\0\0\0"

    raw = [
        entry(0x100, 4, 1, width),
        entry(0x101, 4, 1, height),
        entry(0x102, 3, 1, 16),
        entry(0x103, 3, 1, 1),
        entry(0x106, 3, 1, 32803),
        entry(0x111, 4, 1, placed(pixels)),
        entry(0x115, 3, 1, 1),
        entry(0x116, 4, 1, height),
        entry(0x117, 4, 1, len(pixels)),
        struct.pack("<HHI", 0x828D, 3, 2) + struct.pack("<HH", 2, 2),
        struct.pack("<HHI", 0x828E, 1, 4) + bytes([0, 1, 1, 2]),
        entry(0xC61D, 3, 1, 16383),
    ]
    common = [
        text(0x10F, b"Testmaker\0"),
        text(0x110, b"Model One\0"),
        entry(0x112, 3, 1, orientation),
        text(0x132, b"2021:05:06 07:08:09\0"),
        struct.pack("<HHI", 0xC612, 1, 4) + bytes([1, 4, 0, 0]),
        entry(0xC621, 10, 9, placed(b"".join(struct.pack("<ii", value, 10000) for value in matrix))),
        text(0xC614, b"Testmaker Model One\0"),
    ]
    if preview is None:
        first = directory([entry(0xFE, 4, 1, 0), *raw, *common])
    else:
        with Image.open(io.BytesIO(preview)) as shown:
            size = shown.size
        below = placed(directory([entry(0xFE, 4, 1, 0), *raw]))
        first = directory(
            [
                entry(0xFE, 4, 1, 1),
                entry(0x100, 4, 1, size[0]),
                entry(0x101, 4, 1, size[1]),
                entry(0x103, 3, 1, 7),
                entry(0x106, 3, 1, 6),
                entry(0x111, 4, 1, placed(preview)),
                entry(0x116, 4, 1, size[1]),
                entry(0x117, 4, 1, len(preview)),
                entry(0x14A, 4, 1, below),
                *common,
            ]
        )
    return struct.pack("<2sHI", b"II", 42, base + sum(map(len, blobs))) + b"".join(blobs) + first


def app13(jpeg: bytes, records: Mapping[tuple[int, int], bytes | list[bytes]]) -> bytes:
    """Return a JPEG with these IPTC records, in the segment where Photoshop puts them."""
    segment = b"Photoshop 3.0\x00" + photoshop_resource(records)
    return jpeg[:2] + b"\xff\xed" + struct.pack(">H", len(segment) + 2) + segment + jpeg[2:]


def photoshop_resource(records: Mapping[tuple[int, int], bytes | list[bytes]]) -> bytes:
    """Return Photoshop's resource that holds IPTC records."""
    data = b"".join(
        struct.pack(">BBBH", 0x1C, *key, len(value)) + value
        for key, values in records.items()
        for value in (values if isinstance(values, list) else [values])
    )
    return b"8BIM\x04\x04\x00\x00" + struct.pack(">I", len(data)) + data + b"\x00" * (len(data) % 2)


def _box(kind: bytes, *parts: bytes) -> bytes:
    data = b"".join(parts)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def _full_box(kind: bytes, version: int, *parts: bytes) -> bytes:
    return _box(kind, bytes((version, 0, 0, 0)), *parts)


def _content(data: bytes, *path: bytes) -> bytes:
    """Return the content of a box within boxes."""
    for kind in path:
        at = 0
        while data[at + 4 : at + 8] != kind:
            at += int.from_bytes(data[at : at + 4], "big")
        data = data[at + (12 if kind == b"meta" else 8) : at + int.from_bytes(data[at : at + 4], "big")]
    return data


def grid_heic(picture: Image.Image, tile: int = 256) -> bytes:
    """Return a HEIC of tiles that are coded each by itself, as phones write it. The sides are multiples of `tile`."""
    across, down = picture.width // tile, picture.height // tile
    count = across * down
    coded = []
    for number in range(count):
        left, top = number % across * tile, number // across * tile
        coded.append(encoded(picture.crop((left, top, left + tile, top + tile)), "HEIF"))
    tiles = [_content(data, b"mdat") for data in coded]
    grid = struct.pack(">BBBBHH", 0, 0, down - 1, across - 1, picture.width, picture.height)
    infos = b"".join(
        struct.pack(
            ">I4sIHH4sB", 21, b"infe", 0x02000000 | (number > 0), number + 1, 0, b"hvc1" if number else b"grid", 0
        )
        for number in range(count + 1)
    )
    properties = _box(
        b"ipco",
        _box(b"hvcC", _content(coded[0], b"meta", b"iprp", b"ipco", b"hvcC")),
        _full_box(b"ispe", 0, struct.pack(">II", tile, tile)),
        _full_box(b"ispe", 0, struct.pack(">II", *picture.size)),
    )
    uses = struct.pack(">IHBB", count + 1, 1, 1, 3)
    uses += b"".join(struct.pack(">HBBB", number, 2, 0x81, 2) for number in range(2, count + 2))

    def meta(start: int) -> bytes:
        places = struct.pack(">HHHHII", 1, 1, 0, 1, 0, len(grid))
        at = start
        for number, data in enumerate(tiles):
            places += struct.pack(">HHHHII", number + 2, 0, 0, 1, at, len(data))
            at += len(data)
        return _full_box(
            b"meta",
            0,
            _full_box(b"hdlr", 0, struct.pack(">I4s12xB", 0, b"pict", 0)),
            _full_box(b"pitm", 0, struct.pack(">H", 1)),
            _full_box(b"iinf", 0, struct.pack(">H", count + 1), infos),
            _full_box(b"iref", 0, _box(b"dimg", struct.pack(f">HH{count}H", 1, count, *range(2, count + 2)))),
            _box(b"iprp", properties, _full_box(b"ipma", 0, uses)),
            _full_box(b"iloc", 1, struct.pack(">HH", 0x4400, count + 1), places),
            _box(b"idat", grid),
        )

    head = _box(b"ftyp", b"heic\0\0\0\0mif1heic")
    return head + meta(len(head) + len(meta(0)) + 8) + _box(b"mdat", *tiles)


def tiff(
    pixels: npt.NDArray[np.generic] | bytes,
    size: tuple[int, int],
    *,
    bits: int = 8,
    sample_format: int = 1,
    compression: int = 1,
    photometric: int = 2,
    more: Sequence[tuple[int, int, int]] = (),
) -> bytes:
    """Return a TIFF with one strip of RGB. `more`: tags (LONG) as number, count and value; -1 is where the strip is."""
    strip = pixels if isinstance(pixels, bytes) else pixels.tobytes()
    width, height = size
    tags: list[tuple[int, int, int, int]] = [
        (256, 4, 1, width),
        (257, 4, 1, height),
        (258, 3, 3, -2),
        (259, 3, 1, compression),
        (262, 3, 1, photometric),
        (273, 4, 1, -1),
        (277, 3, 1, 3),
        (278, 4, 1, height),
        (279, 4, 1, len(strip)),
        (339, 3, 3, -3),
        *((tag, 4, count, value) for tag, count, value in more),
    ]
    tags.sort()
    behind = 8 + 2 + 12 * len(tags) + 4
    places = {-1: behind + 12, -2: behind, -3: behind + 6}
    entries = b"".join(
        struct.pack("<HHII", tag, kind, count, places.get(value, value)) for tag, kind, count, value in tags
    )
    head = b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + bytes(4)
    return head + struct.pack("<6H", *[bits] * 3, *[sample_format] * 3) + strip
