"""What is enforced by files of the repository, and what was set by hand on GitHub."""

from collections.abc import Callable, Iterator
from typing import TypeVar

from autodevops.facts.codeowners import CodeownersPlaces
from autodevops.facts.commit_lint import CommitLint
from autodevops.facts.dependency_updates import DependencyUpdates
from autodevops.facts.deployments import Deployments
from autodevops.facts.pipeline import Pipeline
from autodevops.guide.model import JobKind
from autodevops.model.finding import NotApplicable
from autodevops.model.settings import (
    DeployEnvironments,
    MergeSettings,
    Protection,
    SecretScanning,
    TagRulesets,
)
from autodevops.model.snapshot import Unavailable
from autodevops.model.table import Table

_T = TypeVar("_T")
_UNKNOWN = "unknown"


def governance_view(  # noqa: PLR0913, PLR0917 - a row for each
    places: CodeownersPlaces,
    lint: CommitLint,
    updates: DependencyUpdates,
    pipeline: Pipeline,
    deployments: Deployments | NotApplicable,
    protection: Protection | Unavailable,
    merging: MergeSettings | Unavailable,
    tags: TagRulesets | Unavailable,
    environments: DeployEnvironments | Unavailable,
    scanning: SecretScanning | Unavailable,
) -> Table:
    """Controls, by files of the repository and by settings on GitHub."""
    jobs = [role.wanted.name for role in pipeline.roles if role.jobs]
    scans = [job.subject for role in pipeline.of_kind(JobKind.SCAN) for job in role.jobs]
    deploys = deployments.jobs if isinstance(deployments, Deployments) else ()
    named = sorted({one.job.environment.text for one in deploys if one.job.environment})
    rows = (
        ("review by code owners", places.counts or "", _of(protection, lambda p: p.code_owners)),
        ("approvals", "", _of(protection, lambda p: p.approvals)),
        ("checks before a merge", ", ".join(jobs), _of(protection, _checks)),
        ("up to date before a merge", "", _of(protection, lambda p: p.strict)),
        ("no force pushes to the trunk", "", _of(protection, lambda p: p.force_pushes.is_on)),
        ("no deletion of the trunk", "", _of(protection, lambda p: p.deletion.is_on)),
        ("signed commits", "", _of(protection, lambda p: p.signed_commits)),
        ("linear history", "", _of(protection, lambda p: p.linear_history)),
        ("branches deleted on merge", "", _of(merging, lambda m: m.delete_on_merge)),
        ("tags that stay", "", _of(tags, lambda t: ", ".join(one.name for one in t.rulesets))),
        ("commit messages", lint.used_in or lint.config or "", ""),
        ("dependency updates", updates.dependabot or updates.renovate or "", ""),
        ("secrets looked for", ", ".join(scans), _of(scanning, lambda s: s.is_on)),
        ("pushes with secrets refused", "", _of(scanning, lambda s: s.push_protection)),
        ("approval of deploys", ", ".join(named), _of(environments, _guarded)),
    )
    return Table(
        title="Governance",
        columns=("control", "in files", "by hand on GitHub", "where"),
        rows=tuple((*row, _enforced(row[1], row[2])) for row in rows),
        notes=tuple(dict.fromkeys(_reasons(protection, merging, tags, environments, scanning))),
    )


def _of(group: _T | Unavailable, ask: Callable[[_T], object]) -> str:
    """Return what GitHub says of one control: a word, a number, names, or that it is unknown."""
    match _UNKNOWN if isinstance(group, Unavailable) else ask(group):
        case Unavailable():
            return _UNKNOWN
        case True:
            return "on"
        case False:
            return "off"
        case said:
            return str(said)


def _checks(protection: Protection) -> str:
    return ", ".join(check.name for check in protection.required_checks)


def _guarded(environments: DeployEnvironments) -> str:
    guarded = (one for one in environments.environments if one.reviewers or one.branch_policy)
    return ", ".join(one.name for one in guarded)


def _enforced(files: str, settings: str) -> str:
    """Return where a control stands; one that GitHub would not tell of may stand there too."""
    by_hand = settings not in {"", "off", "0", _UNKNOWN}
    if settings == _UNKNOWN:
        return "in files, GitHub unknown" if files else _UNKNOWN
    match bool(files), by_hand:
        case True, True:
            return "in files and by hand"
        case True, False:
            return "in files"
        case False, True:
            return "by hand"
        case _:
            return "nowhere"


def _reasons(*groups: object) -> Iterator[str]:
    for group in groups:
        if isinstance(group, Unavailable):
            yield group.reason
