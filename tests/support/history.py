"""Asks one rule, or makes one fact, about a real repository."""

from typing import Any, TypeVar

from autodevops.engine.resolve import Resolver
from autodevops.facts.catalog import FACTS
from autodevops.guide.load import built_in_guide
from autodevops.model.finding import NotApplicable, Outcome, Unknown, Violation
from autodevops.rules._api import Rule
from autodevops.sources.local import open_local
from tests.support.asking import outcomes
from tests.support.memory import NOW
from tests.support.repositories import Repository

T = TypeVar("T")


def judged(rule: Rule, repository: Repository, **options: Any) -> list[Outcome]:
    """Return all that a rule says about a repository."""
    with open_local(str(repository.path), now=NOW) as snapshot:
        return outcomes(rule, snapshot, **options)


def at_fault(rule: Rule, repository: Repository, **options: Any) -> list[str]:
    """Return what a rule finds at fault; fail when it could not judge all of its subject."""
    said = judged(rule, repository, **options)
    assert all(isinstance(outcome, Violation) for outcome in said), said
    return [outcome.subject for outcome in said if isinstance(outcome, Violation)]


def messages(rule: Rule, repository: Repository, **options: Any) -> list[str]:
    """Return what a rule says about each violation."""
    said = judged(rule, repository, **options)
    return [outcome.message for outcome in said if isinstance(outcome, Violation)]


def unknown(rule: Rule, repository: Repository, **options: Any) -> list[str]:
    """Return why a rule could not judge all of its subject."""
    said = judged(rule, repository, **options)
    return [outcome.reason for outcome in said if isinstance(outcome, Unknown)]


def not_applicable(rule: Rule, repository: Repository, **options: Any) -> bool:
    """Tell whether a rule finds nothing to judge."""
    said = judged(rule, repository, **options)
    return bool(said) and all(isinstance(outcome, NotApplicable) for outcome in said)


def fact_of(kind: type[T], repository: Repository) -> T:
    """Return a fact about a repository; fail when it can't be had."""
    sections = {type(section): section for section in built_in_guide().sections()}
    with open_local(str(repository.path), now=NOW) as snapshot:
        resolved = Resolver(snapshot, sections, FACTS).get(kind)
    if resolved.crash is not None:
        raise resolved.crash
    assert isinstance(resolved.value, kind), resolved.value
    return resolved.value
