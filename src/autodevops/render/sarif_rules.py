"""Rules as SARIF descriptors, with the help that GitHub shows beside an alert."""

from collections.abc import Iterable

from autodevops.model.finding import Confidence, Finding, Plain, Severity
from autodevops.model.verdict import Verdict
from autodevops.render.escape import uri, web_address
from autodevops.render.sarif_results import LEVELS

HOME = "https://github.com/autodevops/autodevops"
"""Where the program lives."""
SECURITY_FAMILIES = frozenset({"SE", "WS", "DB"})
"""Families whose findings are about security; GitHub ranks those by `security-severity`."""
SECURITY_RULES = frozenset({"SB004", "SB006"})
"""Rules about security in other families."""
_SCORES = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.5",
}
_PROBLEM = {"error": "error", "warning": "warning", "note": "recommendation"}


def descriptors(verdicts: Iterable[Verdict], findings: list[Finding]) -> list[dict[str, Plain]]:
    """Return a descriptor for each verdict, then for each rule that only findings name."""
    found: dict[str, Finding] = {}
    confidence: dict[str, Confidence] = {}
    order = list(Confidence)
    for finding in findings:
        found.setdefault(finding.rule, finding)
        known = confidence.get(finding.rule, Confidence.HIGH)
        confidence[finding.rule] = min(known, finding.confidence, key=order.index)
    rules: dict[str, dict[str, Plain]] = {}
    for verdict in verdicts:
        precision = confidence.get(verdict.id, Confidence.HIGH)
        rules[verdict.id] = _descriptor(verdict, found.get(verdict.id), precision)
    for rule, finding in found.items():
        if rule not in rules:
            rules[rule] = {"id": rule, "name": finding.slug, "helpUri": _docs_url(rule, finding)}
    return list(rules.values())


def _descriptor(
    verdict: Verdict, finding: Finding | None, precision: Confidence
) -> dict[str, Plain]:
    level = LEVELS[verdict.severity]
    security = verdict.family in SECURITY_FAMILIES or verdict.id in SECURITY_RULES
    text, markdown = _help(verdict, finding)
    return {
        "id": verdict.id,
        "name": verdict.slug,
        "shortDescription": {"text": f"{verdict.title}."},
        "fullDescription": {"text": f"{verdict.title}. Guide: {verdict.guide_section}."},
        "help": {"text": text, "markdown": markdown},
        "helpUri": _docs_url(verdict.id, finding),
        "defaultConfiguration": {"level": level},
        "properties": {
            "tags": [verdict.family, *(["security"] if security else ["maintainability"])],
            "precision": precision.value,
            "problem.severity": _PROBLEM[level],
            **({"security-severity": _SCORES[verdict.severity]} if security else {}),
        },
    }


def _docs_url(rule: str, finding: Finding | None) -> str:
    from autodevops.engine.judge import DOCS_URL

    named = None if finding is None else web_address(finding.docs_url)
    return named or DOCS_URL.format(id=uri(rule))


def _help(verdict: Verdict, finding: Finding | None) -> tuple[str, str]:
    """Return the rule's documentation as text and as Markdown.

    A saved report may hold rules of another version: then all there is to tell is the remedy.
    """
    from autodevops.rules.catalog import RULES
    from autodevops.rules.pages import page

    for rule in RULES:
        if rule.id == verdict.id:
            text = f"{rule.title}.\n\n{rule.why}\n\nRemedy: {rule.remedy}"
            return text, page(rule)
    remedy = f"Remedy: {finding.remediation}" if finding is not None else ""
    text = f"{verdict.title}.\n\n{remedy}".strip()
    return text, text
