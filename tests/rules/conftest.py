"""What tests of rules on real repositories begin with."""

import pytest

from tests.conftest import MakeRepo
from tests.support.repositories import Repository, ago


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    """Return a trunk with one old commit."""
    return make_repo({"README.md": "# shop\n"}, at=ago(days=60))
