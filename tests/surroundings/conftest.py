"""A repository for bad surroundings, and a folder for what must not be left behind."""

from collections.abc import Iterator

import pytest

from tests.support.repositories import Repository
from tests.support.shop import lay_out


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return lay_out("bad-repo", tmp_path_factory.mktemp("surroundings") / "shop")


@pytest.fixture(autouse=True)
def nothing_temporary_is_left(
    tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """See that whatever is started leaves nothing where temporary files go."""
    folder = tmp_path_factory.mktemp("temporary")
    monkeypatch.setenv("TMPDIR", str(folder))
    yield
    assert list(folder.iterdir()) == []
