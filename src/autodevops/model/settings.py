"""What GitHub says about a repository: protection, secrets' names, runs, pushes.

Every group is a value of its own, or `Unavailable` with the permission that would answer. A group
that several places feed (rulesets, classic protection, an organisation) holds what is known to be
in force, and `unseen` says what could not be read: what is off here may then be on there.
"""

from datetime import datetime, timedelta
from math import ceil

from msgspec import Struct

from autodevops.model.snapshot import Unavailable


class Block(Struct, frozen=True, kw_only=True):
    """Whether something is refused, and for whom not."""

    is_on: bool
    """Whether it is refused at all."""
    bypassed_by: tuple[str, ...] | Unavailable = ()
    """Who may always do it nevertheless, such as `administrators`; readers can't see it."""


class RequiredCheck(Struct, frozen=True, kw_only=True):
    """One status check that a pull request must pass."""

    name: str
    """As jobs report it."""
    source: str
    """The ruleset that demands it, or `branch protection`."""
    app: str | None = None
    """Slug of the only app that may report it, such as `github-actions`; None for any."""


class Protection(Struct, frozen=True, kw_only=True):
    """What protects the default branch: rulesets and classic protection taken together."""

    branch: str
    """Name of the default branch."""
    pull_request: bool
    """Whether changes need a pull request."""
    approvals: int
    """Approving reviews that one needs."""
    dismiss_stale: bool
    """Whether new commits dismiss approvals."""
    code_owners: bool
    """Whether code owners must approve."""
    resolved_conversations: bool
    """Whether conversations must be resolved."""
    force_pushes: Block
    """Whether rewriting it is refused."""
    deletion: Block
    """Whether deleting it is refused."""
    required_checks: tuple[RequiredCheck, ...]
    """Checks that must pass."""
    strict: bool | Unavailable
    """Whether branches must be up to date before they are merged; readers can't see it."""
    signed_commits: bool
    """Whether commits must be signed."""
    linear_history: bool
    """Whether merge commits are refused."""
    commit_rules_since: datetime | None = None
    """Since when signatures or linear history are demanded, as far as it is known."""
    unseen: Unavailable | None = None
    """What could not be read, so that more may be in force."""


class MergeSettings(Struct, frozen=True, kw_only=True):
    """What happens when a pull request is merged."""

    delete_on_merge: bool | Unavailable
    """Whether the head branch is deleted."""


class TagRuleset(Struct, frozen=True, kw_only=True):
    """One active ruleset for tags."""

    name: str
    """Its name."""
    includes: tuple[str, ...]
    """Patterns of the tags it protects, without `refs/tags/`; `~ALL` for all."""
    excludes: tuple[str, ...]
    """Patterns of tags that it leaves out."""
    blocks_update: bool
    """Whether a tag can't be moved."""
    blocks_deletion: bool
    """Whether a tag can't be deleted."""


class TagRulesets(Struct, frozen=True, kw_only=True):
    """How tags are protected."""

    rulesets: tuple[TagRuleset, ...]
    """The active ones."""
    unseen: Unavailable | None = None
    """What could not be read, so that more may be in force."""


class Run(Struct, frozen=True, kw_only=True):
    """One successful run of a workflow on the default branch."""

    id: int
    """GitHub's number."""
    workflow: str
    """Path of the workflow file."""
    duration: timedelta
    """From its start to its end."""
    slowest_job: str | None = None
    """Name of its longest job, where that was read."""


class CiRuns(Struct, frozen=True, kw_only=True):
    """The last successful runs of CI on the default branch."""

    runs: tuple[Run, ...]
    """Newest first."""

    def at_percentile(self, percent: int, *, newest: int) -> Run | None:
        """Return the run at the nearest rank, by length, of so many of the newest."""
        by_length = sorted(self.runs[:newest], key=lambda run: run.duration)
        return by_length[ceil(len(by_length) * percent / 100) - 1] if by_length else None

    def slow(self, limit: "CiLimit") -> Run | None:
        """Return the run at the 95th percentile if it is past the limit."""
        run = self.at_percentile(95, newest=limit.newest)
        return run if run is not None and run.duration >= limit.duration else None


