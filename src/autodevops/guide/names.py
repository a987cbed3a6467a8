"""The names by which files and options speak of rules."""

from collections.abc import Iterable, Mapping

from msgspec import Struct

from autodevops.errors import UsageError
from autodevops.model.finding import Severity
from autodevops.model.suggestion import nearest

ALL = "ALL"
"""The selector that names every rule."""

_FAMILY = 2


class RuleNames(Struct, frozen=True, kw_only=True):
    """Every rule's id, slug and default severity."""

    slugs: Mapping[str, str]
    """Slugs by id."""
    severities: Mapping[str, Severity]
    """Default severities by id."""

    @classmethod
    def of(cls, rules: Iterable[tuple[str, str, Severity]]) -> "RuleNames":
        """Return the names for (id, slug, severity) of each rule."""
        rules = tuple(rules)
        return cls(
            slugs={rule_id: slug for rule_id, slug, _ in rules},
            severities={rule_id: severity for rule_id, _, severity in rules},
        )

    def weight(self, selector: str, rule_id: str) -> int:
        """Return how closely a selector names a rule, 0 for not at all.

        A selector is a slug, an id, the beginning of an id such as a family, or `ALL`.
        """
        if selector == self.slugs[rule_id]:
            return len(rule_id) + 1
        upper = selector.upper()
        if upper == ALL:
            return 1
        is_beginning = len(selector) >= _FAMILY and rule_id.startswith(upper)
        return len(selector) + 1 if is_beginning else 0

    def matching(self, selector: str) -> tuple[str, ...]:
        """Return the ids of the rules that a selector names."""
        return tuple(rule_id for rule_id in self.slugs if self.weight(selector, rule_id))

    def named(self, selectors: Iterable[str]) -> frozenset[str] | None:
        """Return the ids of all rules that options name, None when there are no options.

        Raises UsageError for an option that names no rule.
        """
        found: dict[str, tuple[str, ...]] = {one: self.matching(one) for one in selectors}
        for selector, rules in found.items():
            if not rules:
                close = self.nearest(selector)
                raise UsageError(
                    f"no rule, family or slug is called {selector!r}",
                    advice=f"did you mean {close}?"
                    if close
                    else "`autodevops rules` lists them all",
                )
        return frozenset(rule for rules in found.values() for rule in rules) if found else None

    def single(self, name: str) -> str | None:
        """Return the id for one rule's id or slug; None when no rule is called so."""
        if name.upper() in self.slugs:
            return name.upper()
        return next((rule_id for rule_id, slug in self.slugs.items() if slug == name), None)

    def nearest(self, selector: str) -> str | None:
        """Return the id, family or slug that was probably meant."""
        families = {rule_id[:_FAMILY] for rule_id in self.slugs}
        return nearest(selector, (*self.slugs, *self.slugs.values(), *sorted(families)))

    def is_enabled(self, rule_id: str, select: Iterable[str], ignore: Iterable[str]) -> bool:
        """Tell whether a rule is asked: the closest selector wins, `ignore` when both are as close.

        Without any `select` every rule is.
        """
        select = tuple(select)
        chosen = max((self.weight(selector, rule_id) for selector in select), default=0)
        left_out = max((self.weight(selector, rule_id) for selector in ignore), default=0)
        if not chosen and not left_out:
            return not select
        return chosen > left_out
