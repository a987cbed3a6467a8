"""Every fixer, in the order of the guide: the explicit list; a test holds it against the rules."""

from collections.abc import Iterable

from autodevops.fixing import layout
from autodevops.fixing._api import Fixer
from autodevops.model.finding import Finding, FindingStatus, Fix

FIXERS: tuple[Fixer, ...] = (layout.create_folder,)


def fixer_for(finding: Finding, fixers: Iterable[Fixer] = FIXERS) -> Fixer | None:
    """Return the fixer that would try to repair a finding; None without one."""
    return next((one for one in fixers if one.rule == finding.rule and one.when(finding)), None)


def offer_for(finding: Finding) -> Fix | None:
    """Return what a report promises for a finding; nothing for one that doesn't count."""
    if finding.status is not FindingStatus.OPEN:
        return None
    found = fixer_for(finding)
    return None if found is None else found.offer
