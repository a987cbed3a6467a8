"""Mono-Repo vs Multi-Repo Trade-offs: signs that one repository no longer carries it all."""

from collections.abc import Iterator
from datetime import timedelta

from autodevops.facts.cadence import Cadences
from autodevops.facts.commits import Authors
from autodevops.facts.ownership import Ownership
from autodevops.facts.services import Services
from autodevops.guide.model import Service, TeamPolicy, WorkflowPolicy
from autodevops.model.finding import NotApplicable, Severity, Violation, at_ref, in_file
from autodevops.model.settings import CiRuns, Run
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Mono-Repo vs Multi-Repo Trade-offs"
_MOSTLY_SHARED = 0.5
_MINUTE = timedelta(minutes=1)


@rule("MR001", "ci-duration", section=_SECTION, severity=Severity.MEDIUM, tier="G2")
def ci_duration(runs: CiRuns, policy: WorkflowPolicy) -> Iterator[Violation | NotApplicable]:
    """Nearly every run of CI on the trunk takes less than 30 minutes.

    Half an hour is where people stop waiting for CI and start to merge around it; the guide takes
    it as a sign to split the repository. Judged is the 95th percentile of the last 100 successful
    runs.

    Remedy: Cache dependencies, run jobs side by side, test only what a change can break; if that
    is not enough, split what builds slowest into a repository of its own.

    Example:
        # before: 17 minutes, and then 18 more
        frontend-test:
          needs: backend-test
        # after: both at once, 18 minutes in all
        frontend-test:
          runs-on: ubuntu-24.04
    """
    median = runs.at_percentile(50, newest=policy.runs_window)
    if median is None:
        yield NotApplicable(reason="there are no successful CI runs on the default branch")
        return
    p95 = runs.slow(policy.ci_limit)
    if p95 is None:
        return
    slowest = f", most of it in {p95.slowest_job}" if p95.slowest_job else ""
    yield Violation(
        subject=p95.workflow,
        message=f"CI takes {_minutes(p95)} minutes at the 95th percentile{slowest}; "
        f"the limit is {policy.duration_limit_minutes}",
        at=in_file(p95.workflow),
        evidence={
            "n": len(runs.runs[: policy.runs_window]),
            "p50_minutes": _minutes(median),
            "p95_minutes": _minutes(p95),
            "slowest_job": p95.slowest_job,
            "run": p95.id,
        },
    )


@rule("MR002", "team-size", section=_SECTION, severity=Severity.INFO, tier="H")
def team_size(authors: Authors, policy: TeamPolicy) -> Iterator[Violation]:
    """Fewer than 20 people have committed to the trunk in the last 90 days.

    The guide recommends one repository for teams below that size: beyond it, people wait for each
    other's pipelines and releases. `.mailmap` is applied and automation doesn't count.

    Remedy: See whether services with people of their own should have repositories of their own; if
    one person is counted twice, add a line to `.mailmap`.

    Example:
        # .mailmap: one person with two addresses counts once
        Ada Example <ada@example.com> <ada@laptop.example.com>
    """
    count = len(authors.humans)
    if count < policy.engineers:
        return
    yield Violation(
        subject="team",
        message=f"{count} people committed in the last {policy.window_days} days; one repository "
        f"carries fewer than {policy.engineers}",
        evidence={
            "authors": [author.person.name for author in authors.humans],
            "commits": [author.commits for author in authors.humans],
            "bots": authors.bots,
        },
    )


@rule("MR003", "release-cadence", section=_SECTION, severity=Severity.INFO, tier="H")
def release_cadence(cadences: Cadences) -> Iterator[Violation]:
    """The services share one release cadence.

    Services that are tagged apart (`api-v1.2.0`, `frontend-v3.0.1`) have release trains of their
    own, which is what separate repositories are for.

    Remedy: Release the services together under one `vX.Y.Z` tag, or split the ones that need their
    own cadence.

    Example:
        before: api-v1.2.0 on one commit, frontend-v3.0.1 on another
        after:  v1.3.0 on one commit, for both
    """
    if not cadences.services[1:] or cadences.shared > _MOSTLY_SHARED:
        return
    names = [one.service.name for one in cadences.services]
    yield Violation(
        subject="services",
        message=f"{listed(names, most=9)} are released apart, by tags such as "
        f"{listed([one.tags[-1] for one in cadences.services], most=9)}",
        at=tuple(at_ref(one.tags[-1]) for one in cadences.services),
        evidence={
            "releases": {one.service.name: len(one.commits) for one in cadences.services},
            "shared": round(cadences.shared, 2),
            "commits": dict(cadences.changes),
            "days": cadences.days,
        },
    )


@rule("MR004", "security-boundary", section=_SECTION, severity=Severity.INFO)
def security_boundary(
    ownership: Ownership, services: Services
) -> Iterator[Violation | NotApplicable]:
    """No service is owned by a team that owns nothing else of the services.

    A team of its own often stands for a boundary of its own, and a repository can't keep people
    from reading what the others hold.

    Remedy: If the service needs isolation, move it to a repository of its own; if not, let the
    teams own across services.

    Example:
        before: /app/     @acme/backend
                /workers/ @acme/payments
        after:  /app/     @acme/backend
                /workers/ @acme/payments @acme/backend
    """
    owned = {service.name: _owners(service, ownership) for service in services.of_code}
    if not services.of_code[1:]:
        yield NotApplicable(reason="there are not two services to compare")
        return
    for service in services.of_code:
        own = owned[service.name]
        others = frozenset[str]().union(
            *(owners for name, owners in owned.items() if name != service.name)
        )
        if not own or own & others or not all(_is_team(owner) for owner in own):
            continue
        line = next(line for line in ownership.deciding(f"{service.folder}/") if line)
        yield Violation(
            subject=service.name,
            message=f"{service.folder}/ is owned by {listed(sorted(own))}, who own no other "
            "service; a shared repository gives it no boundary",
            at=in_file(ownership.codeowners.path, line.line),
            evidence={"owners": sorted(own), "others": sorted(others)},
        )


def _owners(service: Service, ownership: Ownership) -> frozenset[str]:
    lines = ownership.deciding(f"{service.folder}/")
    return frozenset(owner.key for line in lines if line for owner in line.owners)


def _is_team(key: str) -> bool:
    return key.startswith("@") and "/" in key


def _minutes(run: Run) -> float:
    return round(run.duration / _MINUTE, 1)
