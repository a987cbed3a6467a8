"""The guide's jobs against those there are, and what runs when."""

from autodevops.facts.occasions import Answer, Occasion, Occasions
from autodevops.facts.pipeline import GuideRole, Pipeline
from autodevops.facts.strength import Strength, Weakness
from autodevops.facts.workflows import Job, Workflow, Workflows
from autodevops.model.finding import NotApplicable
from autodevops.model.table import Table

_BY_THEMSELVES = {"schedule": "schedule", "workflow_dispatch": "by hand"}
"""Events that no push or pull request is, and what people call them."""
_WEAK = {
    Weakness.WHOLE: "can't fail",
    Weakness.PART: "can't fail in part",
    Weakness.ASIDE: "runs",
}


def workflows_view(pipeline: Pipeline, strength: Strength | NotApplicable) -> Table:
    """Jobs that the guide expects, and those there are."""
    weak = strength.weak if isinstance(strength, Strength) else ()
    weakness = {one.job.subject: one.weakness for one in weak}
    return Table(
        title="Expected jobs",
        columns=("expected", "kind", "actual", "status"),
        rows=tuple(row for role in pipeline.roles for row in _expected(role, weakness)),
        notes=_unread(pipeline.workflows),
    )


def events_view(workflows: Workflows, occasions: Occasions) -> Table:
    """Jobs, and the events that run them."""
    return Table(
        title="What runs when",
        columns=("job", *Occasion, "else"),
        rows=tuple(
            (
                job.subject,
                *(_runs(workflow, job, occasion, occasions) for occasion in Occasion),
                ", ".join(sorted(_others(workflow))),
            )
            for workflow in workflows.files
            for job in workflow.jobs
        ),
        notes=_unread(workflows),
    )


def _expected(role: GuideRole, weakness: dict[str, Weakness]) -> list[tuple[str, ...]]:
    wanted = (role.wanted.name, role.wanted.kind.value)
    if not role.jobs:
        return [(*wanted, "", "missing" if role.is_demanded else "not demanded here")]
    return [
        (*wanted, job.subject, _WEAK[weakness[job.subject]] if job.subject in weakness else "runs")
        for job in role.jobs
    ]


def _runs(workflow: Workflow, job: Job, occasion: Occasion, occasions: Occasions) -> str:
    if not occasions.starts(workflow, occasion):
        return "no"
    answer: Answer = occasions.runs(job, occasion)
    match answer.runs:
        case False:
            return "no"
        case None:
            return f"if {answer.reason}"
        case True:
            return "for some paths" if occasions.filters(workflow, occasion) else "yes"


def _others(workflow: Workflow) -> set[str]:
    events = {trigger.event for trigger in workflow.triggers}
    return {told for event, told in _BY_THEMSELVES.items() if event in events}


def _unread(workflows: Workflows) -> tuple[str, ...]:
    return tuple(f"{one.path} can't be read as a workflow" for one in workflows.invalid)
