"""Clones of a shop that a stand-in for GitHub serves."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autodevops.credentials import Credential
from autodevops.model.snapshot import Snapshot
from autodevops.sources.github.clone import Clone, clone
from autodevops.sources.github.fetching import Limits
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.opening import open_github
from autodevops.sources.github.shapes import WHOLE, Depth, Shape
from tests.conftest import MakeRepo
from tests.support.github import Repository as Hosted
from tests.support.github import Server
from tests.support.memory import NOW
from tests.support.repositories import Repository

TIP, COMMITS, CONTENTS = (Shape(depth) for depth in Depth)
SHAPES = (TIP, COMMITS, CONTENTS, WHOLE)
AT_ONCE = Limits(pause=0.0)


def cloned(
    name: RepositoryName,
    folder: Path,
    shape: Shape = CONTENTS,
    *,
    token: Credential | None = None,
    rev: str | None = None,
    limits: Limits = AT_ONCE,
) -> Clone:
    """Clone into a new folder."""
    into = folder / f"into-{time.monotonic_ns()}"
    into.mkdir()
    return clone(name, into, token=token, shape=shape, rev=rev, limits=limits)


@contextmanager
def opened(name: RepositoryName, shape: Shape, rev: str | None = None) -> Iterator[Snapshot]:
    """Open the repository without a token."""
    with open_github(name, now=NOW, token=None, shape=shape, rev=rev) as snapshot:
        yield snapshot


def to_clone(make_repo: MakeRepo) -> Repository:
    """Return a repository with an old version, a branch, a tag and a pull request."""
    repo = make_repo({"README.md": "# old\n", "app/main.py": "print()\n"})
    repo.commit("docs: newer", {"README.md": "# shop\n"})
    repo.tag("v1.0.0", message="first")
    repo.checkout("feature/login", create=True)
    repo.commit("feat: login", {"app/login.py": "login\n"})
    repo.checkout("main")
    repo.git("update-ref", "refs/pull/7/head", "feature/login")
    repo.git("update-ref", "refs/pull/7/merge", "feature/login")
    return repo


def served(github: Server, repo: Repository) -> RepositoryName:
    """Return the name under which the server has a repository from now on."""
    github.world.add(Hosted("acme/shop", path=repo.path))
    return RepositoryName(github.root, "acme", "shop")
