"""The shapes of a repository, its trunk and its environments in GraphQL answers."""

from datetime import datetime

import msgspec

from autodevops.sources.github.graph_shapes import Page


class _Shape(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """An object of the answer; what is not named here is ignored."""


class About(_Shape, frozen=True, kw_only=True):
    """What is asked of every repository."""

    is_private: bool = False
    """Whether only those who are let in see it."""
    is_in_organization: bool = False
    """Whether an organisation owns it."""
    viewer_permission: str | None = None
    """The role of the token's owner; null for an app, which has none."""
    delete_branch_on_merge: bool | None = None
    """Whether head branches are deleted when they are merged."""


class Branch(_Shape, frozen=True, kw_only=True):
    """The name of the default branch."""

    name: str
    """Without `refs/heads/`."""


class Reviewers(_Shape, frozen=True, kw_only=True):
    """Who must approve a deployment."""

    total_count: int
    """How many users and teams."""


class EnvironmentRule(_Shape, frozen=True, kw_only=True):
    """One rule that guards an environment."""

    type: str
    """`REQUIRED_REVIEWERS`, `BRANCH_POLICY` or `WAIT_TIMER`."""
    reviewers: Reviewers | None = None
    """Of required reviewers."""


class EnvironmentRules(_Shape, frozen=True, kw_only=True):
    """The rules that guard an environment."""

    nodes: tuple[EnvironmentRule | None, ...] | None = None
    """The rules."""


class Environment(_Shape, frozen=True, kw_only=True):
    """One environment."""

    name: str
    """As written."""
    protection_rules: EnvironmentRules | None = None
    """What guards it."""


class Environments(_Shape, frozen=True, kw_only=True):
    """The repository's environments."""

    nodes: tuple[Environment | None, ...] | None = None
    """Environments."""
    page_info: Page = Page()
    """Whether there are more."""


class BaseBranch(_Shape, frozen=True, kw_only=True):
    """The branch that a pull request went into, as long as it exists."""

    name: str
    """Without `refs/heads/`."""


class PullRequest(_Shape, frozen=True, kw_only=True):
    """A pull request that holds a commit."""

    number: int
    """GitHub's number."""
    state: str
    """`MERGED`, `OPEN` or `CLOSED`."""
    base_ref: BaseBranch | None = None
    """Where it went; null when that branch is gone."""


class PullRequests(_Shape, frozen=True, kw_only=True):
    """The pull requests that hold a commit."""

    nodes: tuple[PullRequest | None, ...] | None = None
    """Pull requests."""


class Parent(_Shape, frozen=True, kw_only=True):
    """A commit's parent."""

    oid: str
    """Object id."""


class Parents(_Shape, frozen=True, kw_only=True):
    """A commit's parents, the first ones."""

    nodes: tuple[Parent | None, ...] | None = None
    """In git's order."""


class Commit(_Shape, frozen=True, kw_only=True):
    """One commit that the default branch reaches."""

    oid: str
    """Object id."""
    committed_date: datetime
    """Committer time."""
    message_headline: str
    """First line of its message."""
    parents: Parents
    """Its parents."""
    associated_pull_requests: PullRequests | None = None
    """Pull requests that hold it."""


class Commits(_Shape, frozen=True, kw_only=True):
    """Commits that the default branch reaches, newest first."""

    nodes: tuple[Commit | None, ...] | None = None
    """Commits."""
    page_info: Page = Page()
    """Whether there are more."""


class CodeownersProblem(_Shape, frozen=True, kw_only=True):
    """One error that GitHub finds in CODEOWNERS."""

    path: str
    """Path of the file."""
    line: int
    """1-based line."""
    column: int
    """1-based column."""
    kind: str
    """GitHub's name for it."""
    source: str = ""
    """The line itself."""
    suggestion: str | None = None
    """What GitHub proposes."""


class CodeownersProblems(_Shape, frozen=True, kw_only=True):
    """The errors of CODEOWNERS."""

    errors: tuple[CodeownersProblem, ...] = ()
    """In the order of the file."""
