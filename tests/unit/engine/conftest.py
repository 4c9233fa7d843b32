"""A library with the small model in it, and photos to put there."""

import shutil
from pathlib import Path

import pytest

from core.settings import store
from core.settings.paths import LibraryPaths
from core.settings.schema import ModelSettings, Settings
from tests.models.plugin import TINY


@pytest.fixture
def tiny_library(tmp_path: Path, models_with_tiny: Path) -> LibraryPaths:
    """An empty library in which the small model is chosen."""
    paths = LibraryPaths.inside(tmp_path / "library")
    shutil.copytree(models_with_tiny, paths.models)
    store.save(paths.settings, Settings(model=ModelSettings(id=TINY, precision="float32")))
    return paths
