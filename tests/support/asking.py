"""Asks one rule about a small snapshot, with all facts made by their real providers."""

from collections.abc import Mapping
from typing import Any

from autodevops.engine.resolve import Resolver
from autodevops.facts.catalog import FACTS
from autodevops.guide.load import built_in_guide
from autodevops.guide.model import Guide
from autodevops.model.finding import NotApplicable, Outcome, Unknown, Violation
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.rules._api import Rule
from tests.support.memory import snapshot_of


def outcomes(
    rule: Rule,
    files: Mapping[str, str | bytes] | Snapshot,
    *,
    guide: Guide | None = None,
    given: Mapping[Any, object] | None = None,
) -> list[Outcome]:
    """Return all that a rule says about these files; what could not be read is an `Unknown`."""
    snapshot = files if isinstance(files, Snapshot) else snapshot_of(files)
    sections = {type(section): section for section in (guide or built_in_guide()).sections()}
    arguments = Resolver(snapshot, sections | dict(given or {}), FACTS).arguments(rule.question)
    if arguments.crash is not None:
        raise arguments.crash
    match arguments.missing:
        case Unavailable(reason, needs):
            return [Unknown(reason=reason, needs=needs)]
        case NotApplicable() as absent:
            return [absent]
    said = list(rule.question(**arguments.values))
    return [*said, *(Unknown(reason=gap.reason) for gap in arguments.gaps)]


def violations(
    rule: Rule, files: Mapping[str, str | bytes] | Snapshot, **options: Any
) -> list[Violation]:
    """Return the violations only; fail when the rule could not judge all of its subject."""
    said = outcomes(rule, files, **options)
    unknown = [outcome.reason for outcome in said if isinstance(outcome, Unknown)]
    assert not unknown, unknown
    return [outcome for outcome in said if isinstance(outcome, Violation)]


def subjects(rule: Rule, files: Mapping[str, str | bytes] | Snapshot, **options: Any) -> list[str]:
    """Return what is at fault."""
    return [violation.subject for violation in violations(rule, files, **options)]


def lines(
    rule: Rule, files: Mapping[str, str | bytes] | Snapshot, **options: Any
) -> list[tuple[str | None, int | None]]:
    """Return the main place of each violation."""
    found = violations(rule, files, **options)
    return [(violation.locations[0].path, violation.locations[0].line) for violation in found]


def is_not_applicable(
    rule: Rule, files: Mapping[str, str | bytes] | Snapshot, **options: Any
) -> bool:
    """Tell whether the rule finds nothing to judge."""
    said = outcomes(rule, files, **options)
    return bool(said) and all(isinstance(outcome, NotApplicable) for outcome in said)
