"""Words of commits and pull requests that hold repairs; what comes from the target is escaped."""

import re
from collections.abc import Iterable, Sequence

from autodevops.model.edit import Repair
from autodevops.model.finding import Finding, FindingStatus, Safety, Severity
from autodevops.model.report import Report

MARKER = "<!-- autodevops:fix -->"
"""Tells our pull requests from others."""
_HEADER = 72
_MOST_ROWS = 100
_MARKUP = re.compile(r"([\\`*_\[\]<>|~&$#@!])")


def title(repairs: Sequence[Repair]) -> str:
    """Return the header of a commit, a Conventional Commit of at most 72 characters."""
    rules = list(dict.fromkeys(one.finding.rule for one in repairs))
    count = len(repairs)
    text = f"fix: repair {count} {'finding' if count == 1 else 'findings'} of the structure guide"
    named = f"{text} ({', '.join(rules)})"
    return named if len(named) <= _HEADER else text


def commit_message(repairs: Sequence[Repair], trailer: str) -> str:
    """Return the whole message of a commit."""
    lines = [f"- {one.finding.rule} {_plain(one.finding.subject)}: {one.title}" for one in repairs]
    return "\n".join([title(repairs), "", *lines, "", trailer, ""])


def body(before: Report, after: Report, repairs: Sequence[Repair]) -> str:
    """Return the text of a pull request: what was repaired, findings before and after."""
    repaired = {one.finding.id: one for one in repairs}
    left = {finding.id for finding in after.findings if finding.status is FindingStatus.OPEN}
    unsafe = [one for one in repairs if one.safety != Safety.SAFE]
    parts = [
        MARKER,
        (
            "Repairs of what `autodevops audit` found. Each was audited together with all others "
            "before it was proposed: the finding is gone, nothing new came."
        ),
        _summary(before, after),
        "### Repaired",
        *_rows(one.finding for one in repairs),
    ]
    if unsafe:
        parts += ["### Needs a look", *_titles(unsafe)]
    stay = [one for one in before.findings if one.id in left and one.id not in repaired]
    if stay:
        parts += ["### Still open", *_rows(stay)]
    return "\n".join(_spaced(parts))


def _summary(before: Report, after: Report) -> str:
    head = "| | " + " | ".join(reversed(Severity)) + " | conformance |"
    rule = "|---" * (len(Severity) + 2) + "|"
    return "\n".join([head, rule, _counted("before", before), _counted("after", after)])


def _counted(name: str, report: Report) -> str:
    counts = " | ".join(str(report.summary.findings[one]) for one in reversed(Severity))
    share = report.summary.conformance
    return f"| {name} | {counts} | {'-' if share is None else f'{share:.0%}'} |"


def _rows(findings: Iterable[Finding]) -> list[str]:
    rows = [
        f"- **{one.rule}** {_escaped(one.subject)}: {_escaped(one.message)}" for one in findings
    ]
    more = [f"- and {len(rows) - _MOST_ROWS} more"] if len(rows) > _MOST_ROWS else []
    return rows[:_MOST_ROWS] + more


def _titles(repairs: Iterable[Repair]) -> list[str]:
    return [
        f"- **{one.finding.rule}** {_escaped(one.finding.subject)}: {one.title}" for one in repairs
    ]


def _spaced(parts: Sequence[str]) -> Iterable[str]:
    """Yield the parts with empty lines around all but list items."""
    for part in parts:
        if not part.startswith("- "):
            yield ""
        yield part
        if part.startswith("### "):
            yield ""


def _plain(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text)


def _escaped(text: str) -> str:
    """Return text that is no markup, mention or reference in GitHub's Markdown."""
    shown = _MARKUP.sub(r"\\\1", _plain(text))
    return (
        shown.replace("\\@", "@<!-- -->").replace("\\#", "#<!-- -->").replace("://", ":<!-- -->//")
    )
