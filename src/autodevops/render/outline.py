"""A report put in the order in which people read it, shared by the formats made for people."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from msgspec import Struct

from autodevops.model.finding import Finding, FindingStatus, Location, Severity
from autodevops.model.report import Report
from autodevops.model.verdict import Status, Verdict

_ANSWERED = (Status.PASS, Status.FAIL)
_ASIDE = (FindingStatus.WAIVED, FindingStatus.BASELINED)
SHORT_ID = 7
"""Digits of a commit id that are shown."""
ELSEWHERE = "Elsewhere"
"""The section of findings whose rule the report does not list."""


class RuleFindings(Struct, frozen=True, kw_only=True):
    """The findings of one rule that are equally severe."""

    rule: str
    """Rule id."""
    slug: str
    """Rule slug."""
    severity: Severity
    """Severity of each of them."""
    verdict: Verdict | None
    """The rule's verdict; None where the report has none."""
    findings: tuple[Finding, ...]
    """In the report's order, never empty."""

    @property
    def remedy(self) -> str | None:
        """Return what to do where it is the same for all."""
        remedies = {finding.remediation for finding in self.findings}
        return remedies.pop() if len(remedies) == 1 else None


class Section(Struct, frozen=True, kw_only=True):
    """One section of the guide."""

    title: str
    """Its heading."""
    verdicts: tuple[Verdict, ...]
    """All of its rules, in the catalogue's order."""
    groups: tuple[RuleFindings, ...]
    """Its open findings, worst first."""

    @property
    def findings(self) -> int:
        """Return the number of open findings."""
        return sum(len(group.findings) for group in self.groups)

    def count(self, status: Status) -> int:
        """Return the number of rules with that answer."""
        return sum(verdict.status is status for verdict in self.verdicts)


class OpenQuestion(Struct, frozen=True, kw_only=True):
    """Unknown rules that the same permission or input would answer."""

    needs: str | None
    """The permission or input; None where nothing is named, and then they share the reason."""
    reasons: tuple[str, ...]
    """Why they are unknown, each once."""
    verdicts: tuple[Verdict, ...]
    """The rules, in the catalogue's order."""


def sections(report: Report) -> tuple[Section, ...]:
    """Return the sections of the guide in its order, those without open findings too."""
    by_title: dict[str, list[Verdict]] = defaultdict(list)
    title_of: dict[str, str] = {}
    for verdict in report.rules:
        by_title[verdict.guide_section].append(verdict)
        title_of[verdict.id] = verdict.guide_section
    found: dict[str, list[Finding]] = defaultdict(list)
    for finding in report.open_findings():
        found[title_of.get(finding.rule, ELSEWHERE)].append(finding)
    if ELSEWHERE in found:
        by_title.setdefault(ELSEWHERE, [])
    return tuple(
        Section(title=title, verdicts=tuple(rules), groups=_groups(rules, found[title]))
        for title, rules in by_title.items()
    )


def worst_first(given: Iterable[Section]) -> tuple[Section, ...]:
    """Return the sections that have open findings, the one with the worst first."""
    guilty = [section for section in given if section.groups]
    return tuple(sorted(guilty, key=lambda section: -section.groups[0].severity.rank))


def _groups(rules: list[Verdict], findings: list[Finding]) -> tuple[RuleFindings, ...]:
    order = {verdict.id: (at, verdict) for at, verdict in enumerate(rules)}
    grouped: dict[tuple[str, Severity], list[Finding]] = defaultdict(list)
    for finding in findings:
        grouped[finding.rule, finding.severity].append(finding)
    groups = [
        RuleFindings(
            rule=rule,
            slug=found[0].slug,
            severity=severity,
            verdict=order[rule][1] if rule in order else None,
            findings=tuple(found),
        )
        for (rule, severity), found in grouped.items()
    ]
    last = len(order)
    return tuple(
        sorted(groups, key=lambda each: (-each.severity.rank, order.get(each.rule, (last,))[0]))
    )


