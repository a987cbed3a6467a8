"""One repository as a GraphQL answer shows it, each part as far as the token may see it."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from autodevops.model.snapshot import Unavailable
from autodevops.sources.github.answers import GraphAnswer
from autodevops.sources.github.graph_repository import (
    About,
    Branch,
    CodeownersProblems,
    Commits,
    Environments,
)
from autodevops.sources.github.graph_shapes import ClassicRule, Rulesets, UpdateRule
from autodevops.sources.github.query import ENVIRONMENTS, TRUNK

EMPTY = Unavailable("the repository is empty", "a commit on the default branch")
"""Stands for what only a repository with commits has."""
_NOBODY = Unavailable("GitHub shows this token no such repository", "GitHub: metadata (read)")
_Shape = TypeVar("_Shape", bound=msgspec.Struct)


class Seen(Struct, frozen=True, kw_only=True):
    """What GraphQL tells of one repository; a part that was not asked for is None."""

    about: About
    """What is asked of every repository."""
    branch: str | Unavailable
    """Name of the default branch."""
    classic: ClassicRule | Unavailable | None
    """Classic protection; None when none is shown."""
    update_rule: UpdateRule | Unavailable | None
    """The part of it that readers see; None when none is shown."""
    rulesets: Rulesets | Unavailable | None
    """Every ruleset that applies."""
    commits: Commits | Unavailable | None
    """The newest commits of the trunk."""
    environments: Environments | Unavailable | None
    """Environments."""
    codeowners: CodeownersProblems | Unavailable | None
    """Errors of CODEOWNERS; None when there is no such file."""

    @property
    def may_administer(self) -> bool:
        """Whether the token's owner may be an administrator; an app has no role to tell."""
        return self.about.viewer_permission in {"ADMIN", None}

    @property
    def may_write(self) -> bool:
        """Whether the token's owner may be let to write."""
        return self.about.viewer_permission not in {"READ", "TRIAGE"}


def seen(answer: GraphAnswer, alias: str) -> Seen | Unavailable:
    """Return what an answer shows of the repository with that alias."""
    about = _part(answer, About, alias)
    if about is None or isinstance(about, Unavailable):
        return _why_not(about)
    branch = _part(answer, Branch, alias, "defaultBranchRef")
    on_branch = (alias, "defaultBranchRef")
    return Seen(
        about=about,
        branch=branch.name if isinstance(branch, Branch) else branch or EMPTY,
        classic=_part(answer, ClassicRule, *on_branch, "branchProtectionRule"),
        update_rule=_part(answer, UpdateRule, *on_branch, "refUpdateRule"),
        rulesets=_part(answer, Rulesets, alias, "rulesets"),
        commits=_part(answer, Commits, f"{alias}{TRUNK}", "defaultBranchRef", "target", "history"),
        environments=_part(answer, Environments, f"{alias}{ENVIRONMENTS}", "environments"),
        codeowners=_part(answer, CodeownersProblems, alias, "codeowners"),
    )


def _why_not(about: Unavailable | None) -> Unavailable:
    if about is None:
        return _NOBODY
    return about if about.needs else Unavailable(about.reason, _NOBODY.needs)


def _part(answer: GraphAnswer, shape: type[_Shape], *path: str) -> _Shape | Unavailable | None:
    """Return a part of the answer; None where GitHub itself says null."""
    value = answer.at(*path)
    if value is None or isinstance(value, Unavailable):
        return value
    return answer.read(shape, *path)
