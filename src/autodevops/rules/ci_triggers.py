"""CI Pipelines Per Service: each job runs when the guide says."""

from collections.abc import Iterator

from autodevops.facts.occasions import Occasion, Occasions
from autodevops.facts.pipeline import Pipeline
from autodevops.facts.services import Services
from autodevops.facts.skipped_jobs import SkippedJobs
from autodevops.facts.tag_deploys import TagDeploys
from autodevops.facts.workflows import Job, Workflow
from autodevops.guide.model import JobKind, Trigger, WorkflowPolicy
from autodevops.model.finding import Location, NotApplicable, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "CI Pipelines Per Service"
_CHANGES = (Occasion.PUSH, Occasion.PULL_REQUEST)


@rule("CI003", "job-not-always", section=_SECTION, severity=Severity.MEDIUM)
def job_not_always(skipped: SkippedJobs) -> Iterator[Violation | NotApplicable]:
    """The jobs that the guide runs always have no path filter or condition that skips them.

    A required check that is skipped counts as passed, so a change that the filter misjudges is
    merged untested. Conditions that only keep out forks, bots, drafts or a second run of the same
    change are fine.

    Remedy: Take the filter or condition away; make the job quick where nothing changed instead.

    Example:
        on:
          pull_request:
            paths: [app/**]   # remove
    """
    if not skipped.judged:
        yield NotApplicable(reason="there is none of the jobs that the guide runs always")
    for skips in skipped.skips:
        job = skips[0].job
        texts = list(dict.fromkeys(skip.text for skip in skips))
        yield Violation(
            subject=job.subject,
            message=f"{job.id} in {job.path} does not run always: {listed(texts)}",
            at=tuple(dict.fromkeys(in_file(skip.path, skip.line) for skip in skips)),
            evidence={"skipped_by": texts},
        )


@rule("CI014", "wrong-trigger", section=_SECTION, severity=Severity.HIGH)
def wrong_trigger(
    pipeline: Pipeline,
    occasions: Occasions,
    services: Services,
    deploys: TagDeploys | NotApplicable,
    policy: WorkflowPolicy,
) -> Iterator[Violation | NotApplicable]:
    """CI runs on pushes and pull requests to the trunk, build on it, deploy on it and on tags.

    A test that does not run before the merge comes too late; one that does not run on the trunk
    says nothing about what is released. What is deployed is the trunk, and each version by its tag.

    Remedy: Set the workflow's `on:`.

    Example:
        on:
          push:
            branches: [main]
            tags: ["v*"]     # where the deploy is
          pull_request:
    """
    checked = _checking(pipeline, policy)
    if not checked and not any(role.jobs for role in pipeline.roles):
        yield NotApplicable(reason="no workflow tests, builds or deploys by the guide's names")
    yield from _unchecked(checked, occasions)
    for role in pipeline.of_kind(JobKind.BUILD) if services.of_code else ():
        if role.certain and not any(occasions.may_run(job, Occasion.PUSH) for job in role.certain):
            yield _late(role.certain, [Occasion.PUSH], occasions)
    if isinstance(deploys, TagDeploys) and services.of_code:
        missing = [
            occasion
            for occasion in (Occasion.PUSH, Occasion.TAG)
            if not any(occasions.may_run(job, occasion) for job in deploys.jobs)
        ]
        if missing:
            yield _late(deploys.jobs, missing, occasions)


def _checking(pipeline: Pipeline, policy: WorkflowPolicy) -> dict[str, list[Job]]:
    """Return the jobs that check every change, by what they are for; else all of `ci.yml`."""
    found = {
        role.wanted.name: list(role.certain)
        for role in pipeline.roles
        if role.wanted.trigger is Trigger.ALWAYS and role.certain
    }
    if found:
        return found
    stems = {workflow.path.rpartition(".")[0] for workflow in policy.workflows[:1]}
    for workflow in pipeline.workflows.files:
        if workflow.path.rpartition(".")[0] in stems and workflow.jobs:
            return {workflow.path: list(workflow.jobs)}
    return {}


def _unchecked(checked: dict[str, list[Job]], occasions: Occasions) -> Iterator[Violation]:
    """Yield, for each workflow, the changes that none of its jobs for them runs on."""
    missing: dict[str, dict[Occasion, list[str]]] = {}
    for name, jobs in checked.items():
        workflows = [occasions.workflows.by_path[job.path] for job in jobs]
        for occasion in _CHANGES:
            if any(_is_started(workflow, occasion, occasions) for workflow in workflows):
                continue
            names = missing.setdefault(jobs[0].path, {}).setdefault(occasion, [])
            names.append(name)
    for path, by_occasion in missing.items():
        workflow = occasions.workflows.by_path[path]
        late = list(dict.fromkeys(name for names in by_occasion.values() for name in names))
        what = path if late == [path] else f"{listed(late, 6)} in {path}"
        yield Violation(
            subject=path,
            message=f"{what} {'does' if len(late) == 1 else 'do'} not run on "
            f"{' or '.join(by_occasion)} ({occasions.default_branch})",
            at=_on(workflow),
            evidence={
                "runs_on": [trigger.event for trigger in workflow.triggers],
                "missing": [str(occasion) for occasion in by_occasion],
                "jobs": late,
            },
        )


def _is_started(workflow: Workflow, occasion: Occasion, occasions: Occasions) -> bool:
    """Tell whether an occasion starts a workflow; the merge queue tests a push before it is one."""
    queued = occasion is Occasion.PUSH and bool(workflow.on("merge_group"))
    return queued or occasions.starts(workflow, occasion)


def _late(jobs: tuple[Job, ...], missing: list[Occasion], occasions: Occasions) -> Violation:
    """Return what is wrong when none of these jobs runs on an occasion."""
    names = listed([job.subject for job in jobs])
    return Violation(
        subject=jobs[0].subject,
        message=f"{names} {'does' if len(jobs) == 1 else 'do'} not run on {' or '.join(missing)}"
        + (f" ({occasions.default_branch})" if Occasion.PUSH in missing else ""),
        at=tuple(in_file(job.path, job.line) for job in jobs),
        evidence={
            "missing": [str(occasion) for occasion in missing],
            "conditions": [job.condition.text if job.condition else None for job in jobs],
        },
    )


def _on(workflow: Workflow) -> Location:
    return in_file(workflow.path, workflow.root.key_line("on"))
