"""Waivers set findings aside, and tell when they don't."""

from datetime import date

import pytest

from autodevops.guide.waivers import Waiver, WaiverLedger

TODAY = date(2026, 11, 22)


def waiver(
    subject: str = "feature/x",
    *,
    rule: str = "BR004",
    reason: str = "merge next week",
    expires: date = date(2027, 1, 1),
    path: str | None = None,
    inherited: bool = False,
) -> Waiver:
    return Waiver(
        rule=rule,
        subject=subject,
        reason=reason,
        expires=expires,
        path=path,
        approved_by="ada",
        file="autodevops.toml",
        line=7,
        inherited=inherited,
    )


@pytest.mark.parametrize(
    ("subject", "finding", "covered"),
    [
        ("feature/x", "feature/x", True),
        ("feature/*", "feature/x/y", True),
        ("feature/?", "feature/xy", False),
        ("app/[id]/page.tsx", "app/[id]/page.tsx", True),
        ("app/[id]/page.tsx", "app/i/page.tsx", False),
        ("docs/*", "docs/*", True),
        ("*", "anything", True),
        ("feature/X", "feature/x", False),
    ],
)
def test_subjects_are_exact_or_patterns(subject: str, finding: str, covered: bool) -> None:
    assert waiver(subject).covers("BR004", finding, ()) is covered


@pytest.mark.parametrize(
    ("paths", "covered"),
    [
        (("legacy/a.py",), True),
        (("legacy/a/b.py", "legacy/c.py"), True),
        (("legacy/a.py", "app/b.py"), False),
        ((), False),
    ],
)
def test_a_path_limits_a_waiver_to_findings_wholly_inside(
    paths: tuple[str, ...], covered: bool
) -> None:
    assert waiver("*", path="legacy/*").covers("BR004", "x", paths) is covered


def test_a_waiver_is_of_one_rule() -> None:
    assert not waiver().covers("BR003", "feature/x", ())


def test_an_applied_waiver_says_why_and_where() -> None:
    applied = WaiverLedger([waiver()], TODAY).waive("BR004", "feature/x", ())
    assert applied is not None
    assert (applied.reason, applied.expires) == ("merge next week", "2027-01-01")
    assert (applied.approved_by, applied.source) == ("ada", "autodevops.toml:7")


@pytest.mark.parametrize(
    ("one", "applies"),
    [
        (waiver(expires=TODAY), True),
        (waiver(expires=date(2026, 11, 21)), False),
        (waiver(reason=""), False),
    ],
)
def test_a_waiver_holds_through_its_last_day_and_needs_a_reason(one: Waiver, applies: bool) -> None:
    ledger = WaiverLedger([one], TODAY)
    assert (ledger.waive("BR004", "feature/x", ()) is not None) is applies
    use = ledger.use({"BR004"})
    assert (use.past == use.unexplained == ()) is applies


def test_each_waiver_that_does_nothing_is_told_once() -> None:
    past = waiver(reason="", expires=date(2026, 1, 1))
    unexplained = waiver(reason="")
    unused = waiver("feature/gone")
    ledger = WaiverLedger([past, unexplained, unused, waiver()], TODAY)
    assert ledger.waive("BR004", "feature/x", ()) is not None
    use = ledger.use({"BR004"})
    assert (use.past, use.unexplained, use.unused) == ((past,), (unexplained,), (unused,))
    assert (use.count, use.today) == (4, TODAY)


def test_two_waivers_for_one_finding_are_both_used() -> None:
    ledger = WaiverLedger([waiver("feature/*"), waiver()], TODAY)
    ledger.waive("BR004", "feature/x", ())
    assert ledger.use({"BR004"}).unused == ()


def test_a_waiver_of_a_rule_that_was_not_judged_is_not_called_unused() -> None:
    assert WaiverLedger([waiver()], TODAY).use({"BR003"}).unused == ()


def test_a_shared_guide_s_waiver_may_match_nothing_here() -> None:
    assert WaiverLedger([waiver(inherited=True)], TODAY).use({"BR004"}).unused == ()
