"""The fixers are those that the rules promise, and each says what it does."""

from autodevops.fixing.catalog import FIXERS
from autodevops.model.finding import Safety
from autodevops.rules.catalog import RULES

ELSEWHERE = {"BR002", "BR005", "BR008", "BR009", "BR010", "BR011", "RE010"}
"""Rules about branches and settings, which no edit of a file repairs."""


def test_every_rule_that_promises_a_repair_has_one_as_safe_as_promised() -> None:
    promised = {rule.id: rule.fix for rule in RULES if rule.fix and rule.id not in ELSEWHERE}
    found: dict[str, set[Safety]] = {}
    for fixer in FIXERS:
        found.setdefault(fixer.rule, set()).add(fixer.safety)
    assert set(found) == set(promised)
    assert all(promised[rule] in safeties for rule, safeties in found.items())


def test_titles_say_what_is_done() -> None:
    assert all(fixer.title[0].islower() and not fixer.title.endswith(".") for fixer in FIXERS)
    assert all(len(fixer.title) <= 60 for fixer in FIXERS)
