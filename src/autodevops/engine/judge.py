"""Turns a rule's violations into findings: severity, waivers, baseline, fingerprints."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.guide.baseline import fingerprint
from autodevops.model.finding import (
    AppliedWaiver,
    Finding,
    FindingStatus,
    Location,
    Severity,
    Violation,
)
from autodevops.rules._api import Rule

DOCS_URL = "https://github.com/autodevops/autodevops/blob/main/docs/reference/rules/{id}.md"
"""Where a rule's page is."""

Waive = Callable[[Rule, Violation], AppliedWaiver | None]
"""Returns the waiver that sets a violation aside."""


class Bench(Struct, frozen=True, kw_only=True):
    """What findings are judged by."""

    severities: Mapping[str, Severity] = field(default_factory=dict)
    """Severities that the configuration sets, by rule id."""
    baseline: frozenset[str] = frozenset()
    """Fingerprints of accepted findings."""
    waive: Waive = lambda _rule, _violation: None
    """Looks for a waiver."""

    def severity(self, rule: Rule) -> Severity:
        """Return the default severity in force of a rule."""
        return self.severities.get(rule.id, rule.severity)


def judge(rule: Rule, violations: Iterable[Violation], bench: Bench) -> tuple[Finding, ...]:
    """Return one finding a subject, in the order in which the rule named the subjects."""
    subjects: dict[str, list[Violation]] = {}
    for violation in violations:
        subjects.setdefault(violation.subject, []).append(violation)
    return tuple(_finding(rule, _merged(same), bench) for same in subjects.values())


def _merged(violations: list[Violation]) -> Violation:
    """Return one violation for all that a rule holds against one subject."""
    first, *others = violations
    if not others:
        return first
    places = dict.fromkeys(place for one in violations for place in one.locations)
    worst = max((one.severity for one in violations if one.severity), default=None, key=_rank)
    messages = list(dict.fromkeys(one.message for one in others if one.message != first.message))
    evidence = {**first.evidence, "also": messages} if messages else first.evidence
    waiver = first.waiver if all(one.waiver for one in violations) else None
    return replace(first, at=tuple(places), severity=worst, evidence=evidence, waiver=waiver)


def _rank(severity: Severity) -> int:
    return severity.rank


def _finding(rule: Rule, violation: Violation, bench: Bench) -> Finding:
    identity = fingerprint(rule.id, violation.subject)
    waiver = violation.waiver or bench.waive(rule, violation)
    if waiver is not None:
        status = FindingStatus.WAIVED
    elif identity in bench.baseline:
        status = FindingStatus.BASELINED
    else:
        status = FindingStatus.OPEN
    return Finding(
        id=identity,
        rule=rule.id,
        slug=rule.slug,
        severity=bench.severities.get(rule.id) or violation.severity or rule.severity,
        confidence=violation.confidence,
        subject=violation.subject,
        message=violation.message,
        evidence=violation.evidence,
        locations=violation.locations,
        remediation=violation.remedy or rule.remedy,
        docs_url=DOCS_URL.format(id=rule.id),
        fix=None,
        status=status,
        waiver=waiver,
    )


def without_places(finding: Finding, taken: Callable[[Location], bool]) -> Finding | None:
    """Return a finding without the places that a more specific rule reports; None if none is left.

    A finding that names no place stays.
    """
    left = tuple(place for place in finding.locations if not taken(place))
    if len(left) == len(finding.locations):
        return finding
    return replace(finding, locations=left) if left else None


def same_place(general: Location, specific: Location) -> bool:
    """Tell whether two places are the same: a ref, or a file and the line where both name one."""
    if general.path is None:
        return general.ref is not None and general.ref == specific.ref
    if general.path != specific.path:
        return False
    if general.line is None or specific.line is None:
        return True
    last = specific.end_line or specific.line
    return specific.line <= general.line <= last
