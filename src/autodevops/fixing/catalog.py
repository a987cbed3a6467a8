"""Every fixer, in the order of the guide: the explicit list; a test holds it against the rules."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import lru_cache

from autodevops.fixing import layout
from autodevops.fixing._api import Fixer
from autodevops.model.finding import Finding, FindingStatus

FIXERS: tuple[Fixer, ...] = (layout.create_folder,)


def fixer_for(finding: Finding, fixers: Iterable[Fixer] | None = None) -> Fixer | None:
    """Return the fixer that would try to repair a finding; None without one."""
    known = _by_rule().get(finding.rule, ()) if fixers is None else fixers
    return next((one for one in known if one.rule == finding.rule and one.when(finding)), None)


def with_offers(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return the findings with what `fix` would try; nothing for those that don't count."""
    return tuple(map(_with_offer, findings))


def _with_offer(finding: Finding) -> Finding:
    if finding.status is not FindingStatus.OPEN:
        return finding
    found = fixer_for(finding)
    return finding if found is None else replace(finding, fix=found.offer)


@lru_cache(maxsize=1)
def _by_rule() -> Mapping[str, tuple[Fixer, ...]]:
    rules: dict[str, tuple[Fixer, ...]] = {}
    for one in FIXERS:
        rules[one.rule] = (*rules.get(one.rule, ()), one)
    return rules
