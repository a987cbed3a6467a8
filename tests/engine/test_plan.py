import pytest

from autodevops.engine.plan import Selection, plan
from autodevops.errors import UsageError
from autodevops.guide.names import RuleNames
from tests.engine.support import make

RULES = (make(rule_id="AA001"), make(rule_id="AA002"), make(rule_id="BB001"))
NAMES = RuleNames.of((rule.id, rule.slug, rule.severity) for rule in RULES)


def running(selection: Selection) -> list[str]:
    return [entry.rule.id for entry in plan(RULES, NAMES, selection) if entry.disabled is None]


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), ["AA001", "AA002", "BB001"]),
        (Selection(select=("AA",)), ["AA001", "AA002"]),
        (Selection(ignore=("AA",)), ["BB001"]),
        (Selection(ignore=("AA",), select_option=("AA001",)), ["AA001"]),
        (Selection(select=("AA",), ignore=("AA002",)), ["AA001"]),
        (Selection(select=("AA002",), ignore=("AA",)), ["AA002"]),
        (Selection(select=("AA001",), ignore=("AA001",)), []),
        (Selection(ignore=("AA001",), select_option=("AA001",)), ["AA001"]),
        (Selection(select=("AA",), select_option=("BB",)), ["BB001"]),
        (Selection(select_option=("rule-bb001",)), ["BB001"]),
        (Selection(select_option=("aa0",)), ["AA001", "AA002"]),
        (Selection(select_option=("ALL",), ignore_option=("AA",)), ["BB001"]),
        (Selection(ignore=("AA001",), locked=frozenset({"AA001"})), ["AA001", "AA002", "BB001"]),
    ],
)
def test_the_longest_match_wins(selection: Selection, expected: list[str]) -> None:
    assert running(selection) == expected


def test_a_disabled_rule_says_who_disabled_it() -> None:
    reasons = {
        entry.rule.id: entry.disabled
        for entry in plan(RULES, NAMES, Selection(ignore=("AA001",), ignore_option=("AA002",)))
    }
    assert reasons == {
        "AA001": "ignored in the configuration",
        "AA002": "ignored on the command line",
        "BB001": None,
    }


def test_an_unknown_selector_names_the_nearest_rule() -> None:
    with pytest.raises(UsageError) as caught:
        plan(RULES, NAMES, Selection(select_option=("AA01",)))
    assert "AA01" in caught.value.message
    assert "AA001" in caught.value.advice
