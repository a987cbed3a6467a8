"""What stands on GitHub at the beginning of a test."""

import pytest

from tests.support.github import Environment, Organization, Repository, Secret, Server


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
