"""Repositories that several tests look at, and a program that must not be run."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from autodevops.model.history import History
from tests.conftest import MakeRepo
from tests.sources.opening import history_of, opened
from tests.support.repositories import Repository, ago


@pytest.fixture
def repo(make_repo: MakeRepo) -> Repository:
    """Return a repository with a merged branch, an open one and two kinds of tag.

    first ── second ── merge (main, v1.0.0) ── third
       └── login ───────┘                └── open (feature/open)
    """
    repo = make_repo({"README.md": "one\n", "api/main.py": "a\n"}, at=ago(days=30))
    repo.checkout("feature/login", create=True)
    repo.commit("feat: login", {"api/login.py": "login\n"}, at=ago(days=20))
    repo.checkout("main")
    repo.commit("docs: second", {"README.md": "two\n"}, at=ago(days=15))
    repo.merge("feature/login", at=ago(days=10))
    repo.tag("v1.0.0", message="first", at=ago(days=9))
    repo.tag("light")
    repo.checkout("feature/open", create=True)
    repo.commit("feat: open", {"web/app.js": "x\n"}, at=ago(days=3))
    repo.checkout("main")
    repo.commit("fix: third", {"api/main.py": "b\n", "README.md": None}, at=ago(days=2))
    return repo


@pytest.fixture
def history(repo: Repository) -> Iterator[History]:
    with opened(repo.path) as snapshot:
        yield history_of(snapshot)


@pytest.fixture
def canary(tmp_path: Path) -> Iterator[Path]:
    """Return a program that leaves a mark when anything runs it; there must be none at the end."""
    program, mark = tmp_path / "canary", tmp_path / "sang"
    program.write_text(f'#!/bin/sh\necho "$0 $*" >> {mark}\ncat\n')
    program.chmod(0o755)
    yield program
    assert not mark.exists(), mark.read_text()
