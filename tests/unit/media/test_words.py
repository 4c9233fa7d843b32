"""Tags and their hierarchies, people, labels, places, pairs and panoramas: what programs write, and where."""

import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image, PngImagePlugin

from core.media.metadata.apple import content_identifier
from core.media.metadata.tags import joined
from core.media.metadata.xmp import read_xmp
from core.media.panorama import is_panorama
from core.media.reader import read
from core.values.photo import ColourLabel, MediaKind, Metadata, PlaceText
from tests.unit.media.making import app13, encoded, exif_block, photoshop_resource, quarters, request, video
from tests.unit.media.test_metadata import MAKE

SPACES = " ".join(
    f"xmlns:{prefix}='{uri}'"
    for prefix, uri in (
        ("xmp", "http://ns.adobe.com/xap/1.0/"),
        ("dc", "http://purl.org/dc/elements/1.1/"),
        ("lr", "http://ns.adobe.com/lightroom/1.0/"),
        ("digiKam", "http://www.digikam.org/ns/1.0/"),
        ("MicrosoftPhoto", "http://ns.microsoft.com/photo/1.0/"),
        ("MP", "http://ns.microsoft.com/photo/1.2/"),
        ("MPRI", "http://ns.microsoft.com/photo/1.2/t/RegionInfo#"),
        ("MPReg", "http://ns.microsoft.com/photo/1.2/t/Region#"),
        ("mwg-rs", "http://www.metadataworkinggroup.com/schemas/regions/"),
        ("acdsee", "http://ns.acdsee.com/iptc/1.0/"),
        ("photoshop", "http://ns.adobe.com/photoshop/1.0/"),
        ("Iptc4xmpCore", "http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/"),
        ("Iptc4xmpExt", "http://iptc.org/std/Iptc4xmpExt/2008-02-29/"),
        ("GPano", "http://ns.google.com/photos/1.0/panorama/"),
    )
)


def packet(attributes: str = "", children: str = "") -> bytes:
    return f"""<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>
    <rdf:Description rdf:about='' {SPACES} {attributes}>{children}</rdf:Description></rdf:RDF></x:xmpmeta>""".encode()


def bag(name: str, *items: str) -> str:
    return f"<{name}><rdf:Bag>{''.join(f'<rdf:li>{item}</rdf:li>' for item in items)}</rdf:Bag></{name}>"


WORDS = packet(
    children=bag("dc:subject", "coast", "lighthouse")
    + "<dc:title><rdf:Alt><rdf:li xml:lang='x-default'>Coast guard</rdf:li></rdf:Alt></dc:title>"
)


@pytest.mark.parametrize(
    "children",
    [
        bag("digiKam:TagsList", "Places/Italy/Rome") + bag("dc:subject", "Rome"),
        bag("lr:hierarchicalSubject", "Places|Italy|Rome", "Places|Italy", "Places")
        + bag("dc:subject", "Italy", "Rome"),
        bag("MicrosoftPhoto:LastKeywordXMP", "Places/Italy/Rome"),
        "<acdsee:categories>&lt;Categories&gt;&lt;Category Assigned=&quot;0&quot;&gt;Places&lt;Category "
        "Assigned=&quot;0&quot;&gt;Italy&lt;Category Assigned=&quot;1&quot;&gt;Rome&lt;/Category&gt;&lt;/Category&gt;"
        "&lt;/Category&gt;&lt;/Categories&gt;</acdsee:categories>",
    ],
    ids=["digiKam", "Lightroom", "Microsoft", "ACDSee"],
)
def test_a_tag_of_a_hierarchy_is_its_whole_path_once(children: str) -> None:
    assert read_xmp(packet(children=children)).metadata.keywords == ("Places/Italy/Rome",)


def test_plain_tags_stay_beside_those_of_a_hierarchy() -> None:
    assert joined(["Sea", "rome"], ["Places/Italy/Rome", "SEA"], ["Animals"]) == ("Sea", "Places/Italy/Rome", "Animals")


def test_microsofts_namespace_is_known_without_its_slash_too() -> None:
    short = packet("MicrosoftPhoto:Rating='75'").replace(b"photo/1.0/'", b"photo/1.0'")
    assert read_xmp(short).metadata.rating == 4


def test_people_are_named_by_faces_and_by_lists() -> None:
    found = read_xmp(
        packet(
            children="<mwg-rs:Regions rdf:parseType='Resource'><mwg-rs:RegionList><rdf:Bag>"
            "<rdf:li><rdf:Description mwg-rs:Name='Ada Example' mwg-rs:Type='Face'/></rdf:li>"
            "<rdf:li rdf:parseType='Resource'><mwg-rs:Name>Ben</mwg-rs:Name><mwg-rs:Type>Face</mwg-rs:Type></rdf:li>"
            "<rdf:li><rdf:Description mwg-rs:Name='EAN 123' mwg-rs:Type='BarCode'/></rdf:li>"
            "</rdf:Bag></mwg-rs:RegionList></mwg-rs:Regions>"
            "<MP:RegionInfo rdf:parseType='Resource'><MPRI:Regions><rdf:Bag>"
            "<rdf:li MPReg:PersonDisplayName='Cleo' MPReg:Rectangle='0.1, 0.1, 0.2, 0.2'/></rdf:Bag></MPRI:Regions>"
            "</MP:RegionInfo>" + bag("Iptc4xmpExt:PersonInImage", "Dora", "ben")
        )
    ).metadata
    assert set(found.people) == {"Ada Example", "ben", "Cleo", "Dora"}
    assert set(found.keywords) == set(found.people)


