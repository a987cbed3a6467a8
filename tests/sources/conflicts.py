"""A merge that did not go through."""

import pytest

from tests.conftest import MakeRepo
from tests.support.repositories import Repository


def conflicting(make_repo: MakeRepo) -> Repository:
    """Return a repository in the middle of a merge with a conflict in `file`."""
    repo = make_repo({"file": "base\n", "kept": ""})
    repo.checkout("feature/x", create=True)
    repo.commit("feat: theirs", {"file": "theirs\n"})
    repo.checkout("main")
    repo.commit("feat: ours", {"file": "ours\n"})
    with pytest.raises(AssertionError):
        repo.merge("feature/x")
    return repo
