from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from msgspec.structs import replace

from autodevops.engine.judge import Bench
from autodevops.engine.plan import Planned
from autodevops.engine.run import Outcomes, run
from autodevops.guide.load import built_in_guide
from autodevops.model.finding import (
    AppliedWaiver,
    FindingStatus,
    NotApplicable,
    Outcome,
    Severity,
    Unknown,
    Violation,
    in_file,
)
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.model.verdict import Status, Verdict
from autodevops.rules._api import Rule
from tests.engine.support import (
    FACTS,
    Absent,
    Broken,
    Count,
    Hidden,
    Words,
    make,
    planned,
)
from tests.support.memory import snapshot_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    seen: int


def audit(
    *rules: Rule, text: str = "good", bench: Bench | None = None, snapshot: Snapshot | None = None
) -> Outcomes:
    return run(
        snapshot or snapshot_of({"words.txt": text}),
        built_in_guide(),
        planned(*rules),
        bench=bench or Bench(),
        providers=FACTS,
    )


def only(outcomes: Outcomes) -> Verdict:
    (verdict,) = outcomes.verdicts
    return verdict


def test_a_rule_without_violations_passes() -> None:
    verdict = only(audit(make()))
    assert (verdict.status, verdict.reason, verdict.findings) == (Status.PASS, None, 0)


def test_a_violation_becomes_a_finding_with_the_rules_remedy() -> None:
    outcomes = audit(make(), text="good bad1")
    assert only(outcomes).status is Status.FAIL
    (finding,) = outcomes.findings
    assert finding.subject == "bad1"
    assert finding.remediation == "take it out."
    assert finding.severity is Severity.MEDIUM
    assert finding.locations == (in_file("words.txt", 1),)


def test_violations_with_one_subject_are_one_finding_with_all_places() -> None:
    def question(words: Words) -> Iterator[Outcome]:
        for line, _ in enumerate(words.words, 1):
            yield Violation(subject="s", message=f"line {line}", at=in_file("words.txt", line))

    (finding,) = audit(make(question), text="a b").findings
    assert [place.line for place in finding.locations] == [1, 2]
    assert finding.evidence == {"also": ["line 2"]}


def test_findings_are_sorted_worst_first_then_by_catalogue_then_by_subject() -> None:
    low = make(rule_id="AA001", severity=Severity.LOW)
    high = make(rule_id="ZZ001", severity=Severity.HIGH)
    also = make(rule_id="MM001", severity=Severity.LOW)
    found = audit(low, high, also, text="bad2 bad1").findings
    assert [(one.rule, one.subject) for one in found] == [
        ("ZZ001", "bad1"),
        ("ZZ001", "bad2"),
        ("AA001", "bad1"),
        ("AA001", "bad2"),
        ("MM001", "bad1"),
        ("MM001", "bad2"),
    ]


def test_an_unavailable_fact_makes_the_rule_unknown() -> None:
    def question(hidden: Hidden) -> Iterator[Outcome]:
        yield Violation(subject="s", message=str(hidden))

    verdict = only(audit(make(question)))
    assert verdict.status is Status.UNKNOWN
    assert (verdict.reason, verdict.needs) == ("1 words hide it", "more light")


def test_an_absent_fact_makes_the_rule_not_applicable() -> None:
    def question(absent: Absent) -> Iterator[Outcome]:
        yield Violation(subject="s", message=str(absent))

    verdict = only(audit(make(question)))
    assert verdict.status is Status.NOT_APPLICABLE
    assert verdict.reason == "nothing to see among 1 words"


def test_of_two_missing_facts_the_first_is_the_reason() -> None:
    def question(hidden: Hidden, absent: Absent) -> Iterator[Outcome]:
        yield Violation(subject="s", message=f"{hidden} {absent}")

    verdict = only(audit(make(question)))
    assert (verdict.status, verdict.reason) == (Status.UNKNOWN, "1 words hide it")


def test_a_rule_may_ask_for_the_answer_itself() -> None:
    def question(hidden: Hidden | Unavailable, absent: Absent | NotApplicable) -> Iterator[Outcome]:
        yield Violation(subject="s", message=f"{type(hidden).__name__} {type(absent).__name__}")

    (finding,) = audit(make(question)).findings
    assert finding.message == "Unavailable NotApplicable"


def test_a_crash_of_a_rule_is_an_error_that_quotes_nothing() -> None:
    def question(words: Words) -> Iterator[Outcome]:
        yield from ()
        raise KeyError(words.words[0])

    fine = make(rule_id="XX002")
    outcomes = audit(make(question), fine, text="s3cret")
    assert [verdict.status for verdict in outcomes.verdicts] == [Status.ERROR, Status.PASS]
    reason = outcomes.verdicts[0].reason or ""
    assert "KeyError" in reason
    assert "s3cret" not in reason


def test_a_crash_of_a_fact_is_an_error_of_the_rules_that_need_it() -> None:
    def question(broken: Broken) -> Iterator[Outcome]:
        yield Violation(subject="s", message=str(broken))

    verdict = only(audit(make(question), text="s3cret"))
    assert verdict.status is Status.ERROR
    assert "s3cret" not in str(verdict.reason)


def test_a_fact_that_nobody_makes_is_an_error_of_that_rule() -> None:
    def question(uses: Uses) -> Iterator[Outcome]:
        yield Violation(subject="s", message=str(uses))

    outcomes = audit(make(question), make(rule_id="XX002"))
    assert [verdict.status for verdict in outcomes.verdicts] == [Status.ERROR, Status.PASS]