@pytest.mark.parametrize(
    ("attributes", "label"),
    [
        ("xmp:Label='Red'", ColourLabel.RED),
        ("xmp:Label='Grün'", ColourLabel.GREEN),
        ("xmp:Label='Violet'", ColourLabel.PURPLE),
        ("xmp:Label='To Do'", ColourLabel.PURPLE),
        ("xmp:Label='赤'", ColourLabel.RED),
        ("xmp:Label='Print these'", None),
        ("xmp:Label=''", None),
        ("photoshop:LabelColor='blue'", ColourLabel.BLUE),
        ("digiKam:ColorLabel='1'", ColourLabel.RED),
        ("digiKam:ColorLabel='9'", ColourLabel.WHITE),
        ("digiKam:ColorLabel='0'", None),
        ("digiKam:ColorLabel='12'", None),
    ],
)
def test_a_colour_label_is_read_in_every_dialect(attributes: str, label: ColourLabel | None) -> None:
    assert read_xmp(packet(attributes)).metadata.label == label


@pytest.mark.parametrize(
    ("attributes", "stars"),
    [
        ("MicrosoftPhoto:Rating='1'", 1),
        ("MicrosoftPhoto:Rating='25'", 2),
        ("MicrosoftPhoto:Rating='50'", 3),
        ("MicrosoftPhoto:Rating='75'", 4),
        ("MicrosoftPhoto:Rating='99'", 5),
        ("xmp:Rating='2' MicrosoftPhoto:Rating='75'", 2),
        ("xmp:Rating='-1'", None),
    ],
)
def test_stars_and_microsofts_percent_are_the_same(attributes: str, stars: int | None) -> None:
    assert read_xmp(packet(attributes)).metadata.rating == stars


def test_a_place_that_is_written_down_is_read(tmp_path: Path) -> None:
    records: dict[tuple[int, int], bytes | list[bytes]] = {
        (2, 90): b"Bergen",
        (2, 92): b"Fish market",
        (2, 101): b"Norway",
    }
    path = tmp_path / "a.jpg"
    path.write_bytes(app13(encoded(quarters(), "JPEG"), records))
    iptc = read(request(path)).metadata.place
    assert iptc == PlaceText("Fish market", "Bergen", None, "Norway")
    assert str(iptc) == "Fish market, Bergen, Norway"
    xmp = "photoshop:City='Lisbon' photoshop:Country='Portugal' Iptc4xmpCore:Location='Alfama'"
    assert read_xmp(packet(xmp)).metadata.place == PlaceText("Alfama", "Lisbon", None, "Portugal")
    shown = (
        "<Iptc4xmpExt:LocationShown><rdf:Bag><rdf:li rdf:parseType='Resource'>"
        "<Iptc4xmpExt:City>Kyoto</Iptc4xmpExt:City><Iptc4xmpExt:CountryName>Japan</Iptc4xmpExt:CountryName></rdf:li></rdf:Bag></Iptc4xmpExt:LocationShown>"
    )
    assert read_xmp(packet(children=shown)).metadata.place == PlaceText(None, "Kyoto", None, "Japan")
    assert read_xmp(packet()).metadata.place is None


def test_who_made_a_picture_is_read() -> None:
    creators = "<dc:creator><rdf:Seq><rdf:li>Maria Example</rdf:li></rdf:Seq></dc:creator>"
    assert read_xmp(packet(children=creators)).metadata.creator == "Maria Example"


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def box(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(data), kind) + data


def in_gif(path: Path) -> None:
    gif = encoded(quarters().quantize(), "GIF")
    trailer = b"\x01" + bytes(range(255, -1, -1)) + b"\x00"
    end = gif.rindex(b";")
    path.write_bytes(gif[:end] + b"\x21\xff\x0bXMP DataXMP" + WORDS + trailer + b";")


def in_iptc_of_png(path: Path) -> None:
    resource = photoshop_resource({(2, 5): b"Coast guard", (2, 25): [b"coast", b"lighthouse"]})
    info = PngImagePlugin.PngInfo()
    info.add_text("Raw profile type iptc", f"\nIPTC profile\n{len(resource):8}\n{resource.hex()}\n", zip=True)
    path.write_bytes(encoded(quarters(), "PNG", pnginfo=info))


def with_rubbish_behind(path: Path) -> None:
    info = PngImagePlugin.PngInfo()
    info.add_itxt("XML:com.adobe.xmp", (WORDS + WORDS[-80:] + b"\n<?xpacket end='w'?>").decode())
    path.write_bytes(encoded(quarters(), "PNG", pnginfo=info))


