"""`autodevops fix --format json`: what was offered and done, as one document."""

from collections.abc import Mapping

from autodevops import __version__
from autodevops.fixing.deletions import Deletion
from autodevops.fixing.preview import Change
from autodevops.fixing.rulesets import SettingsChange
from autodevops.mending import Mended
from autodevops.model.edit import Repair
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
        "repairs": [_repair(one) for one in proposal.repairs],
        "declined": [
            {**_finding(one.finding), "title": one.title, "reasons": list(one.reasons)}
            for one in proposal.declined
        ],
        "held_back": [_finding(one) for one in proposal.held_back],
        "changes": [_change(one) for one in mended.changes],
        "branches": [_deletion(one) for one in mended.deletions],
        "settings": [_settings(one, sent=one.title in mended.sent) for one in mended.settings],
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


def _repair(repair: Repair) -> Plain:
    return {
        **_finding(repair.finding),
        "title": repair.title,
        "safety": repair.safety.value,
        "paths": [edit.path for edit in repair.edits],
    }


def _deletion(deletion: Deletion) -> Plain:
    return {
        **_finding(deletion.finding),
        "branch": deletion.branch,
        "commit": deletion.commit,
        "commands": list(deletion.commands),
        "restore": list(deletion.restore),
        "done": deletion.done,
    }


def _settings(change: SettingsChange, *, sent: bool) -> Plain:
    return {
        "title": change.title,
        "findings": [finding.id for finding in change.findings],
        "ruleset": change.ruleset,
        "payload": change.payload,
        "blocks": list(change.blocks),
        "sent": sent,
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
