"""CI Pipelines Per Service: jobs do their work, and can fail by it."""

from collections.abc import Iterator, Mapping

from autodevops.facts.strength import Strength, WeakJob, Weakness
from autodevops.facts.test_jobs import TestJobs
from autodevops.facts.work import Work
from autodevops.model.finding import (
    Confidence,
    Location,
    NotApplicable,
    Plain,
    Safety,
    Severity,
    Violation,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "CI Pipelines Per Service"
_MOST_PLACES = 50
_SEVERITIES = {
    Weakness.WHOLE: Severity.HIGH,
    Weakness.PART: Severity.MEDIUM,
    Weakness.ASIDE: Severity.LOW,
}


@rule("CI006", "toothless-job", section=_SECTION, severity=Severity.HIGH, fix=Safety.UNSAFE)
def toothless_job(strength: Strength) -> Iterator[Violation | NotApplicable]:
    """The guide's jobs can fail.

    A job that is green whatever happens is worse than none: everybody trusts it. Looked at is what
    does the job's work - tests, scans, lint, build, deploy - through package scripts, Makefiles,
    scripts and local actions; its failure must end the step. It does not with `continue-on-error`,
    `|| true`, `|| echo`, `set +e`, a pipe without `pipefail`, `if` without an `else` that fails, or
    options such as `--exit-zero` and Trivy without `--exit-code`. Fallbacks for values
    (`V=$(... || echo x)`), `|| exit 1`, an exit status that is kept and looked at, cleaning up and
    reporting are fine.

    It is high where nothing of a job's work can fail it, medium where a part of it can't, low where
    that is a check beside its own work.

    Remedy: Take away what hides the failure; if a check is not ready to block, take it out of the
    job, or give it a waiver with a date.

    Example:
        - run: pytest || true   # before
        - run: pytest           # after
    """
    if not strength.judged:
        yield NotApplicable(reason="there is none of the guide's jobs")
    for weak in strength.weak:
        yield Violation(
            subject=weak.job.subject,
            message=_message(weak),
            at=_places(weak),
            evidence={
                "job_continues_on_error": weak.ignored_line is not None,
                "hidden": [_told(work) for work in weak.hidden[:_MOST_PLACES]],
            },
            severity=_SEVERITIES[weak.weakness],
            confidence=Confidence.HIGH if weak.weakness is Weakness.WHOLE else Confidence.MEDIUM,
        )


def _message(weak: WeakJob) -> str:
    job = f"{weak.job.id} in {weak.job.path}"
    if weak.ignored_line is not None:
        return f"{job} can't fail: continue-on-error is set for the whole job"
    texts = list(dict.fromkeys(f"`{work.text}` ({work.how})" for work in weak.hidden))
    match weak.weakness:
        case Weakness.WHOLE:
            return f"{job} can't fail: nothing sees the failure of {listed(texts)}"
        case Weakness.PART:
            return f"a part of {job} can't fail: nothing sees the failure of {listed(texts)}"
    return f"a check beside the work of {job} can't fail: {listed(texts)}"


def _places(weak: WeakJob) -> tuple[Location, ...]:
    """Return where failures are hidden, then where the work is, each once."""
    hidden = weak.hidden[:_MOST_PLACES]
    places = [in_file(work.how_path, work.how_line) for work in hidden]
    if weak.ignored_line is not None:
        places.insert(0, in_file(weak.job.path, weak.ignored_line))
    places += [in_file(work.path, work.line) for work in hidden]
    places += [in_file(work.step.path, work.step.line) for work in hidden if work.via]
    return tuple(dict.fromkeys(places))


def _told(work: Work) -> Mapping[str, Plain]:
    return {
        "step": work.step.key,
        "command": work.text,
        "does": str(work.task),
        "hidden_by": work.how,
        "place": f"{work.how_path}:{work.how_line}",
        "through": list(work.via),
    }


@rule("CI010", "job-tests-nothing", section=_SECTION, severity=Severity.HIGH)
def job_tests_nothing(tests: TestJobs) -> Iterator[Violation | NotApplicable]:
    """A job that is named for tests runs a test runner.

    A job called `backend-test` that installs, lints or prints is a green light without a lamp.
    Runners are found behind package scripts, Makefiles and scripts; one that only lists or collects
    (`--collect-only`, `--version`) runs nothing, and so does one that may pass without tests
    (`--passWithNoTests`) where there are none.

    Remedy: Run the tests, or rename the job.

    Example:
        backend-test:
          steps:
            - run: pytest --collect-only
        becomes
        backend-test:
          steps:
            - run: pytest
    """
    if not tests.jobs:
        yield NotApplicable(reason="no job is named for tests")
    for idle in tests.idle:
        yield Violation(
            subject=idle.job.subject,
            message=f"{idle.job.id} in {idle.job.path} runs no tests"
            + (f": {listed(list(idle.reasons))}" if idle.reasons else ""),
            at=tuple(in_file(path, line) for path, line in idle.places),
            evidence={"runs": list(idle.runs), "reasons": list(idle.reasons)},
        )