def in_box_of_mp4(path: Path) -> None:
    video(path, [Image.new("RGB", (64, 64))], seconds_per_scene=0.5)
    identifier = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
    path.write_bytes(path.read_bytes() + box(b"uuid", identifier + WORDS))


def in_user_data_of_mov(path: Path) -> None:
    video(path, [Image.new("RGB", (64, 64))], seconds_per_scene=0.5)
    data = bytearray(path.read_bytes())
    at = data.rindex(b"moov") - 4  # the last box, so that nothing behind it moves
    assert at + struct.unpack_from(">I", data, at)[0] == len(data)
    added = box(b"udta", box(b"XMP_", WORDS))
    struct.pack_into(">I", data, at, len(data) - at + len(added))
    path.write_bytes(bytes(data) + added)


def in_jpeg_xl(path: Path) -> None:
    pytest.importorskip("pillow_jxl")
    path.write_bytes(encoded(quarters(), "JXL", xmp=WORDS, use_container=True))


def compressed_in_jpeg_xl(path: Path) -> None:
    pytest.importorskip("pillow_jxl")
    pytest.importorskip("brotli")
    path.write_bytes(encoded(quarters(), "JXL", xmp=WORDS, use_container=True, compress_metadata=True))


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("xmp.gif", in_gif),
        ("iptc.png", in_iptc_of_png),
        ("rubbish.png", with_rubbish_behind),
        ("xmp.mp4", in_box_of_mp4),
        ("xmp.mov", in_user_data_of_mov),
        ("xmp.jxl", in_jpeg_xl),
        ("brob.jxl", compressed_in_jpeg_xl),
    ],
)
def test_title_and_keywords_are_found_wherever_a_format_keeps_them(name: str, make: object, tmp_path: Path) -> None:
    path = tmp_path / name
    assert callable(make)
    make(path)
    found = read(request(path)).metadata
    assert (found.title, found.keywords) == ("Coast guard", ("coast", "lighthouse"))
    assert found.notes == ()


def test_exposure_in_the_main_directory_is_read(tmp_path: Path) -> None:
    path = tmp_path / "ifd0.jpg"
    path.write_bytes(encoded(quarters(), "JPEG", exif=exif_block({0x8827: 400, 0x829D: 2.8, 0x829A: 0.008})))
    found = read(request(path)).metadata
    assert (found.iso, found.f_number, found.exposure_s) == (400, 2.8, 0.008)


def test_a_height_of_nought_is_a_height(tmp_path: Path) -> None:
    gps: dict[int, object] = {1: "N", 2: (52.0, 0.0, 0.0), 3: "E", 4: (13.0, 0.0, 0.0), 5: b"\x00", 6: 0.0}
    path = tmp_path / "sea.jpg"
    path.write_bytes(encoded(quarters(), "JPEG", exif=exif_block({}, gps=gps)))
    position = read(request(path)).metadata.position
    assert position is not None
    assert position.altitude == 0.0


def apple_note(identifier: bytes) -> bytes:
    entry = struct.pack(">HHII", 0x0011, 2, len(identifier) + 1, 14 + 2 + 12 + 4)
    return b"Apple iOS\x00\x00\x01MM" + struct.pack(">H", 1) + entry + b"\x00" * 4 + identifier + b"\x00"


def test_the_identifier_of_a_live_photo_is_in_apples_note(tmp_path: Path) -> None:
    identifier = b"1B8A5D1C-0F5C-4C0A-9A5B-2D3C6D8A1F00"
    path = tmp_path / "live.jpg"
    path.write_bytes(encoded(quarters(), "JPEG", exif=exif_block({MAKE: "Apple"}, {0x927C: apple_note(identifier)})))
    assert read(request(path)).metadata.content_identifier == identifier.decode()
    for rubbish in (None, b"", b"Nikon\x00", apple_note(identifier)[:20], apple_note(b"x" * 200)):
        assert content_identifier(rubbish) is None


@pytest.mark.parametrize(
    ("size", "metadata", "expected"),
    [
        ((4000, 1200), Metadata(), True),
        ((1200, 4000), Metadata(), False),  # a long screenshot without a name
        ((1200, 4000), Metadata(camera_make="Apple"), True),
        ((2400, 1080), Metadata(camera_make="samsung"), False),
        ((1080, 2400), Metadata(camera_make="samsung"), False),
        ((5120, 2160), Metadata(), False),
        ((1600, 1200), Metadata(panorama=True), True),
    ],
)
def test_a_panorama_is_said_to_be_one_or_wider_than_any_screen(
    size: tuple[int, int], metadata: Metadata, expected: bool
) -> None:
    assert is_panorama(MediaKind.IMAGE, *size, metadata, is_screenshot=False) is expected
    assert not is_panorama(MediaKind.VIDEO, *size, metadata, is_screenshot=False)
    assert not is_panorama(MediaKind.IMAGE, *size, metadata, is_screenshot=True)


def test_gpano_says_what_a_panorama_is() -> None:
    assert read_xmp(packet("GPano:ProjectionType='cylindrical'")).metadata.panorama
    assert read_xmp(packet("GPano:UsePanoramaViewer='True'")).metadata.panorama
    assert read_xmp(packet()).metadata.panorama is None
