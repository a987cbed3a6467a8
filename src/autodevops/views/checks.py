"""Required checks against the jobs that report them."""

from autodevops.facts.check_names import CheckNames, RequiredJob
from autodevops.facts.workflows import Workflows
from autodevops.model.finding import NotApplicable
from autodevops.model.settings import Protection
from autodevops.model.snapshot import Unavailable
from autodevops.model.table import Table


def checks_view(
    workflows: Workflows,
    protection: Protection | Unavailable,
    names: CheckNames | Unavailable | NotApplicable,
) -> Table:
    """Required checks, and the jobs that report them."""
    reporters: dict[str, list[str]] = {}
    for job in workflows.jobs:
        for name in job.check_names or ():
            reporters.setdefault(name, []).append(job.subject)
    known = isinstance(protection, Protection)
    required = protection.required_checks if isinstance(protection, Protection) else ()
    undecided = {one.name for one in names.undecided} if isinstance(names, CheckNames) else set()
    wanted = {one.job.subject: one for one in (names.jobs if isinstance(names, CheckNames) else ())}
    rows = [
        (
            check.name,
            check.source,
            ", ".join(reporters.get(check.name, ())),
            _status(check.name, reporters, undecided, app=check.app),
        )
        for check in required
    ]
    told = {check.name for check in required}
    rows += [
        (name, "", ", ".join(jobs), _not_required(jobs, wanted) if known else "unknown")
        for name, jobs in sorted(reporters.items())
        if name not in told
    ]
    unseen = protection.unseen if isinstance(protection, Protection) else protection
    open_jobs = [job.subject for job in workflows.jobs if job.check_names is None]
    return Table(
        title="Required checks",
        columns=("check", "required by", "reported by", "status"),
        rows=tuple(rows),
        notes=(
            *([] if unseen is None else [unseen.reason]),
            *(f"only a run can tell the names of the checks of {job}" for job in open_jobs),
        ),
    )


def _status(
    name: str, reporters: dict[str, list[str]], undecided: set[str], *, app: str | None
) -> str:
    if name in reporters:
        return "required and reported"
    if name in undecided:
        return "may be reported"
    if app not in {None, "github-actions"} or "/" in name:
        return f"reported by {app or 'another app'}"
    return "no job reports it: nothing can be merged"


def _not_required(jobs: list[str], wanted: dict[str, RequiredJob]) -> str:
    demanded = [wanted[job] for job in jobs if job in wanted]
    if any(not one.is_required for one in demanded):
        return "not required, the guide demands it"
    return "required through a job that waits for it" if demanded else "not required"