class CiLimit(Struct, frozen=True, kw_only=True):
    """How long CI may take."""

    duration: timedelta
    """Nearly every run takes less."""
    newest: int
    """So many of the newest runs are judged."""


class TrunkCommit(Struct, frozen=True, kw_only=True):
    """One commit on the default branch and the pull requests it came through."""

    oid: str
    """Object id."""
    committed_at: datetime
    """Committer time."""
    subject: str
    """First line of its message."""
    pull_requests: tuple[int, ...]
    """Numbers of merged pull requests that hold it."""


class TrunkCommits(Struct, frozen=True, kw_only=True):
    """The first-parent commits of the default branch, as far back as they were read."""

    branch: str
    """Name of the default branch."""
    commits: tuple[TrunkCommit, ...]
    """Newest first."""
    reaches_back_to: datetime
    """Every commit since then is here."""


class DeployEnvironment(Struct, frozen=True, kw_only=True):
    """One environment as GitHub knows it."""

    name: str
    """As written."""
    reviewers: int
    """How many users and teams must approve; 0 for none."""
    branch_policy: tuple[str, ...] | Unavailable | None
    """Patterns of branches and tags that may deploy, `~PROTECTED` for protected branches;
    None for any. Unavailable when they are limited, but to which was not read."""


class DeployEnvironments(Struct, frozen=True, kw_only=True):
    """The environments that GitHub knows."""

    environments: tuple[DeployEnvironment, ...]
    """By name."""


class StoredSecret(Struct, frozen=True, kw_only=True):
    """One Actions secret or variable; its value is never read."""

    name: str
    """In capitals, as GitHub stores it."""
    place: str
    """`repository`, `organization` or `environment NAME`."""
    updated_at: datetime
    """When its value was last set."""


class StoredSecrets(Struct, frozen=True, kw_only=True):
    """The Actions secrets and variables that workflows can use."""

    secrets: tuple[StoredSecret, ...]
    """Secrets, by name and place."""
    variables: tuple[StoredSecret, ...]
    """Variables, by name and place."""
    unseen: Unavailable | None = None
    """What could not be read (the organisation's, an environment's), so that there may be more."""
    variables_unseen: Unavailable | None = None
    """Which variables could not be read, so that there may be more of them."""


class CodeownersError(Struct, frozen=True, kw_only=True):
    """One error that GitHub finds in CODEOWNERS."""

    path: str
    """Path of the file."""
    line: int
    """1-based line."""
    column: int
    """1-based column."""
    kind: str
    """GitHub's name for it, such as `Unknown owner`."""
    source: str
    """The line itself."""
    suggestion: str | None
    """What GitHub proposes."""


class CodeownersErrors(Struct, frozen=True, kw_only=True):
    """The errors that GitHub finds in CODEOWNERS on the default branch."""

    errors: tuple[CodeownersError, ...]
    """In the order of the file."""


class SecretScanning(Struct, frozen=True, kw_only=True):
    """GitHub's own watch over secrets."""

    is_on: bool | Unavailable
    """Whether it looks for secrets."""
    push_protection: bool | Unavailable
    """Whether it refuses pushes that hold one."""


class Settings(Struct, frozen=True, kw_only=True):
    """Everything that GitHub said, group by group."""

    protection: Protection | Unavailable
    """What protects the default branch."""
    merging: MergeSettings | Unavailable
    """What happens on a merge."""
    tag_rulesets: TagRulesets | Unavailable
    """How tags are protected."""
    ci_runs: CiRuns | Unavailable
    """The last successful runs of CI."""
    trunk_commits: TrunkCommits | Unavailable
    """How commits came to the default branch."""
    environments: DeployEnvironments | Unavailable
    """Environments and their protection."""
    secrets: StoredSecrets | Unavailable
    """Names and ages of Actions secrets."""
    codeowners_errors: CodeownersErrors | Unavailable
    """What GitHub makes of CODEOWNERS."""
    secret_scanning: SecretScanning | Unavailable
    """GitHub's own watch over secrets."""
