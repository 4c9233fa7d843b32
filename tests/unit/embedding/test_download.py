"""Downloads from a hub on loopback: whole, interrupted, damaged, refused, without network and without room."""

import errno
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from core import embedding
from core.embedding.models import download as download_module
from core.embedding.models import install as install_module
from core.embedding.models import locate as locate_module
from core.embedding.models import registry
from core.embedding.models.download import DownloadFailedError, DownloadProgress, DownloadStoppedError, download_model
from core.embedding.models.install import ModelNotInstallableError
from core.embedding.models.locate import installed, locate
from core.embedding.models.registry import ModelEntry, ModelFile, Role
from core.embedding.runtime.calibration import sample_pictures
from core.settings.schema import ModelSettings
from core.values.errors import UsageError
from tests.unit.embedding.hub import Hub, HubServer

ID = "small"
REPOSITORY = "someone/small-model"
WEIGHTS = "open_clip_model.safetensors"
"""A file beside the weights that the hub serves too."""
SIDE = "small.json"


class Published(NamedTuple):
    """A model that the hub offers and the registry lists."""

    entry: ModelEntry
    hub: Hub
    address: str


@pytest.fixture
def published(
    tiny_model_folder: Path, models_with_tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Published]:
    """The small model, on a hub and in the registry."""
    source = tmp_path / "hub"
    source.mkdir()
    shutil.copy(tiny_model_folder / "model.safetensors", source / WEIGHTS)
    shutil.copy(tiny_model_folder / "tiny.json", source / SIDE)
    entry = replace(
        locate("tiny", models_with_tiny).entry,
        id=ID,
        title="Small",
        role=Role.DEFAULT,
        architecture=ID,
        hub=REPOSITORY,
        weights=WEIGHTS,
        files=tuple(ModelFile(name, (source / name).stat().st_size) for name in (WEIGHTS, SIDE)),
    )
    listed = (*registry.models(), entry)
    for module in (registry, locate_module):
        monkeypatch.setattr(module, "models", lambda: listed)
    server = HubServer(Hub(REPOSITORY, {name: source / name for name in (WEIGHTS, SIDE)}))
    yield Published(entry, server.hub, server.address)
    server.stop()


def test_a_model_is_downloaded_installed_and_used(published: Published, tmp_path: Path) -> None:
    seen: list[DownloadProgress] = []
    models_dir = tmp_path / "models"
    download_model(ID, models_dir, on_progress=seen.append, endpoint=published.address)
    total = sum(file.bytes for file in published.entry.files)
    assert (seen[0].done_bytes, seen[-1].done_bytes, seen[-1].total_bytes) == (0, total, total)
    assert [progress.done_bytes for progress in seen] == sorted(progress.done_bytes for progress in seen)
    assert [model.source for model in installed(models_dir) if model.entry.id == ID] == [
        f"{REPOSITORY} at 0123456789ab"
    ]
    encoder = embedding.load(ID, models_dir, ModelSettings(id=ID, device="cpu", precision="float32"))
    assert encoder.encode_images(sample_pictures(2, 32)).shape == (2, 64)
    assert [path.name for path in models_dir.iterdir() if path.is_dir()] == [ID]


