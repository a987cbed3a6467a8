"""Branches, commits, releases and who owns what: how changes reach the trunk."""

from collections.abc import Mapping
from datetime import date, timedelta

from autodevops.guide.sections.base import PathPattern, Pattern, Section, matches_any


class BranchPolicy(Section, frozen=True, kw_only=True):
    """Which branches there may be, and how long."""

    default: str
    """Name of the trunk."""
    types: Mapping[str, int]
    """Days that a branch of each type (the part before the first `/`) may live."""
    forbidden: tuple[Pattern, ...]
    """Patterns of branches that must not be."""
    exempt: tuple[Pattern, ...]
    """Patterns of branches that automation makes; no branch rule looks at them."""
    behind_limit: int
    """Commits that an unmerged branch may be behind the trunk."""

    def kind(self, name: str) -> str | None:
        """Return the type of a branch, `feature` for `feature/login`; None for no known type."""
        kind, slash, rest = name.partition("/")
        return kind if slash and rest and kind in self.types else None

    def max_age(self, name: str) -> timedelta | None:
        """Return how long a branch may live; None when its name has no known type."""
        kind = self.kind(name)
        return None if kind is None else timedelta(days=self.types[kind])

    def is_forbidden(self, name: str) -> bool:
        """Tell whether a branch must not be."""
        return matches_any(self.forbidden, name)

    def is_forbidden_pattern(self, pattern: str) -> bool:
        """Tell whether a workflow's pattern names branches that must not be: `release/**` does.

        Patterns for any branch name none.
        """
        return self.is_forbidden(pattern.replace("**", "*").replace("*", "x"))

    def is_exempt(self, name: str) -> bool:
        """Tell whether a branch is made by automation."""
        return matches_any(self.exempt, name)

    def is_allowed(self, name: str) -> bool:
        """Tell whether a branch is the trunk, made by automation or of a known type."""
        if self.is_forbidden(name):
            return False
        return name == self.default or self.is_exempt(name) or self.kind(name) is not None


class CommitPolicy(Section, frozen=True, kw_only=True):
    """How commits are written."""

    types: tuple[str, ...]
    """Types of Conventional Commits."""
    header_limit: int
    """Longest header, in characters."""
    since: date
    """Commits before this day (UTC) are not judged."""
    lint_configs: tuple[PathPattern, ...]
    """Paths where a commit linter's configuration counts."""


class ReleasePolicy(Section, frozen=True, kw_only=True):
    """How releases are made."""

    tag_prefix: str
    """What stands before the version in a release tag."""
    protected_tags: Pattern
    """Pattern of the tags that a ruleset protects."""
    candidate: str
    """Pre-release name that is promoted to production: `rc` in `v1.2.0-rc.1`."""
    changelog: PathPattern
    """Path of the changelog."""
    drift_commits: int
    """Unreleased commits from which the trunk counts as far ahead."""
    drift_days: int
    """Age in days of unreleased work from which the trunk counts as far ahead."""


class OwnershipPolicy(Section, frozen=True, kw_only=True):
    """Who owns which files."""

    places: tuple[PathPattern, ...]
    """Paths where GitHub reads CODEOWNERS, in its order."""
    size_limit: int
    """Bytes above which GitHub ignores the file."""
    maintainers: PathPattern
    """Path of the document that names every owner."""
    domains: tuple[PathPattern, ...]
    """Paths that the guide gives a rule of their own."""
    guarded: tuple[PathPattern, ...]
    """Paths that need an explicit owner."""
    active_days: int
    """An owner without a change to what they own for longer than this is absent."""


class ReviewPolicy(Section, frozen=True, kw_only=True):
    """What a pull request to the trunk needs."""

    approvals: int
    """Approving reviews."""
    dismiss_stale: bool
    """New commits dismiss earlier approvals."""
    code_owners: bool
    """Code owners must approve."""
    resolved_conversations: bool
    """Conversations must be resolved."""
    window_days: int
    """How far back commits are held against the pull requests they came through."""


class ProtectionPolicy(Section, frozen=True, kw_only=True):
    """Settings that protect the trunk and its history."""

    block_force_pushes: bool
    """Nobody rewrites the trunk."""
    block_deletion: bool
    """Nobody deletes the trunk."""
    include_admins: bool
    """Nobody bypasses always, administrators included."""
    strict_checks: bool
    """Branches are up to date before they are merged."""
    delete_on_merge: bool
    """Head branches are deleted when merged."""
    signed_commits: bool
    """Commits on the trunk are signed."""
    linear_history: bool
    """The trunk has no merge commits."""
    secret_scanning: bool
    """GitHub scans for secrets."""
    push_protection: bool
    """GitHub refuses pushes that hold secrets."""
