"""CI Pipelines Per Service: workflows can start, and find what they run."""

from collections.abc import Iterator
from itertools import groupby

from autodevops.facts.doomed_jobs import DoomedJobs
from autodevops.facts.missing_targets import MissingTarget, MissingTargets
from autodevops.facts.workflow_faults import WorkflowFaults
from autodevops.model.finding import NotApplicable, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "CI Pipelines Per Service"
_MOST_PLACES = 50


@rule("CI007", "invalid-workflow", section=_SECTION, severity=Severity.HIGH)
def invalid_workflow(faults: WorkflowFaults) -> Iterator[Violation | NotApplicable]:
    """Workflows are what GitHub accepts.

    A workflow that GitHub refuses does not run at all; nothing turns red, the checks just never
    come. Judged by the published schema, and by what it can't say: `needs` that name no job or run
    in circles, keys and step ids that stand twice, conditions on contexts that they don't have.

    Remedy: Mend the place; GitHub shows the same message under Actions.

    Example:
        backend-test: ...
        deploy:
          needs: [backend-tests]   # there is no such job
        becomes
        backend-test: ...
        deploy:
          needs: [backend-test]
    """
    if not faults.files:
        yield NotApplicable(reason="there are no workflows")
    for path, group in groupby(faults.faults, key=lambda fault: fault.path):
        found = list(group)
        more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
        yield Violation(
            subject=path,
            message=f"{path} is refused by GitHub: {found[0].text}{more}",
            at=tuple(in_file(path, fault.line) for fault in found[:_MOST_PLACES]),
            evidence={"faults": [f"{one.line}: {one.text}" for one in found[:_MOST_PLACES]]},
        )


@rule("CI009", "missing-target", section=_SECTION, severity=Severity.MEDIUM)
def missing_target(missing: MissingTargets) -> Iterator[Violation | NotApplicable]:
    """The paths, scripts and package scripts that steps run exist.

    A step that runs what is not there fails each time, or hides that it does. What earlier steps
    make, download or check for is left alone, and so are expressions, globs and build output.

    Remedy: Add the file or script, or correct the name.

    Example:
        scripts/migrate.sh is there, and scripts/migrations.sh is not:
        - run: ./scripts/migrations.sh
        becomes
        - run: ./scripts/migrate.sh
    """
    if not missing.jobs:
        yield NotApplicable(reason="there are no jobs")
    for subject, group in groupby(missing.targets, key=_subject):
        found = list(group)
        texts = list(dict.fromkeys(one.text for one in found))
        where = subject.partition("#")[2]
        yield Violation(
            subject=subject,
            message=f"{where} in {found[0].path} needs {listed(texts)}, which the repository does "
            "not have",
            at=tuple(in_file(one.path, one.line) for one in found[:_MOST_PLACES]),
            evidence={"missing": texts[:_MOST_PLACES]},
        )


def _subject(missing: MissingTarget) -> str:
    step = "" if missing.step is None else f"/{missing.step.key}"
    return f"{missing.job.subject}{step}"


@rule("CI015", "cannot-run", section=_SECTION, severity=Severity.HIGH)
def cannot_run(doomed: DoomedJobs) -> Iterator[Violation | NotApplicable]:
    """Nothing in a job is known to fail before any of its steps runs.

    Options of a service that the container engine refuses, image names with capitals (also through
    `${{ github.repository }}`), and required inputs that nobody gives fail each run, and often in a
    place where nobody looks for the reason.

    Remedy: mend the place. A server's own options belong into its image or its command, not into
    `options:`; `docker/metadata-action` writes image names in small letters.

    Example:
        options: --health-cmd "redis-cli ping" --save 60 1   # before: --save is the server's
        options: --health-cmd "redis-cli ping"               # after
    """
    if not doomed.jobs:
        yield NotApplicable(reason="there are no jobs")
    for job, reasons in doomed.doomed:
        more = f" (and {len(reasons) - 1} more)" if len(reasons) > 1 else ""
        yield Violation(
            subject=job.subject,
            message=f"{job.id} in {job.path} can't run: {reasons[0].text}{more}",
            at=tuple(in_file(one.path, one.line) for one in reasons[:_MOST_PLACES]),
            evidence={"reasons": [f"{one.line}: {one.text}" for one in reasons[:_MOST_PLACES]]},
        )
