"""The sections of the guide as rows of a table, for the HTML page."""

from collections import Counter

from msgspec import Struct

from autodevops.engine.score import summarize
from autodevops.model.finding import Severity
from autodevops.model.report import Report
from autodevops.model.verdict import Status
from autodevops.render.outline import Section, sections


class SectionRow(Struct, frozen=True, kw_only=True):
    """One section with its numbers."""

    number: int
    """Position in the guide, from 0; names the section inside the page."""
    section: Section
    """Its rules and findings."""
    conformance: float | None
    """As in the report, over this section's rules only."""
    counts: tuple[tuple[Severity, int], ...]
    """Open findings by severity, worst first, zeros left out."""

    def count(self, status: str) -> int:
        """Return the number of rules with that answer."""
        return self.section.count(Status(status))


def rows_of(report: Report) -> tuple[SectionRow, ...]:
    """Return a row for each section, in the guide's order."""
    return tuple(_row(number, section) for number, section in enumerate(sections(report)))


def _row(number: int, section: Section) -> SectionRow:
    counts: Counter[Severity] = Counter()
    for group in section.groups:
        counts[group.severity] += len(group.findings)
    return SectionRow(
        number=number,
        section=section,
        conformance=summarize(section.verdicts, (), complete=True).conformance,
        counts=tuple((each, counts[each]) for each in reversed(Severity) if counts[each]),
    )
