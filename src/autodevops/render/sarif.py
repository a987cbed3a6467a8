"""Reports as SARIF 2.1.0, in the form and within the limits of GitHub code scanning.

https://docs.oasis-open.org/sarif/sarif/v2.1.0 and
https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

import gzip
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from autodevops import __version__
from autodevops.model.finding import Finding, FindingStatus, Plain
from autodevops.model.report import Failure, Report, Result
from autodevops.model.verdict import Status
from autodevops.render.escape import web_address
from autodevops.render.interface import RenderOptions
from autodevops.render.json_text import encode
from autodevops.render.outline import plural
from autodevops.render.sarif_results import ROOT, result_of, without_links
from autodevops.render.sarif_rules import HOME, descriptors

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
"""Where editors find the schema."""
MOST_RESULTS = 25_000
"""GitHub refuses a run with more results, and shows the 5,000 that matter most."""
MOST_BYTES = 10_000_000
"""GitHub refuses a file that is larger when compressed with gzip."""

_JUDGED = (Status.PASS, Status.FAIL, Status.UNKNOWN, Status.ERROR)


def render_sarif(results: Sequence[Result], options: RenderOptions) -> str:
    """Return one log with a run for each target, the findings that matter most first.

    What exceeds GitHub's limits is left out, and the run says how much.
    """
    most = MOST_RESULTS
    text = _log(results, options, most)
    while len(text) > MOST_BYTES and most and _compressed(text) > MOST_BYTES:
        most //= 2
        text = _log(results, options, most)
    return text


def _compressed(text: str) -> int:
    return len(gzip.compress(text.encode(), compresslevel=6))


def _log(results: Sequence[Result], options: RenderOptions, most: int) -> str:
    several = len(results) > 1 or options.batch
    runs = [_run(result, most, several=several) for result in results]
    return encode({"$schema": SCHEMA, "version": "2.1.0", "runs": runs})


def _run(result: Result, most: int, *, several: bool) -> dict[str, Plain]:
    # GitHub takes one run for each category and tool: several targets need categories of their own.
    category = f"autodevops/{result.target.name}/" if several else "autodevops/"
    if isinstance(result, Failure):
        return {
            "tool": {"driver": _driver(__version__, [])},
            "automationDetails": {"id": category},
            "invocations": [_failed(result)],
            "results": [],
        }
    verdicts = [verdict for verdict in result.rules if verdict.status in _JUDGED]
    findings = sorted(result.findings, key=_importance)
    rules = descriptors(verdicts, findings)
    index = {str(rule["id"]): at for at, rule in enumerate(rules)}
    return {
        "tool": {"driver": _driver(result.tool_version, rules)},
        "automationDetails": {"id": category},
        "invocations": [_invocation(result, index, cut=max(len(findings) - most, 0))],
        "originalUriBaseIds": {ROOT: {"description": {"text": "The root of the repository."}}},
        **_provenance(result),
        "columnKind": "unicodeCodePoints",
        "results": [result_of(each, index[each.rule]) for each in findings[:most]],
        "properties": {
            "target": result.target.name,
            "guide": f"{result.guide.name} {result.guide.version}",
            "conformance": result.summary.conformance,
            "coverage": result.summary.coverage,
            "complete": result.summary.complete,
        },
    }


def _importance(finding: Finding) -> tuple[bool, int]:
    return finding.status is not FindingStatus.OPEN, -finding.severity.rank


def _driver(version: str, rules: list[dict[str, Plain]]) -> dict[str, Plain]:
    return {
        "name": "autodevops",
        "version": version,
        "semanticVersion": version,
        "informationUri": HOME,
        "rules": rules,
    }


def _provenance(report: Report) -> dict[str, Plain]:
    target = report.target
    url = web_address(target.url)
    if url is None:
        return {}
    version: dict[str, Plain] = {
        "repositoryUri": url,
        **({"revisionId": target.commit} if target.commit else {}),
        **({"branch": target.branch} if target.branch else {}),
        "mappedTo": {"uriBaseId": ROOT},
    }
    return {"versionControlProvenance": [version]}


def _invocation(report: Report, index: dict[str, int], *, cut: int) -> dict[str, Plain]:
    notifications = [
        _notification("note", _unknown(verdict.reason, verdict.needs), verdict.id, index)
        if verdict.status is Status.UNKNOWN
        else _notification("error", f"The rule crashed: {verdict.reason}.", verdict.id, index)
        for verdict in report.rules
        if verdict.status in {Status.UNKNOWN, Status.ERROR}
    ]
    notifications += [_notification("warning", note) for note in report.notes]
    if cut:
        told = f"{plural(cut, 'finding')} of least importance left out to keep to GitHub's limits."
        notifications.append(_notification("warning", told))
    return {
        "executionSuccessful": True,
        **_times(report),
        "toolExecutionNotifications": notifications,
    }


def _unknown(reason: str | None, needs: str | None) -> str:
    told = f"Unknown: {reason or 'no reason was given'}."
    return f"{told} It needs {needs}." if needs else told


def _notification(
    level: str, text: str, rule: str | None = None, index: dict[str, int] | None = None
) -> dict[str, Plain]:
    about: dict[str, Plain] = {"level": level, "message": {"text": without_links(text)}}
    if rule is not None and index is not None:
        about["associatedRule"] = {"id": rule, "index": index[rule]}
    return about


def _times(report: Report) -> dict[str, Plain]:
    try:
        started = datetime.fromisoformat(report.started_at).astimezone(UTC)
    except ValueError:
        # A saved report may say anything here.
        return {}
    ended = started + timedelta(seconds=report.seconds)
    return {"startTimeUtc": _moment(started), "endTimeUtc": _moment(ended)}


def _moment(time: datetime) -> str:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _failed(failure: Failure) -> dict[str, Plain]:
    told = f"{failure.target.name} could not be audited: {failure.message}. {failure.advice}"
    return {
        "executionSuccessful": False,
        "exitCode": failure.code,
        "toolExecutionNotifications": [_notification("error", told)],
    }
