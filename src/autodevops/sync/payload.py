"""What goes up of a report: all that its findings show, nothing of this machine.

The path of the target stays here. What repeats is named once and what is empty is left out: a
report of many findings is a third to a half shorter then, for backends that inflate nothing.
"""

import hashlib
from collections.abc import Iterator
from functools import cached_property
from typing import Any

import msgspec
from msgspec import Struct

from autodevops.model.verdict import Verdict
from autodevops.sync.report import Finding, Report, Shown, read_report


class SentFinding(Shown, frozen=True, kw_only=True):
    """One finding as it goes up."""

    remedy: int
    """Its place among the audit's remedies, from 0."""


class Payload(Struct, frozen=True, kw_only=True, dict=True):
    """One audit, ready to be sent."""

    audit_id: str
    """The audit's UUID, which makes a second push of it harmless."""
    head: dict[str, Any]
    """All but the findings, in the names of the backend's function."""
    findings: tuple[SentFinding, ...]
    """The findings."""

    @cached_property
    def whole(self) -> bytes:
        """Return everything as one JSON object."""
        return msgspec.json.encode(self.head | {"findings": self.findings})

    def parts(self, limit: int) -> Iterator[bytes]:
        """Yield the findings as JSON arrays of at most `limit` bytes; a longer one stands alone."""
        rows: list[bytes] = []
        size = 2
        for row in map(msgspec.json.encode, self.findings):
            if rows and size + len(row) > limit:
                yield b"[" + b",".join(rows) + b"]"
                rows, size = [], 2
            rows.append(row)
            size += len(row) + 1
        if rows:
            yield b"[" + b",".join(rows) + b"]"

    def upload(self, limit: int) -> str:
        """Return a name for one way of cutting: the same findings cut alike have the same."""
        return f"{hashlib.sha256(self.whole).hexdigest()[:32]}-{limit}"

    def ended(self, upload: str, parts: int) -> bytes:
        """Return the JSON object that stores the audit with the parts that went up before."""
        return msgspec.json.encode(self.head | {"upload": {"key": upload, "parts": parts}})


def prepare(audit_id: str, report: bytes) -> Payload:
    """Return what goes up of a JSON report, version 1; raises NotAReportError."""
    decoded = read_report(report)
    remedies: dict[str, int] = {}
    findings: dict[str, SentFinding] = {}
    pages: dict[str, str] = {}
    for each in decoded.findings:
        place = remedies.setdefault(each.remediation, len(remedies))
        findings.setdefault(each.id, _sent(each, place))
        pages.setdefault(each.rule, each.docs_url)
    return Payload(
        audit_id=audit_id,
        head=_head(audit_id, decoded, pages) | {"remedies": list(remedies)},
        findings=tuple(findings.values()),
    )


def _head(audit_id: str, report: Report, pages: dict[str, str]) -> dict[str, Any]:
    target = report.target
    return {
        "id": audit_id,
        "repository": {"name": target.name, "url": target.url},
        "commit": target.commit,
        "branch": target.branch or "",
        "dirty": target.dirty,
        "started_at": report.started_at,
        "seconds": report.seconds,
        "tool_version": report.tool.version,
        "guide": msgspec.to_builtins(report.guide),
        "conformance": report.summary.conformance,
        "coverage": report.summary.coverage,
        "complete": report.summary.complete,
        "notes": list(report.notes),
        "rules": [_verdict(rule, pages.get(rule.id)) for rule in report.rules],
    }


def _verdict(verdict: Verdict, page: str | None) -> dict[str, Any]:
    row = msgspec.to_builtins(verdict) | {"whole": verdict.is_whole, "docs_url": page}
    del row["seconds"]
    return {name: value for name, value in row.items() if value is not None}


def _sent(finding: Finding, remedy: int) -> SentFinding:
    shown = {name: getattr(finding, name) for name in Shown.__struct_fields__}
    return SentFinding(**shown, remedy=remedy)
