"""The command line against the stand-in for GitHub."""

from pathlib import Path
from typing import Any

from tests.support.command import Done, autodevops
from tests.support.github import Server, Token


def run(github: Server, folder: Path, *arguments: str, token: Token | None = None) -> Done:
    """Run the command against the server, with the owner's token."""
    environment = github.environment(token or github.world.owner)
    return autodevops(*arguments, cwd=folder, environment=environment)


def audited(github: Server, folder: Path, *arguments: str, token: Token | None = None) -> Any:
    """Return the report of an audit, which must be one."""
    done = run(github, folder, "audit", "--no-store", "-f", "json", *arguments, token=token)
    assert done.code in {0, 1}, done.err
    return done.json
