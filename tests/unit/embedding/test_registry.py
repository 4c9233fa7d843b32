"""The registry agrees with open_clip, so that a slip in `models.toml` is found here and not by a download."""

import pytest

from core.embedding.models.registry import ModelEntry, Role, find, models
from core.embedding.runtime.torchvision_ops import ensure_torchvision_ops

_DOWNLOADS = [entry for entry in models() if entry.hub is not None]


def test_the_built_in_model_comes_first_and_needs_no_download() -> None:
    first = models()[0]
    assert (first.role, first.hub) == (Role.BUILT_IN, None)


def test_each_role_but_the_users_own_has_one_model() -> None:
    assert sorted(entry.role for entry in models()) == sorted(set(Role) - {Role.CUSTOM})


def test_ids_are_found_and_others_are_not() -> None:
    assert all(find(entry.id) is entry for entry in models())
    assert find("nonesuch") is None


@pytest.mark.parametrize("entry", _DOWNLOADS, ids=lambda entry: entry.id)
def test_a_download_is_described_as_open_clip_describes_it(entry: ModelEntry) -> None:
    ensure_torchvision_ops()
    import open_clip

    published = open_clip.get_pretrained_cfg(entry.architecture, entry.tag)
    shape = open_clip.get_model_config(entry.architecture)
    assert entry.hub == published["hf_hub"].rstrip("/")
    assert (entry.mean, entry.std) == (published["mean"], published["std"])
    assert entry.model_input.resize_mode == published["resize_mode"]
    assert entry.model_input.interpolation == published["interpolation"]
    assert entry.model_input.size == shape["vision_cfg"]["image_size"]
    assert entry.dimension == shape["embed_dim"]
    assert (entry.tokenizer is not None) == ("hf_tokenizer_name" in shape["text_cfg"])


@pytest.mark.parametrize("entry", models(), ids=lambda entry: entry.id)
def test_every_entry_says_what_a_user_must_know(entry: ModelEntry) -> None:
    assert entry.licence
    assert entry.note
    assert entry.languages
    assert all("{}" in template for template in entry.templates)
    assert entry.weights in {file.name for file in entry.files}
    assert entry.score_scale.unrelated_mean < entry.score_scale.related_mean
