"""The explicit lists of rules and facts are whole."""

import inspect
import pkgutil
import re
from importlib import import_module

import pytest

from autodevops import facts as facts_package
from autodevops import rules as rules_package
from autodevops.engine.resolve import parameters, provided_type
from autodevops.facts.catalog import FACTS
from autodevops.guide.load import built_in_guide
from autodevops.guide.waivers import WaiverUse
from autodevops.model.finding import Severity
from autodevops.model.snapshot import Snapshot
from autodevops.rules._api import Rule
from autodevops.rules.catalog import RULES

SECTIONS = {type(section) for section in built_in_guide().sections()}
GIVEN = SECTIONS | {Snapshot, WaiverUse}


def modules(package: object) -> list[object]:
    path = package.__path__  # type: ignore[attr-defined]
    name = package.__name__  # type: ignore[attr-defined]
    return [import_module(f"{name}.{found.name}") for found in pkgutil.iter_modules(path)]


def test_every_rule_of_every_module_is_listed() -> None:
    declared = {
        value.id
        for module in modules(rules_package)
        for value in vars(module).values()
        if isinstance(value, Rule)
    }
    assert declared == {rule.id for rule in RULES}


def test_every_fact_of_every_module_is_listed_once() -> None:
    declared = {
        value
        for module in modules(facts_package)
        for value in vars(module).values()
        if inspect.isfunction(value) and hasattr(value, "__fact__")
    }
    assert declared == set(FACTS)
    made = [provided_type(provider) for provider in FACTS]
    assert len(made) == len(set(made))


def test_every_parameter_can_be_resolved() -> None:
    known = GIVEN | {provided_type(provider) for provider in FACTS}
    functions = [*FACTS, *(rule.question for rule in RULES)]
    missing = [
        (function.__name__, parameter.name)
        for function in functions
        for parameter in parameters(function)
        if parameter.wanted not in known
    ]
    assert missing == []


def test_ids_and_slugs_are_unique() -> None:
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert len({rule.slug for rule in RULES}) == len(RULES)


def test_each_family_stands_together_and_its_rules_in_order() -> None:
    families = list(dict.fromkeys(rule.family for rule in RULES))
    assert [rule.id for rule in RULES] == [
        rule_id
        for family in families
        for rule_id in sorted(rule.id for rule in RULES if rule.family == family)
    ]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_rule_documents_itself(rule: Rule) -> None:
    assert re.fullmatch("[A-Z]{2}[0-9]{3}", rule.id)
    assert re.fullmatch("[a-z]+(-[a-z]+)*", rule.slug)
    assert rule.title
    assert rule.why
    assert rule.remedy
    assert rule.severity in Severity


def test_a_rule_defers_only_to_rules_that_exist() -> None:
    known = {rule.id for rule in RULES}
    assert {other for rule in RULES for other in rule.defers_to} <= known
