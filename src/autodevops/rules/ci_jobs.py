"""CI Pipelines Per Service: the guide's workflows and jobs are there, in the guide's order."""

from collections.abc import Iterator, Sequence
from posixpath import splitext

from autodevops.facts.occasions import Occasion, Occasions
from autodevops.facts.pipeline import GuideRole, Pipeline, ignores_failures
from autodevops.facts.service_jobs import ServiceJobs
from autodevops.facts.services import Services
from autodevops.facts.tag_deploys import TagDeploys
from autodevops.facts.workflows import Job
from autodevops.guide.model import JobKind, WorkflowPolicy
from autodevops.model.finding import (
    NotApplicable,
    Safety,
    Severity,
    Violation,
    in_file,
)
from autodevops.model.snapshot import Snapshot
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "CI Pipelines Per Service"


@rule("CI001", "workflow-missing", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def workflow_missing(
    services: Services, policy: WorkflowPolicy, snapshot: Snapshot
) -> Iterator[Violation | NotApplicable]:
    """The guide's workflows exist.

    Tests, commit messages and metrics are checked by machines, in files that everyone finds under
    the same name. `.yml` and `.yaml` are the same.

    Remedy: Add the workflow, or rename the one that does this today.

    Example:
        .github/workflows/tests.yml
        becomes
        .github/workflows/ci.yml
        .github/workflows/commitlint.yml
        .github/workflows/monitoring_checks.yml
    """
    if not services.is_platform:
        yield NotApplicable(reason=services.why_not_platform)
        return
    for workflow in policy.workflows:
        stem = splitext(workflow.path)[0]
        if not any(stem + ending in snapshot.by_path for ending in (".yml", ".yaml")):
            yield Violation(
                subject=workflow.path,
                message=f"{workflow.path} is missing ({workflow.purpose})",
                at=in_file(workflow.path),
                evidence={"purpose": workflow.purpose},
            )


@rule("CI002", "job-missing", section=_SECTION, severity=Severity.MEDIUM)
def job_missing(
    services: Services, pipeline: Pipeline, policy: WorkflowPolicy
) -> Iterator[Violation | NotApplicable]:
    """The guide's jobs exist.

    Each job answers for one thing; a missing one is a thing that nobody checks. Jobs are found by
    id or name, letters' case and dashes aside. A job for a service, or for `infra/`, is only asked
    for where that is.

    Remedy: Add the job under the guide's name, or rename the job that does its work.

    Example:
        jobs:
          python:
            steps: [{uses: actions/checkout@v5}, {run: pytest}]
        becomes
        jobs:
          backend-test:   # or `name: Backend Test`
            steps: [{uses: actions/checkout@v5}, {run: pytest}]
    """
    if not services.is_platform:
        yield NotApplicable(reason=services.why_not_platform)
        return
    if pipeline.workflows.invalid:
        return  # the missing job may stand in a file that can't be read: a gap says so
    known = [job.id for job in pipeline.workflows.jobs]
    for role in pipeline.roles:
        if role.jobs or not role.is_demanded:
            continue
        served = [*role.wanted.services, *role.wanted.paths]
        yield Violation(
            subject=role.wanted.name,
            message=f"no workflow has the job {role.wanted.name}"
            + (f" ({listed(served)})" if served else ""),
            at=in_file(policy.workflows[0].path),
            evidence={"job": role.wanted.name, "jobs": known[:100]},
        )


@rule(
    "CI004",
    "integration-order",
    section=_SECTION,
    severity=Severity.MEDIUM,
    fix=Safety.UNSAFE,
)
def integration_order(pipeline: Pipeline) -> Iterator[Violation | NotApplicable]:
    """The integration test waits for every unit-test job.

    Integration tests are slow and say little about where a fault is; they run once the units are
    known to work.

    Remedy: Name the unit-test jobs in its `needs`.

    Example:
        integration-test:
          needs: [backend-test]                                # before
          needs: [backend-test, frontend-test, workers-test]   # after
    """
    units = [role for role in pipeline.of_kind(JobKind.UNIT_TEST) if role.certain]
    jobs = [job for role in pipeline.of_kind(JobKind.INTEGRATION) for job in role.certain]
    if not units or not jobs:
        yield NotApplicable(reason="there is no integration test beside unit tests")
    for job in jobs:
        yield from _unawaited(job, units, pipeline)


@rule("CI005", "ungated-deploy", section=_SECTION, severity=Severity.HIGH, fix=Safety.UNSAFE)
def ungated_deploy(
    pipeline: Pipeline, occasions: Occasions, deploys: TagDeploys | NotApplicable
) -> Iterator[Violation | NotApplicable]:
    """Build and deploy wait for every test, the security scan and the lint of the infrastructure.

    What is not waited for can't stop a release: it goes out while its tests fail. `needs` counts
    directly or through other jobs, and so does `workflow_run` with a look at the conclusion.
    `if: always()` takes the gate away unless the condition asks for `needs.X.result`. A test of
    what was built or deployed, which waits for it itself, is no gate.

    Remedy: Name the jobs in `needs`, and drop `always()` from the condition.

    Example:
        deploy:
          needs: [build]
          if: always()
        becomes
        deploy:
          needs: [build, security-scan, backend-test]
    """
    kinds = (JobKind.SCAN, JobKind.UNIT_TEST, JobKind.LINT, JobKind.INTEGRATION)
    gates = [role for role in pipeline.of_kind(*kinds) if role.certain]
    jobs = {
        job.subject: job
        for role in pipeline.of_kind(JobKind.BUILD, JobKind.DEPLOY)
        for job in role.certain
    }
    if isinstance(deploys, TagDeploys):
        jobs |= {job.subject: job for job in deploys.jobs}
    released = [job for job in jobs.values() if _goes_out(job, occasions)]
    if not gates or not released:
        yield NotApplicable(reason="nothing is built or deployed behind the guide's tests")
        return
    for job in released:
        yield from _unawaited(job, gates, pipeline)


def _goes_out(job: Job, occasions: Occasions) -> bool:
    """Tell whether a push to the trunk or a tag starts a job."""
    return any(occasions.may_run(job, occasion) for occasion in (Occasion.PUSH, Occasion.TAG))


def _unawaited(job: Job, roles: Sequence[GuideRole], pipeline: Pipeline) -> Iterator[Violation]:
    """Yield what is wrong when a job does not wait for all of these roles."""
    awaited = pipeline.waits_for(job)
    missing = [
        role.wanted.name
        for role in roles
        if not any(other.subject in awaited or other == job for other in role.certain)
        and not any(job.subject in pipeline.waits_for(other) for other in role.certain)
    ]
    if not missing:
        return
    how = ""
    if ignores_failures(job) and job.condition is not None and job.needs:
        how = f"; its condition ({job.condition.text.strip()}) lets it run whatever they end with"
    yield Violation(
        subject=job.subject,
        message=f"{job.id} in {job.path} does not wait for {listed(missing, 6)}{how}",
        at=in_file(job.path, job.line),
        evidence={
            "needs": [need.text for need in job.needs],
            "missing": missing,
            "condition": job.condition.text if job.condition else None,
        },
    )


@rule("CI008", "service-without-job", section=_SECTION, severity=Severity.MEDIUM)
def service_without_job(found: ServiceJobs) -> Iterator[Violation]:
    """Each service has a job that builds or tests it.

    A service that no job touches breaks unnoticed. A job counts when it is the guide's for the
    service, is named after it, or builds, tests or lints in its folder or the whole repository.
    Where the guide's own job for a service is missing, `job-missing` says so.

    Remedy: add a job that builds and tests the service.
    """
    for service in found.idle:
        yield Violation(
            subject=service.name,
            message=f"no job builds or tests {service.folder}/ ({service.name})",
            at=in_file(service.folder or service.name),
            evidence={"service": service.name, "folder": service.folder, "jobs": list(found.jobs)},
        )
