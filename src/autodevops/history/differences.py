"""What changed between two audits, finding by finding."""

from msgspec import Struct

from autodevops.history.lives import judged
from autodevops.model.finding import Finding, FindingStatus
from autodevops.model.report import Report


class Differences(Struct, frozen=True, kw_only=True):
    """The findings of two audits, by what became of them. Only open ones count."""

    new: tuple[Finding, ...]
    """Open only in the later audit."""
    fixed: tuple[Finding, ...]
    """Open in the earlier audit, not reported in the later."""
    still_open: tuple[Finding, ...]
    """Open in both, as the later audit shows them."""
    set_aside: tuple[Finding, ...]
    """Open in the earlier audit, waived or in the baseline in the later."""
    unjudged: tuple[Finding, ...]
    """Open in one audit, while the rule could not judge or was left out in the other."""


_NAMES = Differences.__struct_fields__


def differences(earlier: Report, later: Report) -> Differences:
    """Return what became of the findings, by fingerprint."""
    before = {finding.id: finding for finding in earlier.findings}
    after = {finding.id: finding for finding in later.findings}
    judged_before, judged_after = judged(earlier.rules), judged(later.rules)
    found: dict[str, list[Finding]] = {name: [] for name in _NAMES}
    for finding in later.findings:
        if finding.status is FindingStatus.OPEN:
            now = _of_later(before.get(finding.id), known=finding.rule in judged_before)
            found[now].append(finding)
    for finding in earlier.findings:
        if finding.status is FindingStatus.OPEN and (
            since := _of_earlier(after.get(finding.id), known=finding.rule in judged_after)
        ):
            found[since].append(finding)
    return Differences(**{name: tuple(findings) for name, findings in found.items()})


def _of_later(earlier: Finding | None, *, known: bool) -> str:
    """Return what a finding that is open in the later audit is."""
    if earlier is None:
        return "new" if known else "unjudged"
    return "still_open" if earlier.status is FindingStatus.OPEN else "new"


def _of_earlier(later: Finding | None, *, known: bool) -> str | None:
    """Return what became of a finding that was open; None when the later audit tells."""
    if later is None:
        return "fixed" if known else "unjudged"
    return None if later.status is FindingStatus.OPEN else "set_aside"
