"""What becomes of a rule's violations: one finding a subject, graded and set aside."""

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from autodevops.engine.judge import Bench, judge
from autodevops.guide.baseline import fingerprint
from autodevops.model.finding import (
    AppliedWaiver,
    Confidence,
    Finding,
    FindingStatus,
    Severity,
    Violation,
    in_file,
)
from tests.engine.support import make

RULE = make(severity=Severity.MEDIUM)
WAIVER = AppliedWaiver(reason="we like it", expires=None, approved_by=None, source="a.py:1")
PLAIN = Violation(subject="s", message="it is bad", at=in_file("a.py", 1))


def judged(*violations: Violation, bench: Bench | None = None) -> Finding:
    (finding,) = judge(RULE, violations, bench or Bench())
    return finding


@pytest.mark.parametrize(
    ("of_configuration", "of_violation", "expected"),
    [
        ({}, None, Severity.MEDIUM),
        ({}, Severity.LOW, Severity.LOW),
        ({RULE.id: Severity.CRITICAL}, None, Severity.CRITICAL),
        ({RULE.id: Severity.CRITICAL}, Severity.LOW, Severity.CRITICAL),
        ({"ZZ999": Severity.CRITICAL}, Severity.LOW, Severity.LOW),
    ],
)
def test_the_configuration_grades_then_the_violation_then_the_rule(
    of_configuration: Mapping[str, Severity], of_violation: Severity | None, expected: Severity
) -> None:
    finding = judged(
        replace(PLAIN, severity=of_violation), bench=Bench(severities=of_configuration)
    )
    assert finding.severity is expected


def test_of_one_subject_the_worst_counts() -> None:
    grades = [Severity.LOW, Severity.CRITICAL, Severity.INFO, None]
    assert judged(*(replace(PLAIN, severity=one) for one in grades)).severity is Severity.CRITICAL


def test_a_violation_may_be_unsure_and_know_a_better_remedy() -> None:
    finding = judged(replace(PLAIN, confidence=Confidence.LOW, remedy="Ask Ada."))
    assert (finding.confidence, finding.remediation) == (Confidence.LOW, "Ask Ada.")
    assert (judged(PLAIN).confidence, judged(PLAIN).remediation) == (
        Confidence.HIGH,
        "take it out.",
    )


def test_a_place_that_is_named_twice_is_shown_once() -> None:
    finding = judged(PLAIN, PLAIN, replace(PLAIN, at=(in_file("a.py", 1), in_file("b.py"))))
    assert finding.locations == (in_file("a.py", 1), in_file("b.py"))
    assert finding.evidence == {}


def test_what_is_waived_on_the_spot_must_be_waived_at_every_place() -> None:
    waived = replace(PLAIN, waiver=WAIVER)
    assert judged(waived, waived).status is FindingStatus.WAIVED
    assert judged(waived, waived).waiver == WAIVER
    for one in (judged(waived, PLAIN), judged(PLAIN, waived)):
        assert (one.status, one.waiver) == (FindingStatus.OPEN, None)


def test_a_waiver_tells_more_than_the_baseline() -> None:
    accepted = frozenset({fingerprint(RULE.id, "s")})
    bench = Bench(baseline=accepted, waive=lambda _rule, _violation: WAIVER)
    assert judged(PLAIN, bench=bench).status is FindingStatus.WAIVED
    assert judged(PLAIN, bench=Bench(baseline=accepted)).status is FindingStatus.BASELINED


def test_an_identity_holds_through_other_words_places_and_grades() -> None:
    moved = replace(PLAIN, message="really bad", at=in_file("c.py", 9), severity=Severity.HIGH)
    assert judged(moved).id == judged(PLAIN).id
    assert judged(replace(PLAIN, subject="t")).id != judged(PLAIN).id
