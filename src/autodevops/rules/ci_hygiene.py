"""CI Pipelines Per Service: jobs end in time, deploys take turns, scanners see the history."""

from collections.abc import Iterator

from autodevops.facts._expressions import evaluate, truth
from autodevops.facts._yaml_nodes import Mapping
from autodevops.facts.history_scans import HistoryScans
from autodevops.facts.occasions import Occasion, Occasions
from autodevops.facts.tag_deploys import TagDeploys
from autodevops.facts.workflows import Job, Workflows
from autodevops.model.finding import NotApplicable, Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, listed

_SECTION = "CI Pipelines Per Service"
_MOST_PLACES = 100
_PULL_REQUESTS = {"pull_request", "pull_request_target"}


@rule("CI011", "shallow-secret-scan", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.SAFE)
def shallow_secret_scan(scans: HistoryScans) -> Iterator[Violation | NotApplicable]:
    """A secret scanner that reads history is given history.

    `actions/checkout` fetches one commit by default; a scanner that walks the commits then sees
    nothing of them and reports success.

    Remedy: Set `fetch-depth: 0` on the checkout.

    Example:
        - uses: actions/checkout@v5
          with:
            fetch-depth: 0   # added
        - uses: gitleaks/gitleaks-action@v2
    """
    if not scans.scans:
        yield NotApplicable(reason="no workflow scans the history for secrets")
    for scan in scans.scans:
        if scan.depth is None:
            continue
        yield Violation(
            subject=scan.job.subject,
            message=f"{scan.scanner} in {scan.job.subject} reads history, but the checkout fetches "
            f"{counted(scan.depth, 'commit')}",
            at=(
                in_file(scan.checkout.path, scan.checkout.line),
                in_file(scan.path, scan.line),
            ),
            evidence={"scanner": scan.scanner, "fetch_depth": scan.depth, "expected": 0},
        )


@rule("CI012", "job-timeout", section=_SECTION, severity=Severity.LOW, fix=Safety.UNSAFE)
def job_timeout(workflows: Workflows) -> Iterator[Violation | NotApplicable]:
    """Jobs set a time limit.

    A job that hangs holds its runner for six hours, and everything that waits for it. A job that
    only calls a workflow can't have a limit; one whose steps all have theirs needs none.

    Remedy: Set `timeout-minutes` to a few times what the job takes.

    Example:
        backend-test:
          runs-on: ubuntu-latest
        becomes
        backend-test:
          runs-on: ubuntu-latest
          timeout-minutes: 15
    """
    if not workflows.jobs:
        yield NotApplicable(reason="there are no workflows")
    for workflow in workflows.files:
        without = [job for job in workflow.jobs if not _is_limited(job)]
        if without:
            names = [job.id for job in without]
            limited = "has" if len(without) == 1 else "have"
            yield Violation(
                subject=workflow.path,
                message=f"{listed(names)} in {workflow.path} {limited} no timeout-minutes",
                at=tuple(in_file(job.path, job.line) for job in without[:_MOST_PLACES]),
                evidence={"jobs": names[:_MOST_PLACES], "default_minutes": 360},
            )


def _is_limited(job: Job) -> bool:
    steps = [step.node for step in job.steps if step.node is not None]
    return (
        job.timeout is not None
        or job.uses is not None
        or not steps
        or all(step.get("timeout-minutes") is not None for step in steps)
    )


@rule("CI013", "concurrency", section=_SECTION, severity=Severity.LOW, fix=Safety.UNSAFE)
def concurrency(deploys: TagDeploys, occasions: Occasions) -> Iterator[Violation]:
    """Workflows that deploy take turns, and a running deploy is not cancelled.

    Two deploys at once leave an older version live, or a mixture; a cancelled one leaves half of
    each.

    Remedy: Give the workflow or the job a `concurrency` group, without `cancel-in-progress`.

    Example:
        concurrency:
          group: deploy-production
          cancel-in-progress: false
    """
    paths = dict.fromkeys(job.path for job in deploys.jobs)
    for path in paths:
        workflow = occasions.workflows.by_path[path]
        if {trigger.event for trigger in workflow.triggers} <= _PULL_REQUESTS:
            continue  # a preview: the newest is the one that counts
        jobs = [job for job in deploys.jobs if job.path == path]
        alone = [job for job in jobs if not _groups(job, occasions)]
        cancelled = [job for job in jobs if _is_cancelled(job, occasions)]
        if not alone and not cancelled:
            continue
        faults = (
            [f"{listed([job.id for job in alone])} without a concurrency group"] if alone else []
        )
        if cancelled:
            faults.append(f"{listed([job.id for job in cancelled])} with cancel-in-progress")
        yield Violation(
            subject=path,
            message=f"{path} deploys in {' and '.join(faults)}",
            at=tuple(in_file(path, job.line) for job in (*alone, *cancelled)),
            evidence={
                "without_group": [job.id for job in alone],
                "cancelled": [job.id for job in cancelled],
            },
        )


def _groups(job: Job, occasions: Occasions) -> list[Mapping | None]:
    """Return the `concurrency` of a job, its workflow and those that call it; None for a name."""
    workflow = occasions.workflows.by_path[job.path]
    nodes = [job.concurrency, workflow.concurrency]
    if workflow.is_reusable:
        for caller in occasions.workflows.jobs:
            if occasions.workflows.called_by(caller) is workflow:
                nodes += [caller.concurrency, occasions.workflows.by_path[caller.path].concurrency]
    return [node if isinstance(node, Mapping) else None for node in nodes if node is not None]


def _is_cancelled(job: Job, occasions: Occasions) -> bool:
    """Tell whether a newer push cancels a running deploy."""
    for group in _groups(job, occasions):
        node = None if group is None else group.get("cancel-in-progress")
        text = None if node is None else node.as_text
        if text is not None and truth(evaluate(text, occasions.known(Occasion.PUSH))):
            return True
    return False
