"""Which service and objective a figure is about, and whether it is meant as an objective at all."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._markdown_parts import Heading, Markdown, Table
from autodevops.facts._slo_figures import Figure, figures
from autodevops.guide.model import Objective
from autodevops.model.patterns import regex

_SERVICES = {
    "api": re.compile(r"\b(?:apis?|backend|fastapi|rest|endpoints?|http requests?)\b"),
    "workers": re.compile(r"\b(?:workers?|jobs?|queues?|background|bullmq|processing)\b"),
    "ai": re.compile(
        r"\b(?:ai|llms?|gemini|inference|openai|anthropic|model (?:calls?|responses?))\b"
    ),
}
_OTHER = regex(
    r"\b(?:frontend|front-end|web ?site|page[ -]?loads?|web vitals|lcp|fcp|ttfb|cdn|database|db"
    r"|postgres\w*|quer(?:y|ies)|redis|cache|supabase|storage|builds?|pipelines?|ci|deploy\w*"
    r"|cold starts?|webhooks?|queue (?:wait|depth|latency|lag)|time in queue|search|login|auth)\b"
)
_NO_OBJECTIVE = regex(
    r"error budgets?|budget|downtime|\bburn|\bslas?\b|vendor|third[ -]party|provider|upstream"
    r"|\b(?:vercel|railway|aws|amazon|gcp|google cloud|azure|github|cloudflare|stripe|pagerduty"
    r"|fly\.io|heroku|datadog)\b"
    r"|\bcurrent(?:ly)?\b|observed|\bactual|baseline|\blast (?:week|month|quarter|year|\d)"
    # An objective has its window: "measured over 30 days". What else is measured is a result.
    r"|\bmeasured\b(?! (?:monthly|quarterly|(?:over|per|each) (?:an? |the |any )?"
    r"(?:rolling |trailing |calendar )?(?:28|30|90|month|quarter|window)))"
    r"|today|\bresults?\b|achieved|\bwas\b|\bwere\b|previous|used to|\bold\b|formerly|\bbefore\b"
    r"|changed from|\bfrom \d|historical|\bexample|e\.g\.|for instance|\balert|threshold|\bwarn"
    r"|\bcritical\b|\bpage[sd]?\b|\bfires?\b|trigger|exceed|breach|above|greater than|more than"
    r"|degrad|rollback|roll back|stretch|aspir|proposed|draft|future|next year|scale (?:up|out)"
    r"|premium|enterprise|tier \d|timeout|pre-?prod|staging|\bdev(?:elopment)?\b|canary|investigat"
    r"|abort|incident|spike|\bif\b|\bwhen\b|[>≥]\s?\d[\d.]*\s?(?:ms|s|m)"
)
_NO_OBJECTIVE_TITLE = regex(
    r"alert|error budget|burn|incident|load test|benchmark|result|history|changelog|alternativ"
    r"|example|vendor|sla\b|severity|sev|threshold|troubleshoot|scal(?:e|ing)|rollback|measured"
    r"|current|capacity|escalat|roadmap|future|appendix"
)
_SLO = regex(r"\bsl[oi]s?\b|service[ -]level|objective")
_SENTENCE = regex(r"(?<=[.;!?])\s+(?=[A-Z*`(\[])")
_MAX_CELLS = 40
_LONGEST = 2_000
"""Nobody states an objective in a longer sentence."""
_MAX_TITLES = 50


class Clause(NamedTuple):
    """A text about one thing: a sentence, an item, a cell with what its row and column say."""

    text: str
    """In lower case."""
    line: int
    """1-based line of its beginning."""
    titles: tuple[str, ...]
    """Headings above it, nearest first, in lower case."""


class Theme:
    """Finds the objective that a figure is about."""

    def __init__(self, objectives: tuple[Objective, ...], path: str) -> None:
        """Keep the objectives that may be meant in a document."""
        self._objectives = objectives
        self._path = path.lower()

    def objective(self, clause: Clause, figure: Figure) -> Objective | None:
        """Return the objective that a figure is stated for; None when that is something else."""
        if _NO_OBJECTIVE.search(clause.text) or any(
            _NO_OBJECTIVE_TITLE.search(title) for title in clause.titles[:3]
        ):
            return None
        fitting = [one for one in self._objectives if one.percentile == figure.percentile]
        if not fitting:
            return None
        service = _service_in(clause.text)
        if service is None:
            if _OTHER.search(clause.text):
                return None
            service = next(filter(None, map(_service_in, clause.titles)), None)
        if service is not None:
            return next((one for one in fitting if one.service == service), None)
        return self._by_measure(clause, fitting)

    def _by_measure(self, clause: Clause, fitting: list[Objective]) -> Objective | None:
        """Return the one objective of that measure, where a text is about objectives at all."""
        about = (clause.text, self._path, *clause.titles)
        if not any(_SLO.search(text) for text in about):
            return None
        if any(_OTHER.search(title) for title in clause.titles):
            return None
        same = [one for one in fitting if one.measure in clause.text]
        return same[0] if len(same) == 1 else None


def _service_in(text: str) -> str | None:
    """Return the service that a text names first; None when something else comes before it."""
    found = [
        (match.start(), name)
        for name, pattern in _SERVICES.items()
        if (match := pattern.search(text)) is not None
    ]
    other = _OTHER.search(text)
    if not found or (other is not None and other.start() < min(found)[0]):
        return None
    return min(found)[1]


def clauses_of(markdown: Markdown) -> Iterator[Clause]:
    """Yield the clauses of a document that hold a figure."""
    for paragraph in markdown.paragraphs:
        titles = _titles(markdown.headings, paragraph.line)
        line = paragraph.line
        for sentence in _sentences(paragraph.text):
            text = sentence.lower()
            if len(text) < _LONGEST and any(figures(text)):
                yield Clause(text, line, titles)
            line += sentence.count("\n")
    for table in markdown.tables:
        yield from _in_table(table, _titles(markdown.headings, table.line))


def _sentences(text: str) -> Iterator[str]:
    at = 0
    for gap in _SENTENCE.finditer(text):
        yield text[at : gap.end()]
        at = gap.end()
    yield text[at:]


def _in_table(table: Table, titles: tuple[str, ...]) -> Iterator[Clause]:
    header = [cell.lower() for cell in table.header[:_MAX_CELLS]]
    for row in table.rows:
        cells = [cell.lower() for cell in row.cells[:_MAX_CELLS]]
        plain = [cell for cell in cells if not _has_number(cell)]
        for name, cell in zip(header, cells, strict=False):
            if _has_number(cell):
                text = " ".join([*plain[:1], name, *plain[1:], cell])
                if len(text) < _LONGEST and any(figures(text)):
                    yield Clause(text, row.line, (*header[:1], *titles))


def _has_number(cell: str) -> bool:
    """Tell whether a cell holds a figure with a unit."""
    return re.search(r"\d\s?(?:%(?! of)|ms\b|m?s\b|sec|min|m\b|h\b)", cell) is not None


def _titles(headings: tuple[Heading, ...], line: int) -> tuple[str, ...]:
    """Return the headings above a line, nearest first, each of a higher level than the last."""
    found: list[str] = []
    level = 7
    above = bisect_left(headings, line, key=lambda heading: heading.line)
    for heading in reversed(headings[max(0, above - _MAX_TITLES) : above]):
        if heading.level < level:
            found.append(heading.text.lower())
            level = heading.level
    return tuple(found)
