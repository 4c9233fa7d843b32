"""Which files a scan looks at, and how readers are found."""

import pytest

from core.media.formats import looks_like_media, registry
from core.media.formats.iso_media import brands


@pytest.mark.parametrize(
    "name",
    [
        "a.jpg",
        "A.JPG",
        "b.HEIC",
        "c.Tiff",
        "d.nef",
        "e.CR3",
        "f.mp4",
        "g.MOV",
        "h.jxl",
        "i.avif",
        b"\xff\xfe.jpeg",
        "dir/x.png",
    ],
)
def test_media_is_told_by_its_extension(name: str | bytes) -> None:
    assert looks_like_media(name)


@pytest.mark.parametrize(
    "name",
    ["a.txt", "jpg", ".jpg", "a.jpg.part", "a.xmp", "a.ts", "._a.jpg", "folder/._a.jpg", b"\xff\xfe", "", "a.jpg/b"],
)
def test_other_names_are_left_alone(name: str | bytes) -> None:
    assert not looks_like_media(name)


def test_no_two_readers_claim_an_extension() -> None:
    claimed = [extension for reader in registry.BUILT_IN for extension in reader.extensions]
    assert len(claimed) == len(set(claimed))
    assert all(extension == extension.lower() and extension.startswith(".") for extension in claimed)


def test_readers_of_named_modules_are_asked_first() -> None:
    readers = registry.with_modules(("tests.unit.media.misbehaving",))
    assert readers[0].name == "misbehaving"
    assert readers[1:] == registry.BUILT_IN


@pytest.mark.parametrize("head", [b"", b"\x00" * 7, b"\x90?\xc4", b"\x00\x00\x00\x08ftyp", b"\xff\xff\xff\xffftypheic"])
def test_no_reader_stumbles_over_a_short_head(head: bytes) -> None:
    assert isinstance(brands(head), frozenset)
    for reader in registry.BUILT_IN:
        assert reader.takes(head) in (True, False)
    for magic in (b"II*\x00", b"MM\x00*", b"RIFF", b"\xff\xd8\xff"):
        for reader in registry.BUILT_IN:
            assert reader.takes(magic) in (True, False)
