"""`autodevops fix --format json`: what was offered and done, as one document."""

from collections.abc import Mapping

from autodevops import __version__
from autodevops.fixing.preview import Change
from autodevops.mending import Mended
from autodevops.model.finding import Finding, Plain
from autodevops.model.report import Report
from autodevops.render.json_text import encode, plain

SCHEMA = "autodevops/fix/v1"
"""Names the schema; keys are never left out."""


def as_json(mended: Mended) -> str:
    """Return the document."""
    proposal, request = mended.proposal, mended.pull_request
    target = proposal.before.target
    document: dict[str, Plain] = {
        "schema": SCHEMA,
        "tool": {"name": "autodevops", "version": __version__},
        "target": {"name": target.name, "path": target.path, "commit": target.commit},
        "written": mended.written,
        "branch": mended.branch,
        "commit": mended.commit,
        "pull_request": None if request is None else {"number": request.number, "url": request.url},
        "before": _summary(proposal.before),
        "after": _summary(proposal.after),
        "repairs": [
            {
                **_finding(one.finding),
                "title": one.title,
                "safety": one.safety.value,
                "paths": [edit.path for edit in one.edits],
            }
            for one in proposal.repairs
        ],
        "declined": [
            {**_finding(one.finding), "title": one.title, "reasons": list(one.reasons)}
            for one in proposal.declined
        ],
        "held_back": [_finding(one) for one in proposal.held_back],
        "changes": [_change(one) for one in mended.changes],
        "branches": [
            {
                **_finding(one.finding),
                "branch": one.branch,
                "commit": one.commit,
                "commands": list(one.commands),
                "restore": list(one.restore),
                "done": one.done,
            }
            for one in mended.deletions
        ],
        "settings": [
            {
                "title": one.title,
                "findings": [finding.id for finding in one.findings],
                "ruleset": one.ruleset,
                "payload": one.payload,
                "blocks": list(one.blocks),
                "sent": one.title in mended.sent,
            }
            for one in mended.settings
        ],
    }
    return encode(plain(document))


def _finding(finding: Finding) -> Mapping[str, Plain]:
    return {
        "finding": finding.id,
        "rule": finding.rule,
        "slug": finding.slug,
        "severity": finding.severity.value,
        "subject": finding.subject,
    }


def _change(change: Change) -> Plain:
    return {
        "path": change.path,
        "change": change.kind,
        "executable": change.executable,
        "diff": change.text,
    }


def _summary(report: Report) -> Plain:
    return {
        "conformance": report.summary.conformance,
        "findings": dict(report.summary.findings),
    }
