"""Required checks held against the checks that jobs really report."""

from collections.abc import Iterable
from dataclasses import dataclass

from autodevops.facts._api import fact
from autodevops.facts.workflows import Job, Workflows
from autodevops.guide.model import WorkflowPolicy, job_key
from autodevops.model.settings import Protection, RequiredCheck

_ACTIONS = "github-actions"


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredJob:
    """One of the guide's jobs that a pull request should need."""

    name: str
    """Its name in the guide."""
    job: Job
    """The job."""
    is_required: bool
    """Whether all its checks are required, or a check that waits for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckNames:
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
    covered = {job.subject for job in _waited_for(workflows, required)}
    reported = {name for job in workflows.jobs for name in job.check_names or ()}
    is_open = any(job.check_names is None for job in workflows.jobs)
    unmatched = tuple(
        check
        for check in protection.required_checks
        if check.name not in reported and _is_of_actions(check)
    )
    return CheckNames(
        jobs=tuple(
            RequiredJob(
                name=wanted.name,
                job=job,
                is_required=job.subject in covered or _is_required(job, required),
            )
            for wanted in policy.required_checks
            if (job := _find(workflows, wanted.name)) is not None
        ),
        unreported=() if is_open else unmatched,
        undecided=unmatched if is_open else (),
        reported=tuple(sorted(reported)),
    )


def _find(workflows: Workflows, name: str) -> Job | None:
    wanted = job_key(name)
    return next(
        (job for job in workflows.jobs if wanted in {job_key(job.id), job_key(job.name or "")}),
        None,
    )


def _is_required(job: Job, required: set[str]) -> bool:
    """Tell whether a job's checks are required; of one that only a run can tell, assume so."""
    return job.check_names is None or (bool(job.check_names) and required >= {*job.check_names})


def _waited_for(workflows: Workflows, required: set[str]) -> Iterable[Job]:
    """Yield the jobs that a job with a required check waits for, directly or not."""
    for workflow in workflows.files:
        waiting = [job for job in workflow.jobs if required.intersection(job.check_names or ())]
        seen = {job.id for job in waiting}
        while waiting:
            for need in waiting.pop().needs:
                job = workflow.job(need.text)
                if job is not None and job.id not in seen:
                    seen.add(job.id)
                    waiting.append(job)
                    yield job


def _is_of_actions(check: RequiredCheck) -> bool:
    """Tell whether a check is one that a workflow should report.

    `codecov/patch` and the like come from other apps; `CI / test` is what GitHub's pages show for
    the job `test` of the workflow `CI`, and is no check's name.
    """
    if check.app is not None:
        return check.app == _ACTIONS
    return "/" not in check.name or " / " in check.name
