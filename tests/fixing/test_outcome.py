"""What an audit with edits must say before anybody is offered them."""

import pytest

from autodevops.fixing.outcome import outcome_objections
from autodevops.model.finding import FindingStatus, Severity, at_ref, in_file
from autodevops.model.report import Report
from autodevops.model.verdict import Status, Verdict
from tests.support.samples import finding, report, verdict

MEANT = finding("CI012", "ci.yml")
"""The finding that edits are to repair."""
OTHER = finding("BR003", "feat/x")


def said(before: Report, after: Report, *, strict: bool = False) -> list[str]:
    return [one.text for one in outcome_objections(before, after, [MEANT], strict=strict)]


def test_what_is_gone_and_leaves_the_rest_as_it_was_is_repaired() -> None:
    assert said(report([], [MEANT, OTHER]), report([], [OTHER])) == []


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (FindingStatus.OPEN, "the finding is still there"),
        (FindingStatus.WAIVED, "the finding would only be waived"),
        (FindingStatus.BASELINED, "the finding would only be baselined"),
    ],
)
def test_what_is_set_aside_is_not_repaired(status: FindingStatus, words: str) -> None:
    after = report([], [finding("CI012", "ci.yml", status=status)])
    (objection,) = outcome_objections(report([], [MEANT]), after, [MEANT], strict=False)
    assert (objection.text, objection.finding) == (words, MEANT.id)


@pytest.mark.parametrize(
    ("severity", "status", "counts"),
    [
        (Severity.LOW, FindingStatus.OPEN, True),
        (Severity.CRITICAL, FindingStatus.OPEN, True),
        (Severity.INFO, FindingStatus.OPEN, False),
        (Severity.HIGH, FindingStatus.WAIVED, False),
        (Severity.HIGH, FindingStatus.BASELINED, False),
    ],
)
def test_nothing_new_may_come_with_it(
    severity: Severity, status: FindingStatus, counts: bool
) -> None:
    new = finding("SE001", "a.py", in_file("a.py", 3), severity=severity, status=status)
    objections = [*outcome_objections(report([], [MEANT]), report([], [new]), [MEANT], strict=True)]
    assert len(objections) == counts
    for one in objections:
        assert "SE001 branch-name would be new" in one.text
        assert one.paths == {"a.py"}


@pytest.mark.parametrize(
    ("worse", "words"),
    [
        (finding("BR003", "feat/x", severity=Severity.HIGH), "would get worse"),
        (finding("BR003", "feat/x", at_ref("feat/x"), in_file("a")), "would get worse"),
        (finding("BR003", "feat/x", severity=Severity.LOW), None),
        (finding("BR003", "feat/x", in_file("moved")), None),
    ],
)
def test_nothing_that_was_there_may_get_worse(worse: object, words: str | None) -> None:
    assert isinstance(worse, type(OTHER))
    objections = said(report([], [MEANT, OTHER]), report([], [worse]))
    assert len(objections) == (words is not None)
    assert words is None or words in objections[0]


def judged(status: Status, reason: str | None = None) -> Verdict:
    return verdict("OW001", "codeowners-missing", status, reason=reason)


@pytest.mark.parametrize(
    ("before", "after", "strictly", "anyway"),
    [
        (judged(Status.PASS), judged(Status.FAIL), False, False),
        (judged(Status.PASS), judged(Status.UNKNOWN, "it is dark"), True, True),
        (judged(Status.FAIL), judged(Status.ERROR, "a bug"), True, True),
        (judged(Status.FAIL), judged(Status.DISABLED), True, True),
        (judged(Status.PASS), judged(Status.NOT_APPLICABLE), True, False),
        (judged(Status.UNKNOWN, "it is dark"), judged(Status.NOT_APPLICABLE), False, False),
        (judged(Status.FAIL, "half is dark"), judged(Status.UNKNOWN, "half is dark"), False, False),
        (judged(Status.FAIL, "half is dark"), judged(Status.UNKNOWN, "all is dark"), True, True),
    ],
)
def test_what_could_be_judged_still_can_be(
    before: Verdict, after: Verdict, strictly: bool, anyway: bool
) -> None:
    for strict, expected in ((True, strictly), (False, anyway)):
        objections = said(report([before], [MEANT]), report([after]), strict=strict)
        assert bool(objections) is expected
        assert all(text.startswith("OW001 codeowners-missing would read") for text in objections)


def test_what_could_be_read_still_can_be() -> None:
    dark = "big.bin is too large"
    before, after = report([], [MEANT], notes=(dark,)), report(notes=(dark, "a.yml is cut"))
    assert said(before, after) == ["something can't be read any more: a.yml is cut"]
