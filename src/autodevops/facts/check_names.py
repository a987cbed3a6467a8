"""Required checks held against the checks that jobs really report."""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._reported_checks import ReportedCheck, ReportedChecks, reported_checks
from autodevops.facts.workflows import Job, Workflows
from autodevops.guide.model import WorkflowPolicy, job_key
from autodevops.model.patterns import regex
from autodevops.model.settings import Protection, RequiredCheck

_ACTIONS = "github-actions"
# GitHub's own scanning reports these without a workflow in the repository.
_BY_GITHUB = regex(r"(?i)codeql|analyze( \([a-z0-9+#, -]{1,60}\))?|dependabot")
_BY_OTHERS = regex(
    r"(?i)dco|wip|(cla|vercel|netlify|deploy preview|railway|coderabbit|semantic[ -]pr"
    r"|semantic[ -]pull[ -]request|pre-commit\.ci|sonarcloud|sonarqube|codacy|snyk|gitguardian"
    r"|socket security|codecov|mergify|travis ci|buildkite|chromatic|easycla)([ :/-].{0,100})?"
)


class RequiredJob(Struct, frozen=True, kw_only=True):
    """One of the guide's jobs that a pull request should need."""

    name: str
    """Its name in the guide."""
    job: Job
    """The job."""
    is_required: bool
    """Whether all its checks are required, or a check that waits for it."""


class CheckNames(Struct, frozen=True, kw_only=True):
    """The required checks and who reports them."""

    jobs: tuple[RequiredJob, ...]
    """The guide's jobs that there are."""
    unreported: tuple[RequiredCheck, ...]
    """Required checks that no job reports."""
    undecided: tuple[RequiredCheck, ...]
    """Those that a job may report whose names only a run can tell."""
    reported: tuple[str, ...]
    """Names of the checks that jobs report, sorted."""


@fact
def check_names(protection: Protection, workflows: Workflows, policy: WorkflowPolicy) -> CheckNames:
    """Hold required checks and jobs against each other."""
    required = {check.name for check in protection.required_checks}
    reports = reported_checks(workflows)
    covered = {job.subject for job in _waited_for(workflows, reports, required)}
    reported = reports.names
    unmatched = tuple(
        check
        for check in protection.required_checks
        if check.name not in reported and _is_of_actions(check)
    )
    beginnings = reports.beginnings
    undecided = tuple(check for check in unmatched if check.name.startswith(beginnings))
    return CheckNames(
        jobs=tuple(
            RequiredJob(
                name=wanted.name,
                job=job,
                is_required=job.subject in covered or _is_required(reports.of(job), required),
            )
            for wanted in policy.required_checks
            if (job := _find(workflows, wanted.name)) is not None
        ),
        unreported=tuple(check for check in unmatched if check not in undecided),
        undecided=undecided,
        reported=tuple(sorted(reported)),
    )


def _find(workflows: Workflows, name: str) -> Job | None:
    wanted = job_key(name)
    return next((job for job in workflows.jobs if wanted in map(job_key, _names(job))), None)


def _names(job: Job) -> tuple[str, ...]:
    return (job.id, job.name or "", *(job.check_names or ()))


def _is_required(checks: Sequence[ReportedCheck], required: set[str]) -> bool:
    """Tell whether all that a job reports is required; what only a run can tell is taken as so."""
    return bool(checks) and all(not one.is_whole or one.name in required for one in checks)


def _waited_for(workflows: Workflows, reports: ReportedChecks, required: set[str]) -> Iterable[Job]:
    """Yield the jobs that a job with a required check waits for, directly or not."""
    for workflow in workflows.files:
        waiting = [
            job
            for job in workflow.jobs
            if any(one.is_whole and one.name in required for one in reports.of(job))
        ]
        seen = {job.id for job in waiting}
        while waiting:
            for need in waiting.pop().needs:
                job = workflow.job(need.text)
                if job is not None and job.id not in seen:
                    seen.add(job.id)
                    waiting.append(job)
                    yield job


def _is_of_actions(check: RequiredCheck) -> bool:
    """Tell whether a check is one that a workflow of this repository should report.

    `codecov/patch` and the like come from other apps; `CI / test` is what GitHub's pages show for
    the job `test` of the workflow `CI`, and is no check's name.
    """
    if _BY_GITHUB.fullmatch(check.name):
        return False
    if check.app is not None:
        return check.app == _ACTIONS
    if _BY_OTHERS.fullmatch(check.name):
        return False
    return "/" not in check.name or " / " in check.name
