"""Models from files: what is taken in, what is refused, and what is noticed later."""

import json
import shutil
from pathlib import Path

import pytest

from core import embedding
from core.embedding.models import install as install_module
from core.embedding.models.custom_model import CONFIGURATION, WEIGHTS
from core.embedding.models.install import ModelNotInstallableError, import_model, remove_model
from core.embedding.models.locate import installed, locate
from core.embedding.models.manifest import MANIFEST, read_manifest
from core.embedding.models.registry import Role
from core.settings.schema import ModelSettings
from core.values.errors import ModelUnavailableError, UsageError


@pytest.fixture
def source(tiny_model_folder: Path, tmp_path: Path) -> Path:
    """A folder to import, free to be spoilt."""
    return Path(shutil.copytree(tiny_model_folder, tmp_path / "My Model"))


@pytest.fixture
def models_dir(tmp_path: Path) -> Path:
    return tmp_path / "models"


def own_models(models_dir: Path) -> list[str]:
    return [model.entry.id for model in installed(models_dir) if model.entry.role is Role.CUSTOM]


def test_a_folder_becomes_a_model_named_after_it(source: Path, models_dir: Path) -> None:
    entry = import_model(source, models_dir)
    assert (entry.id, entry.role, entry.dimension) == ("my-model", Role.CUSTOM, 64)
    assert own_models(models_dir) == ["my-model"]
    settings = ModelSettings(id=entry.id, device="cpu", precision="float32")
    assert embedding.load(entry.id, models_dir, settings).name == "my-model"
    assert [path.name for path in models_dir.iterdir()] == ["my-model"]


def test_a_single_file_is_imported_with_what_lies_beside_it(source: Path, models_dir: Path) -> None:
    assert import_model(source / "model.safetensors", models_dir, "mine").id == "mine"
    assert {path.name for path in (models_dir / "mine").iterdir()} == {CONFIGURATION, WEIGHTS, MANIFEST}


def test_a_copy_of_another_machines_model_is_recognised(source: Path, models_dir: Path, tmp_path: Path) -> None:
    import_model(source, models_dir, "mine")
    copy = Path(shutil.copytree(models_dir / "mine", tmp_path / "stick"))
    assert import_model(copy, tmp_path / "other").id == "mine"


def test_a_model_of_the_registry_is_installed_under_its_name(source: Path, models_dir: Path) -> None:
    (source / "model.safetensors").rename(source / "some name.safetensors")
    entry = import_model(source, models_dir, "clip-b32")
    assert entry.role is Role.DEFAULT
    assert (models_dir / "clip-b32" / entry.weights).is_file()


def test_a_model_of_the_registry_without_its_tokenizer_is_refused(source: Path, models_dir: Path) -> None:
    with pytest.raises(ModelNotInstallableError, match=r"lacks tokenizer\.json"):
        import_model(source, models_dir, "siglip2-b32")
    assert not (models_dir / "siglip2-b32").exists()


def test_weights_of_another_architecture_are_refused_when_loaded(source: Path, models_dir: Path) -> None:
    import_model(source, models_dir, "clip-b32")
    with pytest.raises(ModelUnavailableError, match="cannot be loaded"):
        embedding.load("clip-b32", models_dir, ModelSettings(id="clip-b32", device="cpu", precision="float32"))


@pytest.mark.parametrize("name", ["model.bin", "model.pt", "model.pth", "model.ckpt"])
def test_pickles_are_refused_and_never_opened(source: Path, models_dir: Path, name: str) -> None:
    (source / "model.safetensors").rename(source / name)
    for given in (source, source / name):
        with pytest.raises(ModelNotInstallableError, match="pickle"):
            import_model(given, models_dir)
    assert own_models(models_dir) == []


def test_a_pickle_that_calls_itself_safetensors_is_refused(source: Path, models_dir: Path) -> None:
    (source / "model.safetensors").write_bytes(b"\x80\x04cos\nsystem\n(S'true'\ntR." * 20)
    with pytest.raises(ModelNotInstallableError, match="no whole safetensors file"):
        import_model(source, models_dir)


def test_a_truncated_file_is_refused(source: Path, models_dir: Path) -> None:
    weights = source / "model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1])
    with pytest.raises(ModelNotInstallableError, match="no whole safetensors file"):
        import_model(source, models_dir)
    assert own_models(models_dir) == []


def test_what_is_missing_is_named(source: Path, models_dir: Path, tmp_path: Path) -> None:
    (source / "tiny.json").unlink()
    with pytest.raises(ModelNotInstallableError, match=CONFIGURATION):
        import_model(source, models_dir)
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelNotInstallableError, match="no safetensors file"):
        import_model(tmp_path / "empty", models_dir)
    with pytest.raises(ModelNotInstallableError, match="no file or folder"):
        import_model(tmp_path / "nowhere", models_dir)


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"embed_dim": "many"}', '{"embed_dim": 4, "vision_cfg": {}}'])
def test_a_configuration_that_is_none_is_refused(source: Path, models_dir: Path, text: str) -> None:
    (source / "tiny.json").rename(source / CONFIGURATION)
    (source / CONFIGURATION).write_text(text, "utf-8")
    with pytest.raises(ModelUnavailableError, match=CONFIGURATION):
        import_model(source, models_dir)
    assert own_models(models_dir) == []