def open_questions(report: Report) -> tuple[OpenQuestion, ...]:
    """Return what stayed unknown by what would answer it, the most useful answer first."""
    grouped: dict[tuple[str | None, str | None], list[Verdict]] = defaultdict(list)
    for verdict in with_status(report, Status.UNKNOWN):
        key = (verdict.needs, None if verdict.needs else verdict.reason)
        grouped[key].append(verdict)
    questions = [
        OpenQuestion(
            needs=needs,
            reasons=tuple(dict.fromkeys(each.reason for each in verdicts if each.reason)),
            verdicts=tuple(verdicts),
        )
        for (needs, _), verdicts in grouped.items()
    ]
    return tuple(sorted(questions, key=lambda each: -len(each.verdicts)))


def with_status(report: Report, status: Status) -> tuple[Verdict, ...]:
    """Return the verdicts with that answer."""
    return tuple(verdict for verdict in report.rules if verdict.status is status)


def set_aside(report: Report) -> tuple[Finding, ...]:
    """Return the waived and the baselined findings."""
    return tuple(each for each in report.findings if each.status is not FindingStatus.OPEN)


def set_aside_counts(report: Report) -> tuple[str, ...]:
    """Return how many findings are waived and how many in the baseline, zeros left out."""
    counts = report.summary.findings
    return tuple(f"{counts[name]} {name}" for name in _ASIDE if counts.get(name))


def fixable(report: Report) -> int:
    """Return for how many open findings a fix is on offer."""
    return sum(finding.fix is not None for finding in report.open_findings())


def judged(report: Report) -> int:
    """Return how many rules passed or failed."""
    return sum(report.summary.rules.get(status, 0) for status in _ANSWERED)


def severity_counts(report: Report) -> tuple[tuple[Severity, int], ...]:
    """Return the numbers of open findings, worst first, zeros left out."""
    counts = report.summary.findings
    pairs = ((severity, counts.get(severity.value, 0)) for severity in reversed(Severity))
    return tuple((severity, count) for severity, count in pairs if count)


def further_messages(finding: Finding) -> tuple[str, ...]:
    """Return what else the rule said of the subject: the engine merges those into one finding."""
    also = finding.evidence.get("also")
    if isinstance(also, str) or not isinstance(also, Sequence):
        return ()
    return tuple(each for each in also if isinstance(each, str))


def percent(ratio: float | None) -> str:
    """Return a ratio as whole per cent; only what is complete reads 100%, only nothing 0%."""
    if ratio is None:
        return "n/a"
    if 0 < ratio < 1:
        return f"{min(max(round(ratio * 100), 1), 99)}%"
    return f"{round(ratio * 100)}%"


def plural(count: int, noun: str) -> str:
    """Return a number with its noun."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def targets_told(total: int, failed: int) -> str:
    """Return how many targets there are, and how many of them could not be audited."""
    told = plural(total, "target")
    return f"{told}, {failed} not audited" if failed else told


def place(location: Location, prefix: str = "") -> str:
    """Return where it is, in the form that terminals and editors open: `path:line:column`."""
    if location.path is not None:
        parts = [f"{prefix}{location.path}"]
        parts += [str(number) for number in (location.line, location.column) if number]
        where = ":".join(parts)
        return f"{where} in {location.commit[:SHORT_ID]}" if location.commit else where
    if location.commit is not None:
        return f"commit {location.commit[:SHORT_ID]}"
    if location.setting is not None:
        return f"setting {location.setting}"
    return location.ref or ""


def main_place(finding: Finding) -> str:
    """Return where the main place of a finding is; empty when it has none."""
    return next((place(location) for location in finding.locations), "")


def places(finding: Finding) -> tuple[Location, ...]:
    """Return the places of a finding but for a branch or tag that its message names anyway."""
    return tuple(
        location
        for location in finding.locations
        if location.ref is None or location.ref not in finding.message
    )
