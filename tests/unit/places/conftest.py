"""One gazetteer for all tests of places: making its file takes seconds."""

from collections.abc import Iterator

import pytest

from core.places.gazetteer import Gazetteer


@pytest.fixture(scope="session")
def gazetteer(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gazetteer]:
    gazetteer = Gazetteer(tmp_path_factory.mktemp("places") / "places.sqlite")
    yield gazetteer
    gazetteer.close()
