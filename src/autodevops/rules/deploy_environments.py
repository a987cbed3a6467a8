"""Staging vs Production Deploy Flow: the environments and what guards them."""

from collections.abc import Iterator, Sequence

from autodevops.facts._deploy_places import Place
from autodevops.facts.deployments import Deployments
from autodevops.facts.environment_names import EnvironmentName, EnvironmentNames
from autodevops.guide.model import Environment, EnvironmentPolicy
from autodevops.model.finding import (
    NotApplicable,
    Severity,
    Unknown,
    Violation,
    at_setting,
    in_file,
)
from autodevops.model.settings import DeployEnvironment, DeployEnvironments
from autodevops.model.snapshot import Unavailable
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Staging vs Production Deploy Flow"
_SETTING = "environments"
_ANY_BRANCH = frozenset({"*", "**", "*/*", "**/*"})


@rule("DF004", "unexpected-environment", section=_SECTION, severity=Severity.LOW, tier="T/G2")
def unexpected_environment(
    names: EnvironmentNames, policy: EnvironmentPolicy
) -> Iterator[Violation | Unknown]:
    """The environments are those of the guide.

    What is merged goes to production; a staging environment in between is another place to keep
    alike and another branch of the truth. Names compare without case. Environments of jobs that
    publish packages or pages (`github-pages`, `pypi`, `npm`), and those that only a run can name,
    are not asked.

    Remedy: Deploy to Preview from pull requests and to Production from the default branch, and
    delete the environment.

    Example:
        deploy:
          environment: staging
        becomes
        deploy:
          environment: Production
    """
    if names.unseen is not None and not names.deploying:
        yield Unknown(reason=names.unseen.reason, needs=names.unseen.needs)
    for name in names.unexpected:
        yield _unexpected(name, policy)


def _unexpected(name: EnvironmentName, policy: EnvironmentPolicy) -> Violation:
    known = [one.name for one in policy.environments]
    protected = [one.name for one in policy.environments if one.protected]
    alias = name.place is Place.PRODUCTION and protected
    where = listed([job.subject for job in name.jobs]) or "GitHub's settings"
    return Violation(
        subject=name.name,
        message=f"the environment {name.name} ({where}) is none of the guide's "
        f"({listed(known)})" + (f"; it seems to be {protected[0]}" if alias else ""),
        at=tuple(in_file(job.path, line) for job, line in name.places) or at_setting(_SETTING),
        evidence={
            "expected": known,
            "actual": name.name,
            "jobs": [job.subject for job in name.jobs],
        },
    )


@rule("DF005", "environment-protection", section=_SECTION, severity=Severity.HIGH, tier="G2")
def environment_protection(
    environments: DeployEnvironments,
    deployments: Deployments | NotApplicable,
    policy: EnvironmentPolicy,
) -> Iterator[Violation | Unknown | NotApplicable]:
    """Production's environment has reviewers and a branch policy.

    They are what stands between anyone who can push a workflow and production's secrets: a job
    of any branch that names the environment is given them unless GitHub refuses the branch or
    somebody has to agree.

    Remedy: In the repository's settings, under Environments, add required reviewers and limit the
    deployment branches and tags to the default branch and version tags.

    Example:
        Settings > Environments > Production
          Required reviewers: off
          Deployment branches and tags: no restriction
        becomes
          Required reviewers: acme/release-managers
          Deployment branches and tags: main, v*
    """
    protected = [one for one in policy.environments if one.protected]
    by_name = {one.name.casefold(): one for one in environments.environments}
    found = [(one, by_name.get(one.name.casefold())) for one in protected]
    if not any(there for _, there in found) and isinstance(deployments, NotApplicable):
        yield NotApplicable(reason=f"there is no environment {listed([x.name for x in protected])}")
        return
    for wanted, there in found:
        lacks = ["reviewers", "a branch policy"] if there is None else _lacks(there)
        if lacks:
            yield _unprotected(wanted, there, lacks)
        if there is not None and isinstance(there.branch_policy, Unavailable):
            yield Unknown(reason=there.branch_policy.reason, needs=there.branch_policy.needs)


def _lacks(environment: DeployEnvironment) -> list[str]:
    patterns = environment.branch_policy
    known = () if isinstance(patterns, Unavailable) else patterns
    is_open = known is None or not _ANY_BRANCH.isdisjoint(known)
    return [
        *(["reviewers"] if not environment.reviewers else []),
        *(["a branch policy"] if is_open else []),
    ]


def _unprotected(
    wanted: Environment, there: DeployEnvironment | None, lacks: Sequence[str]
) -> Violation:
    name = wanted.name if there is None else there.name
    what = f"lacks {' and '.join(lacks)}"
    return Violation(
        subject=name,
        message=f"there is no environment {name} to guard deployments"
        if there is None
        else f"the environment {name} {what}",
        at=at_setting(f"{_SETTING}/{name}"),
        evidence={
            "expected": "reviewers and a branch policy",
            "reviewers": None if there is None else there.reviewers,
            "branch_policy": list(there.branch_policy)
            if there is not None and isinstance(there.branch_policy, tuple)
            else None,
            "exists": there is not None,
        },
    )
