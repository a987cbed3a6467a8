"""What there is on the stand-in server: tests describe it, REST and GraphQL show it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from tests.support.github.parts import (
    Classic,
    CodeownersError,
    Environment,
    PullRequest,
    Ruleset,
    Run,
    Secret,
    number,
)
from tests.support.memory import NOW
from tests.support.repositories import ago, run_git


@dataclass
class Token:
    """Who asks, and what they may."""

    value: str
    """Its beginning tells the kind: `ghp_`, `github_pat_`, `ghs_`."""
    role: str = "ADMIN"
    """Of a person's token: `READ`, `TRIAGE`, `WRITE`, `MAINTAIN` or `ADMIN` in repositories."""
    scopes: Sequence[str] = ("repo", "read:org")
    """Of a classic token."""
    permissions: Mapping[str, str] = field(default_factory=dict)
    """Of a fine-grained token or an app: `{"administration": "read"}`; metadata is implied."""
    repositories: Sequence[str] | None = None
    """The private repositories that it sees, `owner/name`; None for all."""
    login: str = "ada"
    """The person."""

    @property
    def is_classic(self) -> bool:
        return not self.value.startswith(("github_pat_", "ghs_", "ghu_"))


@dataclass
class Organization:
    """An account that owns repositories; those that own some without one are users."""

    login: str
    secrets: list[Secret] = field(default_factory=list)
    """Visible to all its repositories."""
    variables: list[Secret] = field(default_factory=list)
    rulesets: list[Ruleset] = field(default_factory=list)
    """Inherited by all its repositories."""


@dataclass
class Commit:
    """One commit of the default branch, newest first, and how it came there."""

    oid: str
    message: str = "feat: something"
    committed_at: datetime = field(default_factory=lambda: ago(days=1))
    parents: Sequence[str] = ()
    pull_requests: Sequence[int] = ()
    """Numbers of pull requests of the repository that hold it."""


@dataclass
class Repository:
    """One repository; what isn't named is as GitHub makes it."""

    full_name: str
    """`owner/name`."""
    path: Path | None = None
    """A real git repository that clones get."""
    private: bool = False
    archived: bool = False
    fork: bool = False
    default_branch: str = "main"
    pushed_at: datetime = NOW
    delete_branch_on_merge: bool = False
    protection: Classic | None = None
    rulesets: list[Ruleset] = field(default_factory=list)
    environments: list[Environment] = field(default_factory=list)
    secrets: list[Secret] = field(default_factory=list)
    variables: list[Secret] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    commits: list[Commit] | None = None
    """Instead of those of `path`."""
    merged: Mapping[str, Sequence[int]] = field(default_factory=dict)
    """Numbers of the pull requests that hold a commit of `path`, by its object id."""
    pull_requests: list[PullRequest] = field(default_factory=list)
    codeowners_errors: list[CodeownersError] = field(default_factory=list)
    secret_scanning: str = "disabled"
    push_protection: str = "disabled"
    former_names: Sequence[str] = ()
    """`owner/name` of before; asking for them redirects."""
    id: int = field(default_factory=number)

    @property
    def owner(self) -> str:
        return self.full_name.partition("/")[0]

    @property
    def name(self) -> str:
        return self.full_name.partition("/")[2]

    def trunk(self) -> list[Commit]:
        """Return the commits that the default branch reaches, newest first."""
        if self.commits is not None:
            return self.commits
        if self.path is None or not self._tip(self.path):
            return []
        line = "%H%x00%s%x00%cI%x00%P"
        listed = run_git(self.path, "log", f"--format={line}", self.default_branch).decode()
        return [self._commit(*row.split("\0")) for row in listed.splitlines()]

    def _commit(self, oid: str, subject: str, at: str, parents: str) -> Commit:
        return Commit(
            oid=oid,
            message=subject,
            committed_at=datetime.fromisoformat(at),
            parents=parents.split(),
            pull_requests=self.merged.get(oid, ()),
        )

    def _tip(self, path: Path) -> str:
        name = f"refs/heads/{self.default_branch}"
        return run_git(path, "for-each-ref", "--format=%(objectname)", name).decode().strip()


class World:
    """Everything on the server."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.organizations: dict[str, Organization] = {}
        self.tokens: dict[str, Token] = {}
        self.owner = self.allow(Token("ghp_" + "0wnerOfEverythingInTheTestW0rld0000"))
        """A classic token that may do everything."""

    def allow(self, token: Token) -> Token:
        """Make a token known and return it."""
        self.tokens[token.value] = token
        return token

    def add(self, repository: Repository) -> Repository:
        """Put a repository onto the server and return it."""
        self.repositories[repository.full_name.lower()] = repository
        return repository

    def find(self, full_name: str) -> Repository | None:
        """Return the repository of a name, in any case."""
        return self.repositories.get(full_name.lower())

    def moved(self, full_name: str) -> Repository | None:
        """Return the repository that had a name before."""
        for repository in self.repositories.values():
            if full_name.lower() in {name.lower() for name in repository.former_names}:
                return repository
        return None

    def of(self, owner: str) -> list[Repository]:
        """Return the repositories of an account."""
        every = self.repositories.values()
        return [one for one in every if one.owner.lower() == owner.lower()]

    def rulesets_of(self, repository: Repository) -> list[tuple[Ruleset, str]]:
        """Return all rulesets of a repository with the kind of their source."""
        owner = self.organizations.get(repository.owner)
        inherited = [] if owner is None else owner.rulesets
        own = [(ruleset, "Repository") for ruleset in repository.rulesets]
        return own + [(ruleset, "Organization") for ruleset in inherited]
