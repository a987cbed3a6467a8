"""`autodevops advise --format json`: the advice, and what was proven of it, as one document."""

from autodevops import __version__
from autodevops.advice.models import PRICED_ON
from autodevops.advising import Advice, Counsel
from autodevops.model.finding import Plain
from autodevops.render.json_text import encode, plain

SCHEMA = "autodevops/advice/v1"
"""Names the schema; keys are never left out."""


def as_json(counsel: Counsel) -> str:
    """Return the document."""
    target = counsel.audited.report.target
    document: dict[str, Plain] = {
        "schema": SCHEMA,
        "tool": {"name": "autodevops", "version": __version__},
        "target": {"name": target.name, "path": target.path, "commit": target.commit},
        "model": counsel.model,
        "cost": {"dollars": round(counsel.spent, 6), "priced_on": PRICED_ON},
        "obstacles": list(counsel.obstacles),
        "left_out": counsel.left_out,
        "written": counsel.written,
        "advice": [_advice(one) for one in counsel.advice],
        "changes": [
            {"path": one.path, "change": one.kind, "diff": one.text} for one in counsel.changes
        ],
        "prompts": [
            {"instructions": one.instructions, "text": one.text} for one in counsel.prompts
        ],
    }
    return encode(plain(document))


def _advice(one: Advice) -> Plain:
    said, proof = one.remediation, one.proof
    return {
        "finding": one.finding.id,
        "rule": one.finding.rule,
        "slug": one.finding.slug,
        "severity": one.finding.severity.value,
        "subject": one.finding.subject,
        "source": "rule" if one.model is None else one.model,
        "cached": one.cached,
        "explanation": said.explanation,
        "steps": list(said.steps),
        "risk": None if said.risk is None else said.risk.value,
        "edits": None
        if proof is None
        else {
            "paths": list(proof.paths),
            "verified": proof.is_verified,
            "reasons": list(proof.reasons),
        },
    }
