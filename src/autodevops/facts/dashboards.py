"""Grafana dashboards, and the metrics in their panels that nothing exports."""

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import NamedTuple, TypeAlias

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._metric_exporters import HTTP, is_well_known
from autodevops.facts._path_kinds import is_documentation, is_fixture, is_test, is_vendored
from autodevops.facts._promql import metric_names
from autodevops.facts.alerting import Alerting
from autodevops.facts.metrics import Metrics
from autodevops.facts.services import Services
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import SOURCE_LIMIT, EntryKind, Snapshot

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | int | float | bool | None"

_FOLDER = "grafana"
_MAX_DEPTH = 20
_MAX_QUERIES = 5_000
_MAX_LINES = 100
_OTHER_SOURCES = (
    "loki", "tempo", "elastic", "cloudwatch", "postgres", "mysql", "influx", "jaeger", "zipkin",
    "stackdriver", "azure", "graphite", "testdata", "sqlite", "bigquery", "json", "infinity",
    "mssql", "pyroscope", "github", "sentry", "supabase", "opensearch", "dashboard",
)  # fmt: skip


class Broken(NamedTuple):
    """A dashboard that does not parse."""

    path: str
    """The file."""
    line: int | None
    """1-based line where reading stopped."""
    reason: str
    """What is wrong there."""


class Unexported(NamedTuple):
    """A metric that a panel queries and nothing exports."""

    name: str
    """The metric."""
    panel: str
    """Title of the panel."""
    line: int | None
    """1-based line of the query."""


class Dashboard(NamedTuple):
    """One dashboard."""

    path: str
    """The file."""
    queried: tuple[str, ...]
    """Every metric that it queries."""
    unexported: tuple[Unexported, ...]
    """Those that nothing exports, in its order."""


class Dashboards(Struct, frozen=True, kw_only=True):
    """The dashboards below folders named `grafana`."""

    broken: tuple[Broken, ...]
    """Files that do not parse."""
    found: tuple[Dashboard, ...]
    """Files that do, by path."""
    unknown: str | None
    """Why it can't be told what is exported; None when it can."""


class _Query(NamedTuple):
    panel: str
    expression: str


@fact
def dashboards(
    snapshot: Snapshot, metrics: Metrics, alerting: Alerting | NotApplicable, services: Services
) -> Dashboards | NotApplicable:
    """Read the dashboards and hold their queries against what is exported."""
    paths = [entry.path for entry in snapshot.entries if _is_judged(entry.path, entry.kind)]
    if not paths:
        return NotApplicable(reason="there are no Grafana dashboards")
    recorded = frozenset() if isinstance(alerting, NotApplicable) else alerting.recorded
    broken: list[Broken] = []
    found: list[Dashboard] = []
    for path in paths:
        text = snapshot.text(path, SOURCE_LIMIT)
        if text is None:
            continue
        try:
            data = json.loads(text)
        except json.JSONDecodeError as error:
            broken.append(Broken(path, error.lineno, error.msg))
            continue
        except (ValueError, RecursionError):
            broken.append(Broken(path, None, "it is nested too deeply"))
            continue
        board = _board(data)
        if board is not None:
            found.append(_judge(path, text, board, metrics, recorded))
    return Dashboards(
        broken=tuple(broken), found=tuple(found), unknown=_why_unknown(metrics, services)
    )


def _is_judged(path: str, kind: EntryKind) -> bool:
    if kind is not EntryKind.FILE or not path.endswith(".json"):
        return False
    if _FOLDER not in path.lower().split("/")[:-1]:
        return False
    return not (is_vendored(path) or is_fixture(path) or is_test(path) or is_documentation(path))


def _why_unknown(metrics: Metrics, services: Services) -> str | None:
    if metrics.dynamic:
        return f"{metrics.dynamic[0]} computes the names of metrics"
    if not services.of_code and not metrics.made:
        return "no code here exports metrics: the dashboards show another system"
    return None


def _board(data: Json) -> Mapping[str, Json] | None:
    """Return the dashboard in a file: at the top, or below `dashboard` as the API writes it."""
    if not isinstance(data, Mapping):
        return None
    inner = data.get("dashboard")
    board = inner if isinstance(inner, Mapping) else data
    return board if "panels" in board or "rows" in board else None


def _judge(
    path: str, text: str, board: Mapping[str, Json], metrics: Metrics, recorded: frozenset[str]
) -> Dashboard:
    queried: dict[str, None] = {}
    unexported: dict[str, Unexported] = {}
    for query in islice(_queries(board, 0), _MAX_QUERIES):
        for name in metric_names(query.expression):
            queried[name] = None
            if name not in unexported and not _is_exported(name, metrics, recorded):
                line = _line(text, query.expression) if len(unexported) < _MAX_LINES else None
                unexported[name] = Unexported(name, query.panel, line)
    return Dashboard(path, tuple(queried), tuple(unexported.values()))


def _is_exported(name: str, metrics: Metrics, recorded: frozenset[str]) -> bool:
    if is_well_known(name) or name in recorded or ":" in name:
        return True
    if metrics.instrumentors and name.startswith(HTTP):
        return True
    return metrics.exports(name)


def _queries(node: Json, depth: int) -> Iterator[_Query]:
    """Yield the Prometheus queries of panels, also of those in rows and collapsed ones."""
    if not isinstance(node, Mapping) or depth > _MAX_DEPTH:
        return
    for key in ("panels", "rows"):
        children = node.get(key)
        for child in children if isinstance(children, list) else ():
            yield from _queries(child, depth + 1)
    if _is_other_source(node.get("datasource")):
        return
    targets = node.get("targets")
    for target in targets if isinstance(targets, list) else ():
        if not isinstance(target, Mapping) or _is_other_source(target.get("datasource")):
            continue
        expression = target.get("expr")
        if isinstance(expression, str) and not expression.lstrip().startswith("{"):
            yield _Query(str(node.get("title") or "untitled"), expression)


def _is_other_source(source: Json) -> bool:
    named = source.get("type") or source.get("uid") if isinstance(source, Mapping) else source
    return isinstance(named, str) and any(other in named.lower() for other in _OTHER_SOURCES)


def _line(text: str, expression: str) -> int | None:
    at = text.find(json.dumps(expression))
    if at < 0:
        at = text.find(json.dumps(expression, ensure_ascii=False))
    return None if at < 0 else text.count("\n", 0, at) + 1
