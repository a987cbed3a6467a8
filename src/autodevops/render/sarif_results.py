"""Findings as SARIF results with the places that GitHub needs."""

from collections.abc import Mapping

from autodevops.model.finding import Finding, FindingStatus, Location, Plain, Severity
from autodevops.render.escape import uri
from autodevops.render.outline import place

ROOT = "%SRCROOT%"
"""Stands for the repository's root, as in CodeQL's own results."""
FALLBACK = "README.md"
"""Where a finding is shown that is at no file (a branch, a setting): GitHub demands one."""
MOST_LOCATIONS = 100
"""GitHub keeps no more places of one result."""
LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}
"""SARIF's words for severities."""


def result_of(finding: Finding, rule_index: int) -> dict[str, Plain]:
    """Return a finding as a result of the rule at that index."""
    main, *others = finding.locations or (Location(),)
    kept = others[: MOST_LOCATIONS - 1]
    result: dict[str, Plain] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "kind": "fail",
        "level": LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [_location(main)],
    }
    if kept:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": without_links(place(other) or finding.subject)},
                **_location(other),
            }
            for number, other in enumerate(kept, start=1)
        ]
    # GitHub tells alerts apart by primaryLocationLineHash alone; unset, it is computed from the
    # line, and all branches would be one alert at the fallback.
    result["partialFingerprints"] = {
        "autodevops/v1": finding.id,
        "primaryLocationLineHash": f"{finding.id}:1",
    }
    if suppression := _suppression(finding):
        result["suppressions"] = [suppression]
    result["properties"] = {
        "subject": finding.subject,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        **({"placesLeftOut": len(others) - len(kept)} if len(others) > len(kept) else {}),
    }
    return result


def _message(finding: Finding) -> str:
    message = finding.message if finding.message.endswith(".") else f"{finding.message}."
    return without_links(f"{message} {finding.remediation}".rstrip())


def without_links(text: str) -> str:
    """Return text in which nothing reads as SARIF's `[text](link)` (3.11.6)."""
    if "](" not in text:
        return text
    return text.replace("[", "\\[").replace("]", "\\]")


def _location(location: Location) -> dict[str, Plain]:
    artifact: Mapping[str, Plain] = {"uri": uri(location.path or FALLBACK), "uriBaseId": ROOT}
    region: Mapping[str, Plain] = {
        "startLine": location.line or 1,
        **({"startColumn": location.column} if location.line and location.column else {}),
        **({"endLine": location.end_line} if location.line and location.end_line else {}),
    }
    shown: dict[str, Plain] = {"physicalLocation": {"artifactLocation": artifact, "region": region}}
    logical = [
        {"name": name, "kind": kind}
        for kind, name in (
            ("ref", location.ref),
            ("setting", location.setting),
            ("commit", location.commit),
        )
        if name is not None
    ]
    if logical:
        shown["logicalLocations"] = logical
    return shown


def _suppression(finding: Finding) -> dict[str, Plain] | None:
    match finding.status:
        case FindingStatus.OPEN:
            return None
        case FindingStatus.BASELINED:
            why = "accepted in the baseline"
        case FindingStatus.WAIVED if finding.waiver is None:
            why = "waived"
        case FindingStatus.WAIVED:
            waiver = finding.waiver
            until = f", until {waiver.expires}" if waiver.expires else ""
            by = f", approved by {waiver.approved_by}" if waiver.approved_by else ""
            why = f"{waiver.reason} ({waiver.source}{until}{by})"
    return {"kind": "external", "status": "accepted", "justification": why}
