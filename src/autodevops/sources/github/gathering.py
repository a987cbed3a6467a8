"""Puts the answers about one repository together as `Settings`."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from msgspec.structs import replace

from autodevops.model.settings import (
    CiLimit,
    CiRuns,
    DeployEnvironments,
    MergeSettings,
    Protection,
    SecretScanning,
    Settings,
    StoredSecrets,
    TagRulesets,
    TrunkCommits,
)
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github import (
    asking,
    classic,
    codeowners_errors,
    environments,
    protection,
    rulesets,
    runs,
    scanning,
    secret_names,
    trunk,
)
from autodevops.sources.github.graph_repository import Commits
from autodevops.sources.github.groups import PERMISSIONS, Group
from autodevops.sources.github.permissions import TokenRights
from autodevops.sources.github.seen import EMPTY, Seen

_NOT_ASKED = Unavailable("GitHub was not asked: no selected rule needs it")
_T = TypeVar("_T")


def nothing(reason: str, needs: str | None = None) -> Settings:
    """Return settings of which nothing is known, for one reason."""
    why = Unavailable(reason, needs)
    return Settings(**dict.fromkeys(Settings.__struct_fields__, why))


def gather(
    seen: Seen,
    answers: asking.Answers,
    rights: TokenRights,
    groups: frozenset[Group],
    *,
    pages: Sequence[Commits],
    since: datetime,
    slow: CiLimit,
) -> Settings:
    """Return the settings of one repository; groups that were not asked for say so."""
    whole = Settings(
        protection=_protection(seen, answers, rights),
        merging=_merging(seen),
        tag_rulesets=_tag_rulesets(seen),
        ci_runs=_ci_runs(seen, answers, slow),
        trunk_commits=_trunk(seen, pages, since),
        environments=_environments(seen, answers),
        secrets=_secrets(seen, answers),
        codeowners_errors=codeowners_errors.of_graph(seen.codeowners),
        secret_scanning=_scanning(answers),
    )
    return only(whole, groups)


def only(settings: Settings, groups: frozenset[Group]) -> Settings:
    """Return settings with the groups asked for, and each one's permission where it is missing."""
    return Settings(
        **{
            group: _needing(getattr(settings, group), group) if group in groups else _NOT_ASKED
            for group in Group
        }
    )


def _needing(value: _T, group: Group) -> _T | Unavailable:
    if isinstance(value, Unavailable) and not value.needs:
        return replace(value, needs=PERMISSIONS[group].needs)
    return value


def _protection(
    seen: Seen, answers: asking.Answers, rights: TokenRights
) -> Protection | Unavailable:
    said = answers.one(asking.CLASSIC)
    asked = classic.HIDDEN if said is None else classic.of_answer(said)
    return protection.protection(seen, rights, asked)


def _merging(seen: Seen) -> MergeSettings | Unavailable:
    said = seen.about.delete_branch_on_merge
    return (
        Unavailable("GitHub does not tell") if said is None else MergeSettings(delete_on_merge=said)
    )


def _tag_rulesets(seen: Seen) -> TagRulesets | Unavailable:
    if seen.rulesets is None or isinstance(seen.rulesets, Unavailable):
        return seen.rulesets or Unavailable("GitHub tells of no rulesets")
    return rulesets.tag_rulesets(seen.rulesets)


def _ci_runs(seen: Seen, answers: asking.Answers, slow: CiLimit) -> CiRuns | Unavailable:
    if seen.branch is EMPTY:
        return CiRuns(runs=())
    said = answers.one(asking.RUNS)
    if said is None:
        return seen.branch if isinstance(seen.branch, Unavailable) else _NOT_ASKED
    return runs.judged(runs.ci_runs(said), answers.one(asking.JOBS), slow)


def _trunk(seen: Seen, pages: Sequence[Commits], since: datetime) -> TrunkCommits | Unavailable:
    if isinstance(seen.branch, Unavailable):
        return seen.branch
    if seen.commits is None or isinstance(seen.commits, Unavailable):
        return seen.commits or Unavailable("GitHub shows no commits of the default branch")
    return trunk.trunk_commits(seen.branch, pages, since)


def _environments(seen: Seen, answers: asking.Answers) -> DeployEnvironments | Unavailable:
    named = environments.with_policy(seen.environments)
    read = {name: answers.list(asking.POLICY, name) for name in named}
    return environments.deploy_environments(
        seen.environments, {name: one for name, one in read.items() if one is not None}
    )


def _secrets(seen: Seen, answers: asking.Answers) -> StoredSecrets | Unavailable:
    if not seen.may_write:
        return secret_names.HIDDEN
    places = [secret_names.REPOSITORY]
    if seen.about.is_in_organization:
        places.append(secret_names.ORGANIZATION)
    named = [secret_names.environment(name) for name in environments.names_of(seen.environments)]
    shown = seen.environments
    return secret_names.stored_secrets(
        {place: answers.list(asking.SECRETS, place) for place in (*places, *named)},
        {place: answers.list(asking.VARIABLES, place) for place in (*places, *named)},
        more_environments=shown if isinstance(shown, Unavailable) else None,
    )


def _scanning(answers: asking.Answers) -> SecretScanning | Unavailable:
    said = answers.one(asking.ABOUT)
    return scanning.HIDDEN if said is None else scanning.secret_scanning(said)
