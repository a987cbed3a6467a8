"""What rules promise, what fixers do and what reports offer agree."""

import pytest

from autodevops.fixing import offers
from autodevops.fixing.beyond_files import BRANCH_RULES, SETTING_RULES
from autodevops.fixing.catalog import FIXERS
from autodevops.fixing.offers import MODULES, with_offers
from autodevops.model.finding import Confidence, Finding, FindingStatus, Safety, Severity
from autodevops.rules.catalog import RULES


def finding(rule: str, *, status: FindingStatus = FindingStatus.OPEN, **evidence: str) -> Finding:
    return Finding(
        id="0" * 64,
        rule=rule,
        slug="x",
        severity=Severity.LOW,
        confidence=Confidence.HIGH,
        subject="x",
        message="x",
        evidence=evidence,
        locations=(),
        remediation="x",
        docs_url="x",
        fix=None,
        status=status,
        waiver=None,
    )


def test_each_rule_that_promises_a_fix_has_one_and_no_other_does() -> None:
    promised = {rule.id for rule in RULES if rule.fix is not None}
    assert promised == {fixer.rule for fixer in FIXERS} | BRANCH_RULES | SETTING_RULES


def test_a_fix_is_as_safe_as_its_rule_promises() -> None:
    safe = {fixer.rule for fixer in FIXERS if fixer.safety is Safety.SAFE}
    assert safe == {rule.id for rule in RULES if rule.fix is Safety.SAFE}


@pytest.mark.parametrize("rule", sorted(MODULES))
def test_offers_come_from_the_fixers_of_the_catalogue(rule: str) -> None:
    listed = tuple(one for one in FIXERS if one.rule == rule)
    assert offers._fixers(rule) == listed


def test_every_fixer_is_offered() -> None:
    assert set(MODULES) == {fixer.rule for fixer in FIXERS}


def test_branches_and_settings_are_offered_as_unsafe() -> None:
    (branch, trunk, setting) = with_offers(
        [finding("BR005", tip="abc"), finding("BR002"), finding("BR011")]
    )
    assert branch.fix is not None
    assert branch.fix.safety is Safety.UNSAFE
    assert trunk.fix is None
    assert setting.fix is not None


def test_what_does_not_count_is_offered_nothing() -> None:
    for status in (FindingStatus.WAIVED, FindingStatus.BASELINED):
        assert with_offers([finding("LA001", status=status)])[0].fix is None
    assert with_offers([finding("LA001")])[0].fix is not None
    assert with_offers([finding("LA002")])[0].fix is None