def test_a_text_model_of_transformers_is_refused_by_name(source: Path, models_dir: Path) -> None:
    shape = json.loads((source / "tiny.json").read_text("utf-8"))
    shape["text_cfg"]["hf_model_name"] = "roberta-base"
    (source / "tiny.json").write_text(json.dumps(shape), "utf-8")
    with pytest.raises(ModelUnavailableError, match="transformers"):
        import_model(source, models_dir)


@pytest.mark.parametrize("name", ["../outside", "a/b", "", ".hidden", "Ünï", "x" * 100])
def test_a_name_that_cannot_be_a_folder_is_refused(source: Path, models_dir: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot name a model"):
        import_model(source, models_dir, name)


def test_no_room_is_said_before_anything_is_copied(
    source: Path, models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install_module, "_SPARE_BYTES", 1 << 60)
    with pytest.raises(ModelNotInstallableError, match="no room"):
        import_model(source, models_dir)
    assert not models_dir.exists()


def test_a_models_folder_that_cannot_be_written_is_a_clear_message(source: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(ModelNotInstallableError, match="cannot be written"):
        import_model(source, tmp_path / "file" / "models")


def test_importing_again_replaces_the_old_one(source: Path, models_dir: Path) -> None:
    import_model(source, models_dir, "mine")
    (models_dir / "mine" / "trial.json").write_text("[]")
    import_model(source, models_dir, "mine")
    assert not (models_dir / "mine" / "trial.json").exists()
    assert [path.name for path in models_dir.iterdir()] == ["mine"]


def test_a_removed_model_is_gone(source: Path, models_dir: Path) -> None:
    import_model(source, models_dir, "mine")
    remove_model("mine", models_dir)
    assert own_models(models_dir) == []
    with pytest.raises(UsageError, match="not installed"):
        remove_model("mine", models_dir)


def test_the_built_in_model_can_neither_be_removed_nor_replaced(source: Path, models_dir: Path) -> None:
    with pytest.raises(UsageError, match="built-in"):
        remove_model("eidetic-base", models_dir)
    with pytest.raises(UsageError, match="built-in"):
        import_model(source, models_dir, "eidetic-base")


def test_a_changed_byte_is_noticed_at_the_next_load(source: Path, models_dir: Path) -> None:
    import_model(source, models_dir, "mine")
    weights = models_dir / "mine" / WEIGHTS
    content = bytearray(weights.read_bytes())
    content[-1] ^= 1
    weights.write_bytes(content)
    with pytest.raises(ModelUnavailableError, match=r"damaged.*models download mine"):
        locate("mine", models_dir)


def test_a_touched_file_is_read_once_and_then_trusted(source: Path, models_dir: Path) -> None:
    import_model(source, models_dir, "mine")
    weights = models_dir / "mine" / WEIGHTS
    weights.touch()
    fingerprint = locate("mine", models_dir).fingerprint
    manifest = read_manifest(models_dir / "mine")
    assert manifest is not None
    assert manifest.record(WEIGHTS).modified_ns == weights.stat().st_mtime_ns
    assert manifest.record(WEIGHTS).sha256 == fingerprint


@pytest.mark.parametrize("spoil", ["remove", "shorten"])
def test_a_missing_or_short_file_is_named(source: Path, models_dir: Path, spoil: str) -> None:
    import_model(source, models_dir, "mine")
    weights = models_dir / "mine" / WEIGHTS
    if spoil == "remove":
        weights.unlink()
    else:
        weights.write_bytes(b"short")
    with pytest.raises(ModelUnavailableError, match=WEIGHTS):
        locate("mine", models_dir)


def test_a_damaged_manifest_is_a_clear_message_and_the_model_can_be_replaced(source: Path, models_dir: Path) -> None:
    import_model(source, models_dir, "mine")
    (models_dir / "mine" / MANIFEST).write_text("{")
    with pytest.raises(ModelUnavailableError, match=MANIFEST):
        locate("mine", models_dir)
    assert own_models(models_dir) == []
    import_model(source, models_dir, "mine")
    assert own_models(models_dir) == ["mine"]


def test_models_that_are_not_there_are_told_apart_from_those_that_could_be(models_dir: Path) -> None:
    with pytest.raises(ModelUnavailableError, match=r"not installed.*eidetic models download clip-b32"):
        locate("clip-b32", models_dir)
    with pytest.raises(ModelUnavailableError, match=r"no model 'nonesuch'.*models list"):
        locate("nonesuch", models_dir)
    with pytest.raises(ModelUnavailableError, match=r"no model '\.\./outside'"):
        locate("../outside", models_dir)
