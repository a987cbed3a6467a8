"""CI Pipelines Per Service: jobs end in time, deploys take turns, scanners see the history."""

from collections.abc import Iterator

from autodevops.facts.deploy_turns import DeployTurns
from autodevops.facts.history_scans import HistoryScans
from autodevops.facts.workflows import Job, Workflows
from autodevops.model.finding import NotApplicable, Safety, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, listed

_SECTION = "CI Pipelines Per Service"
_MOST_PLACES = 100


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
def concurrency(turns: DeployTurns) -> Iterator[Violation]:
    """Workflows that deploy take turns, and a running deploy is not cancelled.

    Two deploys at once leave an older version live, or a mixture; a cancelled one leaves half of
    each.

    Remedy: Give the workflow or the job a `concurrency` group, without `cancel-in-progress`.

    Example:
        concurrency:
          group: deploy-production
          cancel-in-progress: false
    """
    for one in turns.disorders:
        ungrouped, cancelled = ([job.id for job in jobs] for jobs in (one.ungrouped, one.cancelled))
        faults = [f"{listed(ungrouped)} without a concurrency group"] if ungrouped else []
        faults += [f"{listed(cancelled)} with cancel-in-progress"] if cancelled else []
        yield Violation(
            subject=one.path,
            message=f"{one.path} deploys in {' and '.join(faults)}",
            at=tuple(in_file(one.path, job.line) for job in (*one.ungrouped, *one.cancelled)),
            evidence={"without_group": ungrouped, "cancelled": cancelled},
        )
