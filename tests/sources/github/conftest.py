"""What stands on GitHub at the beginning of a test."""

import pytest

from autodevops.sources.github.names import RepositoryName
from tests.conftest import MakeRepo
from tests.sources.github.cloning import served, to_clone
from tests.support.github import Environment, Organization, Repository, Secret, Server
from tests.support.repositories import Repository as Local


@pytest.fixture
def organisation(github: Server) -> Organization:
    """Return an organisation with a secret of its own."""
    found = Organization("acme", secrets=[Secret("ORG_KEY")])
    github.world.organizations["acme"] = found
    return found


@pytest.fixture
def shop(github: Server) -> Repository:
    """Return a repository with a secret and an environment."""
    return github.world.add(
        Repository("acme/shop", secrets=[Secret("API_KEY")], environments=[Environment("prod")])
    )


@pytest.fixture
def upstream(make_repo: MakeRepo) -> Local:
    """Return the repository, on this machine, that clones are made of."""
    return to_clone(make_repo)


@pytest.fixture
def name(github: Server, upstream: Local) -> RepositoryName:
    """Return what it is called where it is cloned from."""
    return served(github, upstream)
