"""SLOs/SLIs & On-Call Routing: what is promised and what shows it."""

from collections.abc import Iterator

from autodevops.facts.dashboards import Dashboards
from autodevops.facts.service_indicators import Indicators, ServiceIndicators
from autodevops.facts.services import Services
from autodevops.facts.slo_statements import ObjectiveStatements, SloStatements
from autodevops.model.finding import (
    NotApplicable,
    Safety,
    Severity,
    Unknown,
    Violation,
    in_file,
)
from autodevops.rules._api import rule
from autodevops.rules._wording import counted, listed

_SECTION = "SLOs/SLIs & On-Call Routing"
_MOST_PLACES = 100
"""Most places that one finding lists."""


@rule("SL001", "slo-documented", section=_SECTION, severity=Severity.MEDIUM, fix=Safety.UNSAFE)
def slo_documented(
    statements: SloStatements, services: Services
) -> Iterator[Violation | NotApplicable]:
    """Each objective of the guide's SLO table is documented.

    Nobody keeps a promise that is written nowhere. Asked of platforms, for the services that are
    there; a figure in another unit is the same figure.

    Remedy: State the objective with its figure in a document, for instance in a table of
    `docs/slo.md`.

    Example:
        before   The API is fast.
        after    | Service | SLO                 | SLI               |
                 | API     | p95 latency < 500ms | Latency histogram |
    """
    if not services.is_platform:
        yield NotApplicable(reason=services.why_not_platform)
        return
    for objective, agreeing, conflicting in statements.found:
        # Where a document states another figure, that is SL002's matter.
        if agreeing or conflicting:
            continue
        yield Violation(
            subject=objective.name,
            message=f"none of {counted(statements.documents, 'document')} states the objective "
            f"{objective.service}: {objective.text}",
            evidence={
                "expected": objective.text,
                "service": objective.service,
                "sli": objective.sli,
                "documents": statements.documents,
            },
        )


@rule("SL002", "slo-conflict", section=_SECTION, severity=Severity.HIGH)
def slo_conflict(statements: SloStatements) -> Iterator[Violation]:
    """No document states another figure for an objective than the guide.

    With two figures, alerts are set by one and promises made by the other. Error budgets, other
    percentiles, vendors' SLAs, measurements and alert thresholds are other figures.

    Remedy: Correct the figure, or change the objective in the team's file with those who promised
    it, and link to the one table everywhere else.

    Example:
        before   docs/architecture.md: The API answers with a p95 latency below 800 ms.
        after    docs/architecture.md: The API answers with a p95 latency below 500 ms.
    """
    for stated in statements.found:
        yield from _conflicts(stated)


def _conflicts(stated: ObjectiveStatements) -> Iterator[Violation]:
    objective, agreeing, conflicting = stated
    others = [in_file(one.path, one.line) for one in agreeing[:1]]
    for path in dict.fromkeys(one.path for one in conflicting):
        own = [one for one in conflicting if one.path == path]
        where = f"; {agreeing[0].path}:{agreeing[0].line} agrees with the guide" if agreeing else ""
        yield Violation(
            subject=f"{path}#{objective.name}",
            message=f"{path}:{own[0].line} states {own[0].text} for {objective.service}: "
            f"{objective.text}{where}",
            at=(*(in_file(one.path, one.line) for one in own[:_MOST_PLACES]), *others),
            evidence={
                "expected": objective.text,
                "stated": [one.text for one in own],
                "agreeing": [f"{one.path}:{one.line}" for one in agreeing[:5]],
            },
        )


@rule("SL003", "sli-exported", section=_SECTION, severity=Severity.HIGH)
def sli_exported(indicators: Indicators) -> Iterator[Violation | Unknown]:
    """The code exports the metrics that the service level indicators need.

    An objective that nothing measures is a wish. The API needs its requests counted and timed, the
    workers their jobs timed, AI calls their duration: as histograms or summaries, or by a library
    that instruments every request.

    Remedy: Count and time it with the Prometheus client, or add an instrumentor such as
    `prometheus_fastapi_instrumentator`.

    Example:
        before   result = await model.generate(prompt)
        after    AI_SECONDS = Histogram("ai_call_duration_seconds", "Duration of AI calls")
                 with AI_SECONDS.time():
                     result = await model.generate(prompt)
    """
    for service in indicators.found:
        hidden = service.hidden
        if not hidden:
            continue
        if service.elsewhere:
            place = service.elsewhere[0]
            reason = f"{place.path}:{place.line} may send metrics of {service.service} elsewhere"
            yield Unknown(reason=reason, needs="a look at that system")
        elif service.computed:
            reason = f"{service.computed[0]} computes the names of metrics"
            yield Unknown(reason=reason)
        else:
            yield _unmeasured(service)


def _unmeasured(service: ServiceIndicators) -> Violation:
    wanted = [f"{one.measure} ({one.sli.lower()})" for one in service.hidden]
    there = f"it exports only {listed(service.metrics)}" if service.metrics else "it exports none"
    return Violation(
        subject=service.service,
        message=f"no metric in {service.folder}/ shows the {listed(wanted)} of "
        f"{service.service}; {there}",
        at=in_file(service.folder),
        evidence={
            "objectives": [one.text for one in service.hidden],
            "looked_for": [
                "counters or histograms of requests"
                if one.percentile is None
                else "histograms or summaries of durations"
                for one in service.hidden
            ],
            "found": list(service.metrics[:20]),
        },
    )


@rule("SL004", "dashboard-metric", section=_SECTION, severity=Severity.MEDIUM)
def dashboard_metric(dashboards: Dashboards) -> Iterator[Violation | Unknown]:
    """Dashboards parse and query only metrics that something exports.

    A panel over a metric that nothing exports shows "No data", which looks like calm. Exported is
    what the code makes, what recording rules make, and what well-known exporters bring.

    Remedy: Query the metric by its present name, export it, or remove the panel.

    Example:
        before   "expr": "rate(http_request_total[5m])"        (exported as http_requests_total)
        after    "expr": "rate(http_requests_total[5m])"
    """
    for path, line, reason in dashboards.broken:
        yield Violation(
            subject=path,
            message=f"{path} is not JSON that Grafana can load: {reason}",
            at=in_file(path, line),
            evidence={"reason": reason},
        )
    for path, queried, unexported in dashboards.found:
        if not unexported:
            continue
        if dashboards.unknown is not None:
            yield Unknown(reason=f"{path}: {dashboards.unknown}")
            continue
        shown = listed([f"{one.name} (panel {one.panel})" for one in unexported])
        yield Violation(
            subject=path,
            message=f"{path} queries {counted(len(unexported), 'metric')} that nothing exports: "
            f"{shown}",
            at=tuple(in_file(path, one.line) for one in unexported[:_MOST_PLACES]),
            evidence={
                "unexported": [one.name for one in unexported[:20]],
                "queried": len(queried),
            },
        )
