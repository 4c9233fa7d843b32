"""Settings are sparse, survive rubbish, and keep what the user wrote."""

from pathlib import Path

import pytest

from core.settings.paths import LibraryPaths
from core.settings.schema import IndexingSettings, SearchSettings, Settings
from core.settings.store import changed, flat, load, save
from core.values.comparing import IndexKind, Metric
from core.values.errors import UsageError


def test_missing_settings_are_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path / "settings.toml") == Settings()


def test_only_what_differs_from_the_default_is_written(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    save(path, Settings(indexing=IndexingSettings(workers=3)))
    assert path.read_text("utf-8").split() == ["[indexing]", "workers", "=", "3"]


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    settings = Settings(indexing=IndexingSettings(workers=3, pause_on_battery=False))
    save(path, settings)
    assert load(path) == settings


def test_back_to_the_default_removes_the_line_and_keeps_comments(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("# mine\n[indexing]\n# few\nworkers = 3\npoll_seconds = 5.0\n", "utf-8")
    save(path, Settings(indexing=IndexingSettings(poll_seconds=5.0)))
    text = path.read_text("utf-8")
    assert "# mine" in text
    assert "workers" not in text
    assert load(path).indexing.poll_seconds == 5.0


@pytest.mark.expects_log("not valid TOML")
def test_rubbish_is_ignored_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_bytes(b"\xff\xfe not toml [")
    assert load(path) == Settings()


@pytest.mark.expects_log("the default is used")
def test_one_bad_value_does_not_cost_the_others(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text('[indexing]\nworkers = "many"\npoll_seconds = 5.0\n', "utf-8")
    settings = load(path)
    assert settings.indexing.workers == IndexingSettings().workers
    assert settings.indexing.poll_seconds == 5.0


@pytest.mark.expects_log("the default is used")
def test_a_section_that_is_no_table_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    path.write_text("indexing = 5\n", "utf-8")
    assert load(path) == Settings()


def test_a_library_in_one_folder_keeps_everything_there(tmp_path: Path) -> None:
    paths = LibraryPaths.choose(tmp_path / "library")
    paths.create()
    for path in (paths.catalog, paths.lock, paths.settings, paths.models, paths.thumbnails, paths.vectors, paths.logs):
        assert path.is_relative_to(tmp_path / "library")


def test_a_chosen_metric_and_index_are_written_as_words_and_loaded(tmp_path: Path) -> None:
    path = tmp_path / "settings.toml"
    settings = Settings(search=SearchSettings(metric=Metric.L2, index=IndexKind.BINARY))
    save(path, settings)
    assert path.read_text("utf-8").splitlines() == ["[search]", 'metric = "l2"', 'index = "binary"']
    assert load(path) == settings


@pytest.mark.expects_log("'exact', 'hnsw' or 'binary'; the default is used")
def test_an_index_that_there_is_not_takes_the_default_and_says_which_there_are(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text('[search]\nindex = "tree"\nmetric = "l2"\n', "utf-8")
    assert load(tmp_path / "settings.toml").search == SearchSettings(metric=Metric.L2)


def test_one_setting_is_changed_by_its_name_as_text() -> None:
    settings = changed(changed(Settings(), "search.index", "hnsw"), "indexing.label_photos", "false")
    assert settings.search.index is IndexKind.HNSW
    assert not settings.indexing.label_photos
    assert flat(settings)["search.index"] == "hnsw"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("search.metric", "manhattan", "'pearson' or 'hamming'"),
        ("search.strictness", "2", "less than or equal to 1"),
        ("indexing.workers", "many", "integer"),
        ("search.colour", "red", r"search\.metric"),
        ("search", "red", r"search\.metric"),
    ],
)
def test_what_a_setting_cannot_be_is_told_with_what_it_can(name: str, value: str, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        changed(Settings(), name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("model.id", "../../x"),
        ("model.device", "toaster"),
        ("indexing.file_seconds", "inf"),
        ("indexing.file_seconds", "1e300"),
        ("indexing.file_seconds", "nan"),
        ("indexing.poll_seconds", "inf"),
        ("indexing.missing_grace_days", str(10**30)),
    ],
)
def test_what_nothing_could_work_with_is_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError, match="cannot be"):
        changed(Settings(), name, value)
