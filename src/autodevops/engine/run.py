"""Audits a snapshot: asks every planned rule and judges what it yields."""

from collections.abc import Callable, Iterable, Mapping
from time import perf_counter

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.engine.answers import Answer, defer, in_scope, judged_rules, told, verdict
from autodevops.engine.judge import Bench, judge
from autodevops.engine.needs import needed
from autodevops.engine.plan import Planned
from autodevops.engine.resolve import Resolver
from autodevops.engine.turns import Turn, ahead, begin_search, turns, worth_beginning
from autodevops.facts._api import Provider
from autodevops.guide.model import Guide
from autodevops.model.finding import Finding, NotApplicable, Outcome, Unknown, Violation
from autodevops.model.snapshot import Gap, Snapshot, Unavailable
from autodevops.model.verdict import Verdict

Step = Callable[[str], None]
"""Told what comes next, for people who wait."""
Late = Callable[[frozenset[str]], object]
"""Makes a fact about the audit itself from the ids of the rules that passed or failed."""


Lookup = Callable[[type], object]
"""Gives a fact or a section of the guide by its type; `Unavailable` where it can't be had."""


def _nothing(_kind: type) -> object:
    return Unavailable("no facts were made")


class Outcomes(Struct, frozen=True, kw_only=True):
    """What all rules said."""

    verdicts: tuple[Verdict, ...]
    """One a rule, in the catalogue's order."""
    findings: tuple[Finding, ...]
    """Worst first."""
    gaps: tuple[Gap, ...]
    """What could not be read."""
    fact_seconds: Mapping[str, float] = field(default_factory=dict)
    """Time spent in each fact's maker."""
    lookup: Lookup = _nothing
    """Gives the run's facts; of use as long as the snapshot can be read."""


def run(
    snapshot: Snapshot,
    guide: Guide,
    planned: Iterable[Planned],
    *,
    bench: Bench,
    providers: Iterable[Provider],
    late: Mapping[type, Late] | None = None,
    step: Step = lambda _text: None,
) -> Outcomes:
    """Return every rule's verdict and the findings.

    `late` gives facts about the audit itself (the use of waivers): the rules that ask for one of
    them run after all others, and the value is asked for just before.
    """
    planned = tuple(planned)
    given = {type(section): section for section in guide.sections()}
    providers = tuple(providers)
    resolver = Resolver(snapshot, given, providers)
    late = late or {}
    turn = turns(planned, snapshot, providers, late)
    answers: dict[str, Answer] = {}
    wanted = needed((one.rule.question for one in planned if one.disabled is None), providers)
    begin_search(snapshot, wanted)
    with ahead(resolver, worth_beginning(snapshot, wanted)):
        for entry in sorted(planned, key=lambda entry: turn[entry.rule.id]):
            if turn[entry.rule.id] is Turn.LAST:
                for kind, value in late.items():
                    resolver.give(kind, value(judged_rules(answers.values())))
            step(f"{entry.rule.id} {entry.rule.slug}")
            answers[entry.rule.id] = _ask(entry, resolver, bench, snapshot.scope)
    answers = {entry.rule.id: answers[entry.rule.id] for entry in planned}
    defer(answers)
    ordered = [answers[entry.rule.id] for entry in planned]
    position = {entry.rule.id: place for place, entry in enumerate(planned)}
    findings = [finding for answer in ordered for finding in answer.findings]
    findings.sort(key=lambda one: (-one.severity.rank, position[one.rule], one.subject))
    return Outcomes(
        verdicts=tuple(verdict(answer, bench) for answer in ordered),
        findings=tuple(findings),
        gaps=resolver.gaps(),
        fact_seconds=resolver.seconds,
        lookup=lambda kind: resolver.get(kind).value,
    )


def _ask(
    planned: Planned, resolver: Resolver, bench: Bench, scope: frozenset[str] | None
) -> Answer:
    """Return what a rule says, whatever happens to it."""
    if planned.disabled is not None:
        return Answer(planned=planned)
    question = planned.rule.question
    arguments = resolver.arguments(question)
    if arguments.crash is not None:
        return Answer(planned=planned, error=told(arguments.crash))
    match arguments.missing:
        case Unavailable(reason, needs):
            return Answer(planned=planned, unknown=Unknown(reason=reason, needs=needs))
        case NotApplicable(reason=reason):
            return Answer(planned=planned, not_applicable=reason)
    began = perf_counter()
    try:
        outcomes = list(question(**arguments.values))
    except Exception as error:  # noqa: BLE001 - one rule's bug must not hide the others
        return Answer(planned=planned, error=told(error), seconds=perf_counter() - began)
    seconds = perf_counter() - began
    answer = _answer(planned, outcomes, arguments.gaps, bench)
    return replace(in_scope(answer, scope), seconds=seconds)


def _answer(
    planned: Planned, outcomes: list[Outcome], gaps: tuple[Gap, ...], bench: Bench
) -> Answer:
    """Sort out what a rule yielded."""
    violations = [outcome for outcome in outcomes if isinstance(outcome, Violation)]
    unknowns = [outcome for outcome in outcomes if isinstance(outcome, Unknown)]
    absent = [outcome for outcome in outcomes if isinstance(outcome, NotApplicable)]
    unknown = _together(unknowns, gaps)
    return Answer(
        planned=planned,
        findings=judge(planned.rule, violations, bench),
        unknown=unknown,
        not_applicable=absent[0].reason if absent and not violations and not unknown else None,
    )


def _together(unknowns: list[Unknown], gaps: tuple[Gap, ...]) -> Unknown | None:
    """Return one answer for all that a rule could not judge."""
    reasons = list(dict.fromkeys([one.reason for one in unknowns] + [gap.reason for gap in gaps]))
    if not reasons:
        return None
    shown = 3
    reason = "; ".join(reasons[:shown])
    if len(reasons) > shown:
        reason += f"; and {len(reasons) - shown} more"
    return Unknown(reason=reason, needs=next((one.needs for one in unknowns if one.needs), None))
