"""The history as JSON: published forms, each with its version (docs/reference/history-json.md)."""

from collections.abc import Iterable, Mapping

from autodevops.history.reading import SeenFinding, StoredAudit
from autodevops.history.retention import Pruned
from autodevops.model.finding import Finding
from autodevops.model.trend import Trend, TrendPoint
from autodevops.past import Comparison, Findings
from autodevops.render.json_text import encode

LIST = "autodevops/history-list/v1"
"""Names the form of a list of audits."""
DIFF = "autodevops/history-diff/v1"
"""Names the form of the difference between two audits."""
TREND = "autodevops/history-trend/v1"
"""Names the form of a trend."""
FINDINGS = "autodevops/history-findings/v1"
"""Names the form of a branch's findings."""
PRUNE = "autodevops/history-prune/v1"
"""Names the form of what was forgotten."""
_LIFE = ("first_seen", "first_commit", "last_seen", "last_commit")
_END = ("fixed_at", "fixed_in", "reopened", "reopened_at")


def audits_as_json(audits: Iterable[StoredAudit]) -> str:
    """Return a list of audits."""
    return encode({"schema": LIST, "audits": [_audit(audit) for audit in audits]})


def comparison_as_json(comparison: Comparison) -> str:
    """Return the difference between two audits."""
    found, lives = comparison.differences, comparison.lives
    earlier, later = comparison.earlier, comparison.later
    return encode(
        {
            "schema": DIFF,
            "earlier": _audit(earlier),
            "later": _audit(later),
            "same_guide": earlier.guide_digest == later.guide_digest,
            "new": _findings(found.new, lives),
            "fixed": _findings(found.fixed, lives),
            "still_open": _findings(found.still_open, lives),
            "set_aside": _findings(found.set_aside, lives),
            "unjudged": _findings(found.unjudged, lives),
        }
    )


def trend_as_json(trend: Trend | None) -> str:
    """Return a trend; without audits its target is null."""
    return encode(
        {
            "schema": TREND,
            "target": None if trend is None else trend.target,
            "branch": None if trend is None else trend.branch,
            "points": [] if trend is None else [_point(point) for point in trend.points],
        }
    )


def findings_as_json(found: Findings | None) -> str:
    """Return the findings of a branch; without audits its target is null."""
    return encode(
        {
            "schema": FINDINGS,
            "target": None if found is None else found.target,
            "branch": None if found is None else found.branch,
            "findings": [] if found is None else [each._asdict() for each in found.findings],
        }
    )


def pruned_as_json(pruned: Pruned) -> str:
    """Return what was forgotten."""
    return encode(
        {
            "schema": PRUNE,
            "removed": pruned.removed,
            "waiting": pruned.waiting,
            "left": pruned.left,
        }
    )


def _audit(audit: StoredAudit) -> dict[str, object]:
    return {
        "id": audit.id,
        "target": {"name": audit.name, "url": audit.url},
        "branch": audit.branch or None,
        "commit": audit.commit,
        "dirty": bool(audit.dirty),
        "kind": audit.kind,
        "whole": bool(audit.whole),
        "started_at": audit.started_at,
        "seconds": round(audit.seconds, 3),
        "tool_version": audit.tool_version,
        "guide": {
            "name": audit.guide_name,
            "version": audit.guide_version,
            "digest": audit.guide_digest,
        },
        "conformance": _ratio(audit.conformance),
        "coverage": _ratio(audit.coverage),
        "complete": bool(audit.complete),
        "findings": {
            "critical": audit.critical,
            "high": audit.high,
            "medium": audit.medium,
            "low": audit.low,
            "info": audit.info,
            "waived": audit.waived,
            "baselined": audit.baselined,
        },
    }


def _point(point: TrendPoint) -> dict[str, object]:
    return {
        "audit": point.audit,
        "at": point.at,
        "commit": point.commit,
        "dirty": bool(point.dirty),
        "guide": point.guide,
        "complete": bool(point.complete),
        "conformance": _ratio(point.conformance),
        "coverage": _ratio(point.coverage),
        "open": point.open,
        "findings": {
            "critical": point.critical,
            "high": point.high,
            "medium": point.medium,
            "low": point.low,
            "info": point.info,
        },
    }


def _findings(
    found: Iterable[Finding], lives: Mapping[str, SeenFinding]
) -> list[dict[str, object]]:
    return [
        {
            "id": finding.id,
            "rule": finding.rule,
            "slug": finding.slug,
            "severity": finding.severity,
            "subject": finding.subject,
            "message": finding.message,
            **{name: getattr(lives.get(finding.id), name, None) for name in (*_LIFE, *_END)},
        }
        for finding in found
    ]


def _ratio(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
