"""Every real file of ../shared/data/formats: those that are not read are named, with their reasons, in a list."""

import importlib.util
from pathlib import Path

import pytest

from core.media.pool import DecodePool
from core.media.reasons import MediaError
from tests.unit.media.making import request

EXPECTED = Path(__file__).with_name("unreadable_formats.tsv")
SECONDS = 60.0  # the reasons must not depend on how busy the machine is
MEGABYTES = 2048


@pytest.mark.timeout(200)
def test_every_real_file_is_read_or_listed_with_its_reason(shared_data: Path) -> None:
    folder = shared_data / "formats"
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    expected = dict(line.split("\t") for line in EXPECTED.read_text().splitlines())
    if importlib.util.find_spec("pillow_jxl") is None:
        expected.update({path.relative_to(folder).as_posix(): "NEEDS_PLUGIN" for path in folder.rglob("*.jxl")})
    unread: dict[str, str] = {}
    with DecodePool(2, SECONDS, MEGABYTES) as pool:
        futures = {path: pool.submit(request(path)) for path in files}
        for path, future in futures.items():
            name = path.relative_to(folder).as_posix()
            error = future.exception()
            if error is None:
                result = future.result()
                assert result.thumbnail is not None, name
                assert result.frames, name
                assert result.width > 0, name
                assert result.height > 0, name
            else:
                assert isinstance(error, MediaError), name
                unread[name] = error.reason.name
    assert unread == expected
    assert len(files) - len(unread) >= 150