def test_neither_a_token_nor_more_than_versions_is_sent(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    download_model(ID, tmp_path, endpoint=published.address)
    assert "authorization" not in published.hub.headers
    assert "torch" not in published.hub.headers["user-agent"]
    assert {path.split("/")[1] for _method, path, _range in published.hub.requests} == {"someone", "blobs"}


@pytest.mark.expects_log("Error while downloading")
def test_a_connection_that_drops_is_taken_up_where_it_broke(published: Published, tmp_path: Path) -> None:
    published.hub.break_after = 4 << 20
    download_model(ID, tmp_path, endpoint=published.address)
    assert locate(ID, tmp_path, thorough=True).entry.id == ID
    assert any(asked is not None and asked != "bytes=0-" for asked in published.hub.bytes_asked_for())


def test_a_stopped_download_goes_on_later_with_what_it_has(published: Published, tmp_path: Path) -> None:
    done: list[int] = []
    with pytest.raises(DownloadStoppedError, match="Small was stopped"):
        download_model(
            ID,
            tmp_path,
            on_progress=lambda progress: done.append(progress.done_bytes),
            stopped=lambda: done[-1] > 2 << 20,
            endpoint=published.address,
        )
    assert not (tmp_path / ID).exists()
    resumed: list[DownloadProgress] = []
    download_model(ID, tmp_path, on_progress=resumed.append, endpoint=published.address)
    assert resumed[0].done_bytes == done[-1]
    assert published.hub.bytes_asked_for()[1] == f"bytes={done[-1]}-"
    assert locate(ID, tmp_path, thorough=True)


def test_a_hub_that_only_gives_whole_files_is_put_up_with(published: Published, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(DownloadStoppedError):
        download_model(ID, tmp_path, stopped=lambda: next(asked), endpoint=published.address)
    published.hub.ranges = False
    seen: list[DownloadProgress] = []
    download_model(ID, tmp_path, on_progress=seen.append, endpoint=published.address)
    assert seen[-1].done_bytes == seen[-1].total_bytes
    assert locate(ID, tmp_path, thorough=True)


def test_a_file_that_changed_on_the_hub_is_not_pieced_together_from_two(published: Published, tmp_path: Path) -> None:
    asked = iter([False, False, True])
    with pytest.raises(DownloadStoppedError):
        download_model(ID, tmp_path, stopped=lambda: next(asked), endpoint=published.address)
    weights = published.hub.files[WEIGHTS]
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    download_model(ID, tmp_path, endpoint=published.address)
    assert (tmp_path / ID / WEIGHTS).read_bytes() == content


def test_what_arrives_damaged_is_not_installed_and_fetched_anew(published: Published, tmp_path: Path) -> None:
    published.hub.hashes[WEIGHTS] = "0" * 64
    with pytest.raises(ModelNotInstallableError, match=r"damaged on its way.*Try again"):
        download_model(ID, tmp_path, endpoint=published.address)
    assert not (tmp_path / ID).exists()
    published.hub.hashes.clear()
    download_model(ID, tmp_path, endpoint=published.address)
    assert locate(ID, tmp_path)


def test_the_registrys_own_hash_is_checked_too(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = tuple(replace(file, sha256="f" * 64) for file in published.entry.files)
    monkeypatch.setattr(registry, "models", lambda: (replace(published.entry, files=files),))
    with pytest.raises(ModelNotInstallableError, match="not the published file"):
        download_model(ID, tmp_path, endpoint=published.address)


def test_an_older_download_stays_until_the_new_one_is_complete(published: Published, tmp_path: Path) -> None:
    download_model(ID, tmp_path, endpoint=published.address)
    asked = iter([False, True])
    with pytest.raises(DownloadStoppedError):
        download_model(ID, tmp_path, stopped=lambda: next(asked), endpoint=published.address)
    assert locate(ID, tmp_path, thorough=True)
    download_model(ID, tmp_path, endpoint=published.address)
    assert locate(ID, tmp_path, thorough=True)


def test_a_file_the_hub_no_longer_has_is_a_clear_message(published: Published, tmp_path: Path) -> None:
    del published.hub.files[SIDE]
    with pytest.raises(DownloadFailedError, match=r"does not give someone/small-model \(status 404\)"):
        download_model(ID, tmp_path, endpoint=published.address)


def test_a_hub_that_is_down_is_a_clear_message(published: Published, tmp_path: Path) -> None:
    published.hub.down = True
    with pytest.raises(DownloadFailedError, match="status 503"):
        download_model(ID, tmp_path, endpoint=published.address)


def test_no_network_is_a_clear_message(published: Published, tmp_path: Path) -> None:
    with pytest.raises(DownloadFailedError, match=r"cannot be reached.*imported from a folder"):
        download_model(ID, tmp_path, endpoint="http://127.0.0.1:1")


def test_the_hubs_offline_switch_is_a_clear_message(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub import constants

    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(DownloadFailedError, match="HF_HUB_OFFLINE"):
        download_model(ID, tmp_path, endpoint=published.address)


def test_too_little_room_is_said_before_anything_is_fetched(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install_module, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(ModelNotInstallableError, match=r"no room.*MB"):
        download_model(ID, tmp_path, endpoint=published.address)
    assert published.hub.bytes_asked_for() == []


def test_a_disk_that_fills_up_on_the_way_is_a_clear_message(published: Published, tmp_path: Path) -> None:
    def fill_up(progress: DownloadProgress) -> None:
        if progress.done_bytes > 1 << 20:
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(DownloadFailedError, match=r"could not be stored in .*No space left"):
        download_model(ID, tmp_path, on_progress=fill_up, endpoint=published.address)
    assert not (tmp_path / ID).exists()


def test_two_downloads_of_one_model_do_not_mix(published: Published, tmp_path: Path) -> None:
    def start_another(progress: DownloadProgress) -> None:
        with pytest.raises(UsageError, match="being downloaded already"):
            download_model(ID, tmp_path, endpoint=published.address)

    download_model(ID, tmp_path, on_progress=start_another, endpoint=published.address)
    assert locate(ID, tmp_path, thorough=True)


@pytest.mark.parametrize("model_id", ["eidetic-base", "nonesuch", "../evil"])
def test_what_cannot_be_downloaded_is_answered_with_what_can(tmp_path: Path, model_id: str) -> None:
    with pytest.raises(UsageError, match="clip-b32"):
        download_model(model_id, tmp_path)


def test_pieces_are_small_enough_to_show_progress() -> None:
    assert download_module._PIECE_BYTES <= 1 << 20
