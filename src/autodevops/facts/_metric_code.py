"""Metrics in one file of code: which are made, by which library, and what else may export some."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._line_counter import LineCounter
from autodevops.facts._python_code import python_tree
from autodevops.facts._words import words
from autodevops.model.patterns import regex

_KINDS = words("Counter Gauge Histogram Summary Info Enum")
_LABELLED = regex(r"# TYPE ([a-zA-Z_:][\w:]{1,200}) (counter|gauge|histogram|summary)")
_JS_METRIC = regex(
    r"new\s+(?:[\w$]{1,40}\.)?(Counter|Gauge|Histogram|Summary)\s{0,3}(?:<[^<>()]{0,200}>)?\(\s{0,20}\{"
    r"[^}]{0,400}?\bname\s{0,3}:\s{0,3}(?:[\"'`]([\w:]{1,200})[\"'`])?"
)
_OTEL = regex(
    r"\bcreate_?(histogram|counter|up_?down_?counter|observable_?gauge|gauge)\s{0,3}\(\s{0,20}"
    r"(?:name\s{0,3}=\s{0,3})?[\"'`]([\w.:-]{1,200})[\"'`]",
    re.IGNORECASE,
)
_GO_METRIC = regex(
    r"\.(?:New)?(Counter|Gauge|Histogram|Summary)(?:Vec|Opts|Func)?\b[^)]{0,400}?\bName:\s{0,9}\"([\w:]{1,200})\""
)
_SPOKEN = regex(r"[\"'`]([a-zA-Z_:][\w:.]{2,120})[\"'`]")
_COMMENT_LINE = regex(r"^[ \t]*(?://|\*|/\*).*$", re.MULTILINE)
LIBRARY = regex(
    r"prometheus|prom-client|opentelemetry|promclient|starlette_exporter|micrometer|promauto"
    r"|exportPrometheusMetrics"
)
"""A file without any of these makes no metrics that Prometheus could read."""
PROVIDER = regex(
    r"^[ \t]*(?:import|from|const|let|var|export)\b[^\n]{0,200}?\b(ddtrace|datadog|dd-trace"
    r"|hot-shots|statsd|aiodogstatsd|newrelic|sentry_sdk|@sentry/[\w-]+|elasticapm|elastic-apm-node"
    r"|applicationinsights|azure\.monitor|logfire|honeycomb|aws_embedded_metrics|aws-embedded-metrics"
    r"|cloudwatch|client-cloudwatch|scout_apm|appsignal|@appsignal/\w+|opentelemetry"
    r"|@opentelemetry/[\w-]+)",
    re.MULTILINE | re.IGNORECASE,
)
"""A line that imports something which sends metrics elsewhere."""
_INSTRUMENTOR = regex(
    r"\b(prometheus_fastapi_instrumentator|starlette_exporter|starlette_prometheus"
    r"|aioprometheus|FastAPIInstrumentor|express-prom-bundle|prom-bundle|fastapi-metrics"
    r"|StarletteInstrumentor|ASGIInstrumentor|OpenTelemetryMiddleware)\b"
)


class Metric(NamedTuple):
    """One metric that code makes."""

    name: str
    """As written, without the suffixes that the library adds."""
    kind: str
    """`counter`, `gauge`, `histogram`, `summary`."""
    path: str
    """The file."""
    line: int
    """1-based line."""


class MetricFile(NamedTuple):
    """What one file says about metrics."""

    metrics: tuple[Metric, ...]
    """Those it makes."""
    instrumentors: tuple[str, ...]
    """Libraries that it starts, which measure every HTTP request by themselves."""
    spoken: frozenset[str]
    """Texts that may be names of metrics."""
    dynamic: bool
    """Whether it makes metrics whose names are computed."""


def read_metrics(path: str, text: str) -> MetricFile:
    """Return what a file says about metrics; it mentions one of the libraries."""
    if path.endswith(".py"):
        return _python(path, text)
    bare = _COMMENT_LINE.sub("", text)
    lines = LineCounter(bare)
    metrics: list[Metric] = []
    dynamic = False
    for found in _JS_METRIC.finditer(bare):
        if found[2]:
            line = lines.line_at(found.start())
            metrics.append(Metric(found[2], found[1].lower(), path, line))
        else:
            dynamic = True
    metrics += [
        Metric(_plain(found[2]), _kind(found[1]), path, lines.line_at(found.start()))
        for found in (*_GO_METRIC.finditer(bare), *_OTEL.finditer(bare))
    ]
    metrics += _described(path, bare)
    return MetricFile(
        tuple(metrics),
        tuple(dict.fromkeys(_INSTRUMENTOR.findall(bare))),
        frozenset(map(_plain, _SPOKEN.findall(bare))),
        dynamic,
    )


def _python(path: str, text: str) -> MetricFile:
    tree = python_tree(text)
    if tree is None:
        return MetricFile((), (), frozenset(), dynamic=True)
    constants = dict(_constants(tree))
    metrics: list[Metric] = []
    spoken: set[str] = set()
    instrumentors: dict[str, None] = {}
    dynamic = False
    for node in ast.walk(tree):
        match node:
            case ast.Constant(value=str(value)):
                spoken.add(_plain(value[:200]))
                metrics += _described(path, value, node.lineno)
            case ast.ImportFrom(module=str(module)):
                names = (module.partition(".")[0], *(alias.name for alias in node.names))
                instrumentors |= dict.fromkeys(filter(_INSTRUMENTOR.fullmatch, names))
            case ast.Import():
                names = tuple(alias.name.partition(".")[0] for alias in node.names)
                instrumentors |= dict.fromkeys(filter(_INSTRUMENTOR.fullmatch, names))
            case ast.Call():
                made = _made(node, constants, path)
                if isinstance(made, Metric):
                    metrics.append(made)
                dynamic |= made is True
    return MetricFile(tuple(metrics), tuple(instrumentors), frozenset(spoken), dynamic)


def _constants(tree: ast.Module) -> Iterator[tuple[str, str]]:
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Constant(value=str(value))):
                yield name, value


def _made(call: ast.Call, constants: dict[str, str], path: str) -> Metric | bool:
    """Return the metric that a call makes; True when its name is computed, False for others."""
    match call.func:
        case ast.Name(id=maker) | ast.Attribute(attr=maker):
            pass
        case _:
            return False
    kind = maker if maker in _KINDS else _OTEL_MAKERS.get(maker)
    if kind is None:
        return False
    arguments = {keyword.arg: keyword.value for keyword in call.keywords}
    first = call.args[0] if call.args else arguments.get("name")
    match first:
        case ast.Constant(value=str(name)):
            pass
        case ast.Name(id=constant) if constant in constants:
            name = constants[constant]
        case None | ast.Constant():
            return False
        case _:
            # `Counter(words)` of `collections` counts anything.
            return len(call.args) > 1 or "labelnames" in arguments or "documentation" in arguments
    if maker == "Counter" and len(call.args) < 2 and not arguments:  # noqa: PLR2004
        return False
    for part in ("subsystem", "namespace"):
        match arguments.get(part):
            case ast.Constant(value=str(value)) if value:
                name = f"{value}_{name}"
    return Metric(_plain(name), _kind(kind), path, call.lineno)


_OTEL_MAKERS = {
    "create_counter": "Counter",
    "create_histogram": "Histogram",
    "create_up_down_counter": "Gauge",
    "create_observable_gauge": "Gauge",
    "create_observable_counter": "Counter",
}


def _described(path: str, text: str, first_line: int = 1) -> Iterator[Metric]:
    """Yield the metrics that code writes in the text format itself."""
    if "# TYPE " in text:
        lines = LineCounter(text)
        for found in _LABELLED.finditer(text):
            line = first_line - 1 + lines.line_at(found.start())
            yield Metric(found[1], found[2], path, line)


def _kind(maker: str) -> str:
    lowered = maker.lower().replace("_", "")
    return "gauge" if "gauge" in lowered or "updown" in lowered else lowered.removesuffix("vec")


def _plain(name: str) -> str:
    """Return a name as Prometheus shows it."""
    return name.replace(".", "_").replace("-", "_")