def test_what_could_not_be_read_is_never_a_pass() -> None:
    def question(count: Count) -> Iterator[Outcome]:
        if count.count > 3:
            yield Violation(subject="s", message="too many")

    outcomes = audit(make(question), text="x" * 101)
    assert only(outcomes).status is Status.UNKNOWN
    assert "words.txt" in str(only(outcomes).reason)
    assert [gap.subject for gap in outcomes.gaps] == ["words.txt"]


def test_a_violation_stands_although_something_could_not_be_read() -> None:
    def question(words: Words) -> Iterator[Outcome]:
        yield Violation(subject="s", message=str(len(words.words)))
        yield Unknown(reason="half of it is dark")

    verdict = only(audit(make(question)))
    assert (verdict.status, verdict.reason) == (Status.FAIL, "half of it is dark")


def test_what_is_not_there_may_only_not_have_been_seen() -> None:
    def question(words: Words) -> Iterator[Outcome]:
        yield NotApplicable(reason=f"there is nothing behind {words.words[0]}")
        yield Unknown(reason="half of it is dark")

    verdict = only(audit(make(question)))
    assert (verdict.status, verdict.reason) == (Status.UNKNOWN, "half of it is dark")


@pytest.mark.parametrize(
    ("line", "left"),
    [(1, []), (2, ["XX001"])],
)
def test_the_more_specific_rule_reports_a_place_alone(line: int, left: list[str]) -> None:
    def question(words: Words) -> Iterator[Outcome]:
        yield Violation(subject=words.words[0], message="here", at=in_file("words.txt", line))

    specific = make(question, rule_id="XX002")
    found = audit(make(defers_to=("XX002",)), specific, text="bad").findings
    assert [one.rule for one in found if one.rule == "XX001"] == left


def test_a_disabled_specific_rule_leaves_the_place_to_the_general_one() -> None:
    general, specific = make(defers_to=("XX002",)), make(rule_id="XX002")
    outcomes = run(
        snapshot_of({"words.txt": "bad"}),
        built_in_guide(),
        [Planned(rule=general, disabled=None), Planned(rule=specific, disabled="ignored")],
        bench=Bench(),
        providers=FACTS,
    )
    assert [verdict.status for verdict in outcomes.verdicts] == [Status.FAIL, Status.DISABLED]


def test_a_waived_finding_is_shown_but_does_not_fail_the_rule() -> None:
    waiver = AppliedWaiver(reason="we like it", expires=None, approved_by=None, source="x.toml:1")
    outcomes = audit(make(), text="bad", bench=Bench(waive=lambda _rule, _violation: waiver))
    (finding,) = outcomes.findings
    assert (finding.status, finding.waiver) == (FindingStatus.WAIVED, waiver)
    assert only(outcomes).status is Status.PASS


def test_a_baselined_finding_is_shown_but_does_not_fail_the_rule() -> None:
    (finding,) = audit(make(), text="bad").findings
    outcomes = audit(make(), text="bad", bench=Bench(baseline=frozenset({finding.id})))
    assert outcomes.findings[0].status is FindingStatus.BASELINED
    assert only(outcomes).status is Status.PASS


def test_only_findings_that_touch_the_scope_are_reported() -> None:
    def question(words: Words) -> Iterator[Outcome]:
        for path in words.words:
            yield Violation(subject=path, message=path, at=(in_file("all.txt"), in_file(path)))

    staged = replace(snapshot_of({"words.txt": "a.txt b.txt"}), scope=frozenset({"b.txt"}))
    outcomes = audit(make(question), snapshot=staged)
    assert [one.subject for one in outcomes.findings] == ["b.txt"]
    assert only(outcomes).status is Status.FAIL


def test_a_rule_that_only_finds_things_out_of_scope_passes_and_says_so() -> None:
    staged = replace(snapshot_of({"words.txt": "bad1 bad2"}), scope=frozenset({"b.txt"}))
    verdict = only(audit(make(), snapshot=staged))
    assert verdict.status is Status.PASS
    assert verdict.reason == "nothing staged breaks it; 2 findings elsewhere are left out"


def test_a_late_fact_is_given_after_all_other_rules_ran_with_those_that_could_judge() -> None:
    ran: list[str] = []

    def last(uses: Uses) -> Iterator[Outcome]:
        yield Violation(subject="s", message=f"{uses.seen} ran before")

    def first(words: Words) -> Iterator[Outcome]:
        ran.append(words.words[0])
        yield from ()

    def dark(hidden: Hidden) -> Iterator[Outcome]:
        yield Violation(subject="s", message=str(hidden))

    judged: list[str] = []

    def tell(ids: frozenset[str]) -> Uses:
        judged.extend(sorted(ids))
        return Uses(seen=len(ran))

    rules = (make(last), make(first, rule_id="XX002"), make(dark, rule_id="XX003"))
    outcomes = run(
        snapshot_of({"words.txt": "a"}),
        built_in_guide(),
        planned(*rules, make(rule_id="XX004")),
        bench=Bench(),
        providers=FACTS,
        late={Uses: tell},
    )
    assert outcomes.findings[0].message == "1 ran before"
    assert judged == ["XX002", "XX004"]
    assert [verdict.id for verdict in outcomes.verdicts] == ["XX001", "XX002", "XX003", "XX004"]
