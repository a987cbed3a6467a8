"""The parts of a repository's settings and life on the stand-in server."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from typing import Any

from tests.support.repositories import ago

_numbers = count(1000)


def number() -> int:
    """Return an id that nothing else has."""
    return next(_numbers)


@dataclass
class Secret:
    """One Actions secret or variable."""

    name: str
    updated_at: datetime = field(default_factory=lambda: ago(days=10))
    value: str = "of a variable"


@dataclass
class Rule:
    """One rule of a ruleset, by its name in REST."""

    type: str
    """Such as `deletion`, `non_fast_forward`, `pull_request`, `required_status_checks`."""
    parameters: dict[str, Any] | None = None
    """In REST's spelling; what a `pull_request` rule must have is filled in."""


@dataclass
class Ruleset:
    """A ruleset of a repository or an organisation."""

    name: str
    rules: list[Rule] = field(default_factory=list)
    target: str = "branch"
    """`branch` or `tag`."""
    enforcement: str = "active"
    include: Sequence[str] = ("~DEFAULT_BRANCH",)
    exclude: Sequence[str] = ()
    bypass: list[dict[str, Any]] = field(default_factory=list)
    """In REST's spelling: `{"actor_id": 5, "actor_type": "RepositoryRole", ...}`."""
    updated_at: datetime = field(default_factory=lambda: ago(days=100))
    id: int = field(default_factory=number)


@dataclass
class Classic:
    """Classic protection of the default branch."""

    approvals: int | None = None
    """Approving reviews; None when no pull request is needed."""
    dismiss_stale: bool = False
    code_owners: bool = False
    conversations: bool = False
    checks: Sequence[str] | None = None
    """Required checks; None when none are required."""
    strict: bool = False
    admins: bool = False
    force_pushes: bool = False
    deletions: bool = False
    signatures: bool = False
    linear: bool = False
    locked: bool = False
    bypass_force_push: Sequence[str] = ()
    """Logins."""


@dataclass
class Environment:
    """One environment."""

    name: str
    reviewers: int = 0
    wait_minutes: int = 0
    protected_branches: bool = False
    """Whether only protected branches may deploy."""
    policies: Sequence[str] | None = None
    """Patterns of branches that may deploy; None for any."""
    secrets: list[Secret] = field(default_factory=list)
    variables: list[Secret] = field(default_factory=list)
    id: int = field(default_factory=number)


@dataclass
class Job:
    """One job of a run."""

    name: str
    minutes: float = 1.0
    conclusion: str = "success"


@dataclass
class Run:
    """One run of a workflow."""

    workflow: str = ".github/workflows/ci.yml"
    minutes: float = 5.0
    started_at: datetime = field(default_factory=lambda: ago(days=1))
    branch: str = "main"
    event: str = "push"
    status: str = "completed"
    conclusion: str | None = "success"
    jobs: list[Job] = field(default_factory=list)
    id: int = field(default_factory=number)


@dataclass
class PullRequest:
    """One pull request."""

    number: int
    title: str = "feat: something"
    state: str = "MERGED"
    base: str = "main"
    head: str = "feature/something"
    body: str = ""
    comments: list["Comment"] = field(default_factory=list)


@dataclass
class Comment:
    """One comment of a pull request."""

    body: str
    author: str = "ada"
    id: int = field(default_factory=number)


@dataclass
class CodeownersError:
    """What GitHub finds wrong with CODEOWNERS."""

    line: int
    kind: str = "Unknown owner"
    source: str = "* @nobody"
    column: int = 3
    suggestion: str | None = None
    path: str = ".github/CODEOWNERS"
