"""Reports as JSON, version 1: the published contract that `v1` spells out."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from autodevops.model.finding import Finding
from autodevops.model.report import Failure, Report, Result
from autodevops.render import v1
from autodevops.render.interface import RenderOptions
from autodevops.render.json_text import encode, plain

_RATIO_DIGITS = 4
_SECONDS_DIGITS = 3
_T = TypeVar("_T")


def render_json(results: Sequence[Result], options: RenderOptions) -> str:
    r"""Return one object for one result, and the envelope for several or for a batch.

    What is not UTF-8 in the repository reads as `\xff`; what could drive a terminal is escaped.
    """
    documents = tuple(document(result) for result in results)
    single = len(documents) == 1 and not options.batch
    whole = documents[0] if single else v1.Reports(reports=documents)
    return encode(whole)


def document(result: Result) -> v1.Report | v1.Failure:
    """Return what version 1 says about a result."""
    if isinstance(result, Failure):
        return v1.Failure(
            target=_like(result.target, v1.Target),
            error=v1.Error(code=result.code, message=result.message, advice=result.advice),
        )
    return _report(result)


def _report(report: Report) -> v1.Report:
    return v1.Report(
        tool=v1.Tool(name="autodevops", version=report.tool_version),
        target=_like(report.target, v1.Target),
        guide=_like(report.guide, v1.Guide),
        started_at=report.started_at,
        seconds=round(report.seconds, _SECONDS_DIGITS),
        summary=_summary(report),
        rules=tuple(
            msgspec.structs.replace(
                _like(verdict, v1.Rule), seconds=round(verdict.seconds, _SECONDS_DIGITS)
            )
            for verdict in report.rules
        ),
        findings=tuple(map(_finding, report.findings)),
        notes=report.notes,
    )


def _summary(report: Report) -> v1.Summary:
    summary = report.summary
    return v1.Summary(
        conformance=_rounded(summary.conformance),
        coverage=_rounded(summary.coverage),
        complete=summary.complete,
        rules=msgspec.convert(_counts(summary.rules, v1.RuleCounts), v1.RuleCounts),
        findings=msgspec.convert(_counts(summary.findings, v1.FindingCounts), v1.FindingCounts),
    )


def _counts(given: Mapping[Any, int], shape: type[msgspec.Struct]) -> dict[str, int]:
    """Return a count for each name of the contract, 0 where the engine left one out."""
    names = [each.encode_name for each in msgspec.structs.fields(shape)]
    return {name: given.get(name, 0) for name in names}


def _rounded(ratio: float | None) -> float | None:
    return None if ratio is None else round(ratio, _RATIO_DIGITS)


def _finding(finding: Finding) -> v1.Finding:
    return v1.Finding(
        id=finding.id,
        rule=finding.rule,
        slug=finding.slug,
        severity=finding.severity,
        confidence=finding.confidence,
        subject=finding.subject,
        message=finding.message,
        evidence={key: plain(value) for key, value in finding.evidence.items()},
        locations=tuple(_like(location, v1.Location) for location in finding.locations),
        remediation=finding.remediation,
        docs_url=finding.docs_url,
        fix=None if finding.fix is None else _like(finding.fix, v1.Fix),
        status=finding.status,
        waiver=None if finding.waiver is None else _like(finding.waiver, v1.Waiver),
    )


def _like(value: object, shape: type[_T]) -> _T:
    """Return what has the same attributes as one of the contract's types."""
    return msgspec.convert(value, shape, from_attributes=True)
