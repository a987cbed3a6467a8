"""What one rule said, and how that reads in the report."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from autodevops.engine.judge import Bench, same_place, without_places
from autodevops.engine.plan import Planned
from autodevops.errors import place_of
from autodevops.model.finding import Finding, FindingStatus, Location, Unknown
from autodevops.model.verdict import Status, Verdict


class Answer(Struct, frozen=True, kw_only=True):
    """What one rule said."""

    planned: Planned
    """The rule, and whether it ran."""
    findings: tuple[Finding, ...] = ()
    """Its judged violations."""
    unknown: Unknown | None = None
    """What kept it from judging all of its subject."""
    not_applicable: str | None = None
    """Why its subject does not exist."""
    error: str | None = None
    """The bug that stopped it."""
    elsewhere: int = 0
    """Findings left out because they are outside the audit's scope."""
    seconds: float = 0.0
    """Time spent in the rule itself."""


def told(error: Exception) -> str:
    """Return what is said of a bug, without its message."""
    place = place_of(error)
    where = "" if place is None else f" at {place}"
    return f"a bug in autodevops: {type(error).__name__}{where}"


def in_scope(answer: Answer, scope: frozenset[str] | None) -> Answer:
    """Leave out the findings that touch nothing of what the audit is limited to."""
    if scope is None:
        return answer
    kept = tuple(one for one in answer.findings if any(at.path in scope for at in one.locations))
    return replace(answer, findings=kept, elsewhere=len(answer.findings) - len(kept))


def defer(answers: dict[str, Answer]) -> None:
    """Leave each place that two rules report to the more specific one."""
    for rule_id, answer in answers.items():
        taken: dict[str | None, list[Location]] = {}
        for other in answer.planned.rule.defers_to:
            for finding in answers[other].findings if other in answers else ():
                for place in finding.locations:
                    taken.setdefault(place.path, []).append(place)
        if taken:
            left = (_without(finding, taken) for finding in answer.findings)
            kept = tuple(finding for finding in left if finding is not None)
            answers[rule_id] = replace(answer, findings=kept)


def _without(finding: Finding, taken: dict[str | None, list[Location]]) -> Finding | None:
    return without_places(
        finding, lambda place: any(same_place(place, one) for one in taken.get(place.path, ()))
    )


def judged_rules(answers: Iterable[Answer]) -> frozenset[str]:
    """Return the ids of the rules that passed or failed."""
    return frozenset(
        answer.planned.rule.id
        for answer in answers
        if _status(answer)[0] in {Status.PASS, Status.FAIL}
    )


def verdict(answer: Answer, bench: Bench) -> Verdict:
    """Return how an answer reads in the report."""
    rule = answer.planned.rule
    status, reason, needs = _status(answer)
    return Verdict(
        id=rule.id,
        slug=rule.slug,
        family=rule.family,
        title=rule.title,
        guide_section=rule.section,
        severity=bench.severity(rule),
        status=status,
        reason=reason,
        needs=needs,
        findings=len(answer.findings),
        seconds=answer.seconds,
    )


def _status(answer: Answer) -> tuple[Status, str | None, str | None]:
    """Return status, reason and what would answer."""
    unknown = answer.unknown
    reason, needs = (unknown.reason, unknown.needs) if unknown else (None, None)
    if answer.planned.disabled is not None:
        return Status.DISABLED, answer.planned.disabled, None
    if answer.error is not None:
        return Status.ERROR, answer.error, None
    if any(finding.status is FindingStatus.OPEN for finding in answer.findings):
        return Status.FAIL, reason, needs
    if unknown is not None:
        return Status.UNKNOWN, reason, needs
    if answer.not_applicable is not None:
        return Status.NOT_APPLICABLE, answer.not_applicable, None
    return Status.PASS, _set_aside(answer), None


def _set_aside(answer: Answer) -> str | None:
    """Return why a rule passes although it has something to say."""
    if answer.findings:
        return "all that breaks it is waived or in the baseline"
    if answer.elsewhere:
        return f"nothing staged breaks it; {answer.elsewhere} findings elsewhere are left out"
    return None
