"""Failures that a step hides and a later step of the job looks at."""

from collections.abc import Iterator, Mapping, Sequence

from autodevops.facts._expressions import evaluate, truth
from autodevops.facts._shell import Fate
from autodevops.facts._tools import Task
from autodevops.facts._work_parts import Work
from autodevops.facts.workflows import Step
from autodevops.model.patterns import regex

# Actions that fail, or report a failing check, when the test results that they read are bad; and
# the input that decides, with its default.
_JUDGES = {
    "dorny/test-reporter": ("fail-on-error", "true"),
    "phoenix-actions/test-reporting": ("fail-on-error", "true"),
    "enricomi/publish-unit-test-result-action": ("", "true"),
    "mikepenz/action-junit-report": ("fail_on_failure", "false"),
}
_SARIF = "github/codeql-action/upload-sarif"
_ASKED = regex(r"steps\.([\w-]{1,100})\.(?:outcome|conclusion|outputs)")
_FAILS = regex(r"\b(?:exit|return)\s+(?!0\b)\S|setFailed|core\.error|\bfalse\b")
_REPORT_OPTIONS = (
    "-o", "--output", "--out", "--report-path", "-r", "--report", "--output-file", "--json-file",
    "--outputFile", "--junitxml", "--junit-xml", "--sarif-output", "--report-file", "-oJ",
)  # fmt: skip


def judged_later(works: Sequence[Work], steps: Sequence[Step]) -> tuple[Work, ...]:
    """Return the work with the fate `UNKNOWN` where a later step looks at a hidden failure."""
    asking = _asking(steps)
    return tuple(
        work._replace(fate=Fate.UNKNOWN)
        if work.fate is Fate.HIDDEN and _is_judged(work, works, steps, asking)
        else work
        for work in works
    )


def _is_judged(
    work: Work, works: Sequence[Work], steps: Sequence[Step], asking: Mapping[str, int]
) -> bool:
    later = [step for step in steps if step.number > work.step.number]
    if asking.get(work.step.id or "", 0) > work.step.number:
        return True
    if work.task is Task.TEST and any(map(_judges_tests, later)):
        return True
    if work.is_blunt and any(step.action == _SARIF for step in later):
        return True
    return _report_is_read(work, works)


def _asking(steps: Sequence[Step]) -> dict[str, int]:
    """Return, by id of a step, the last step that asks how it ended and may fail by it."""
    found: dict[str, int] = {}
    for step in steps:
        if _may_fail(step):
            for text in _texts(step):
                found.update(dict.fromkeys(_ASKED.findall(text), step.number))
    return found


def _texts(step: Step) -> Iterator[str]:
    if step.condition is not None:
        yield step.condition.text
    if step.run is not None:
        yield step.run.text
    for mapping in (step.env, step.inputs):
        if mapping is not None:
            yield from (value.as_text or "" for _, value in mapping.entries())


def _may_fail(step: Step) -> bool:
    ignored = step.continue_on_error
    if ignored is not None and truth(evaluate(ignored.text, {})):
        return False
    text = step.run.text if step.run is not None else step.input("script") or ""
    return _FAILS.search(text) is not None


def _judges_tests(step: Step) -> bool:
    judge = _JUDGES.get(step.action)
    if judge is None:
        return False
    name, default = judge
    return (
        (step.input(name) if name else None) in (None, "true")
        if default == "true"
        else (step.input(name) == "true")
    )


def _report_is_read(work: Work, works: Sequence[Work]) -> bool:
    """Tell whether a later command that can fail reads a file that this one writes."""
    files = {name.rpartition("/")[2] for name in work.output if "$" not in name}
    if work.run is not None:
        files |= {(work.run.value(option) or "").rpartition("/")[2] for option in _REPORT_OPTIONS}
    files = {name for name in files if "." in name and not name.startswith("dev")}
    if not files:
        return False
    for other in works:
        is_later = (other.step.number, other.line) > (work.step.number, work.line)
        if not is_later or other.fate is not Fate.SEEN or other.run is None:
            continue
        if other.task is not Task.OTHER and not (other.run.name == "jq" and other.run.has("-e")):
            continue
        if any(name in other.text for name in files):
            return True
    return False
