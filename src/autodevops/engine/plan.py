"""Decides which rules run."""

from collections.abc import Iterable

from msgspec import Struct

from autodevops.errors import UsageError
from autodevops.guide.names import ALL, RuleNames
from autodevops.rules._api import Rule


class Selection(Struct, frozen=True, kw_only=True):
    """Which rules are asked for: selectors are a rule's id or its beginning, a family or a slug."""

    select: tuple[str, ...] = ()
    """From the configuration; empty means every rule."""
    ignore: tuple[str, ...] = ()
    """From the configuration."""
    select_option: tuple[str, ...] = ()
    """From the command line; replaces the configuration's `select`."""
    ignore_option: tuple[str, ...] = ()
    """From the command line."""
    locked: frozenset[str] = frozenset()
    """Ids of rules that an organisation's guide keeps on."""


class Planned(Struct, frozen=True, kw_only=True):
    """A rule and whether it runs."""

    rule: Rule
    """The rule."""
    disabled: str | None
    """Why it does not run; None when it does."""


def plan(rules: Iterable[Rule], names: RuleNames, selection: Selection) -> tuple[Planned, ...]:
    """Return every rule with whether it runs; the longest matching selector wins.

    Of two equally long ones the command line's wins over the configuration's, and `ignore` over
    `select`. Raises UsageError for a selector on the command line that matches no rule.
    """
    _require_known((*selection.select_option, *selection.ignore_option), names)
    return tuple(
        Planned(rule=rule, disabled=_why_disabled(rule.id, names, selection)) for rule in rules
    )


def _why_disabled(rule_id: str, names: RuleNames, selection: Selection) -> str | None:
    if rule_id in selection.locked:
        return None
    votes = [
        (weight, layer, kind)
        for selectors, layer, kind in (
            (() if selection.select_option else selection.select, 0, 0),
            (selection.ignore, 0, 1),
            (selection.select_option, 1, 0),
            (selection.ignore_option, 1, 1),
        )
        for selector in selectors
        if (weight := names.weight(selector, rule_id))
    ]
    if not votes:
        narrowed = selection.select or selection.select_option
        return "not selected" if narrowed else None
    _, layer, ignored = max(votes)
    origin = "on the command line" if layer else "in the configuration"
    return f"ignored {origin}" if ignored else None


def _require_known(selectors: Iterable[str], names: RuleNames) -> None:
    for selector in selectors:
        if selector.upper() == ALL or names.matching(selector):
            continue
        close = names.nearest(selector)
        hint = f"did you mean {close}?" if close else "`autodevops rules` lists them all"
        message = f"no rule, family or slug is called {selector!r}"
        raise UsageError(message, advice=hint)
