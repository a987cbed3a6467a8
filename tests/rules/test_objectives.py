"""The rules about service level objectives, indicators and dashboards."""

import json

import pytest

from autodevops.model.finding import Unknown
from autodevops.rules import objectives as rules
from tests.support.asking import is_not_applicable, outcomes, subjects, violations

PLATFORM = {
    "app/main.py": "import fastapi\n",
    "app/ai/client.py": "from google import genai\n",
    "workers/package.json": '{"dependencies": {"bullmq": "5"}}',
    "workers/src/index.ts": "export {}\n",
}
TABLE = """# SLOs

| Service | SLO | SLI |
|---------|-----|-----|
| API | 99.9% availability | Success rate |
| API | p95 latency < 500ms | Latency histogram |
| Workers | p95 processing < 5min | Job duration |
| AI | p95 response < 30s | AI call duration |
"""
ALL = ["api-availability", "api-latency", "workers-processing", "ai-response"]


class TestSloDocumented:
    def test_each_objective_without_a_document_is_named(self) -> None:
        assert subjects(rules.slo_documented, {**PLATFORM, "docs/x.md": "# Fast\n"}) == ALL

    def test_a_table_documents_them(self) -> None:
        assert not subjects(rules.slo_documented, {**PLATFORM, "docs/slo.md": TABLE})

    @pytest.mark.parametrize(
        "text",
        [
            TABLE.replace("500ms", "0.5 s")
            .replace("5min", "300 seconds")
            .replace("30s", "0.5 min"),
            (
                "# Service levels\n\n- API availability: 99.9 %, measured over 30 days\n"
                "- API latency: P95 under 500 ms\n"
                "- Workers: 95th percentile of processing within 5 minutes\n"
                "- AI calls answer in less than 30 seconds at p95\n"
            ),
            (
                "## API\n\nUptime of 99.90%.\n\nThe p50 is 100 ms, the p95 500 ms, the p99 2 s.\n\n"
                "## Workers\n\n95% of jobs finish within 5 min.\n\n## AI\n\nResponse (p95): 30s\n"
            ),
            (
                "| Service | Availability | p95 |\n|---|---|---|\n| API | 99.9% | 500ms |\n"
                "| Workers | - | 5 min |\n| AI | - | 30 s |\n"
            ),
            (
                "| Metric | Target |\n|---|---|\n| API availability | 99.9% |\n"
                "| API p95 latency | < 500 ms |\n| Job processing p95 | < 5 min |\n"
                "| Gemini response p95 | < 30 s |\n"
            ),
        ],
    )
    def test_documented_in_any_shape(self, text: str) -> None:
        assert not subjects(rules.slo_documented, {**PLATFORM, "docs/slo.md": text})

    def test_a_service_that_is_not_there_has_no_objective(self) -> None:
        files = {"app/main.py": "import fastapi\n", "frontend/package.json": "{}"}
        assert subjects(rules.slo_documented, files) == ALL[:2]

    def test_only_platforms_are_asked(self) -> None:
        assert is_not_applicable(rules.slo_documented, {"app/main.py": "import fastapi\n"})
        assert is_not_applicable(rules.slo_documented, {"README.md": ""})

    def test_another_figure_is_not_reported_twice(self) -> None:
        files = {**PLATFORM, "docs/slo.md": TABLE.replace("500ms", "800ms")}
        assert not subjects(rules.slo_documented, files)


class TestSloConflict:
    @pytest.mark.parametrize(
        ("text", "objective"),
        [
            ("The API answers with a p95 latency below 800 ms.", "api-latency"),
            ("| API | p95 |\n|---|---|\n| Latency | 1s |", "api-latency"),
            ("## API\n\n- Availability: 99.5%", "api-availability"),
            ("Workers: p95 processing < 10min", "workers-processing"),
            ("95% of AI calls return within 20 seconds.", "ai-response"),
            ("# SLOs\n\n- p95 latency < 250ms", "api-latency"),
        ],
    )
    def test_another_figure(self, text: str, objective: str) -> None:
        files = {**PLATFORM, "docs/slo.md": TABLE, "docs/design.md": f"# Design\n\n{text}\n"}
        (found,) = violations(rules.slo_conflict, files)
        assert found.subject == f"docs/design.md#{objective}"
        assert [place.path for place in found.locations] == ["docs/design.md", "docs/slo.md"]

    @pytest.mark.parametrize(
        "text",
        [
            "The API has a p95 latency of 0.5 s, and its p99 is 2 s; its p50 is 90 ms.",
            "The API's error budget of 99.5% availability allows 3 h of downtime.",
            "Railway's SLA promises 99.95% availability for the API.",
            "The API's current p95 latency is 320 ms.",
            "Alert when the API's p95 latency exceeds 1s for 5 minutes.",
            (
                "| API | Target | Current | Alert |\n|---|---|---|---|\n"
                "| p95 latency | 500 ms | 320 ms | 1 s |"
            ),
            "The frontend's p95 page load is 2 s; the database answers in 20 ms at p95.",
            "```\nAPI p95 latency 800ms\n```",
            "The API's p95 latency was 800 ms before the cache.",
            "Retry API calls after 500 ms, at most 95 times, with a timeout of 30s.",
            "## Load test results\n\nAPI p95 latency: 730 ms",
            "## Alerts\n\n- API p95 latency > 1 s: page",
        ],
    )
    def test_innocent(self, text: str) -> None:
        files = {**PLATFORM, "docs/slo.md": TABLE, "docs/design.md": f"# Design\n\n{text}\n"}
        assert not subjects(rules.slo_conflict, files)

    @pytest.mark.parametrize(
        "path", ["CHANGELOG.md", "docs/adr/001.md", "docs/postmortems/x.md", "tests/data/x.md"]
    )
    def test_documents_that_promise_nothing(self, path: str) -> None:
        files = {**PLATFORM, path: "The API has a p95 latency of 800 ms."}
        assert not subjects(rules.slo_conflict, files)

    def test_a_repository_without_these_services(self) -> None:
        assert is_not_applicable(rules.slo_conflict, {"docs/x.md": "API p95 latency 800 ms"})


METRICS = {
    "app/metrics.py": "from prometheus_client import Counter, Histogram\n"
    'REQUESTS = Counter("http_requests_total", "Requests", ["status"])\n'
    'LATENCY = Histogram("http_request_duration_seconds", "Latency")\n',
    "app/ai/client.py": "from google import genai\nfrom prometheus_client import Histogram\n"
    'CALLS = Histogram("ai_call_duration_seconds", "AI calls")\n',
    "workers/src/metrics.ts": 'import { Histogram } from "prom-client";\n'
    'export const jobs = new Histogram({ name: "job_duration_seconds", help: "Jobs" });\n',
}


class TestSliExported:
    def test_nothing_is_exported(self) -> None:
        assert subjects(rules.sli_exported, PLATFORM) == ["api", "workers", "ai"]

    def test_all_are(self) -> None:
        assert not subjects(rules.sli_exported, {**PLATFORM, **METRICS})

    def test_what_is_missing_is_named(self) -> None:
        files = {**PLATFORM, **METRICS}
        files["app/metrics.py"] = files["app/metrics.py"].replace("LATENCY", "# LATENCY")
        (found,) = violations(rules.sli_exported, files)
        assert found.subject == "api"
        assert found.evidence["objectives"] == ["p95 latency < 500ms"]

    @pytest.mark.parametrize(
        "change",
        [
            {"app/metrics.py": "from prometheus_fastapi_instrumentator import Instrumentator\n"},
            {"app/metrics.py": "from starlette_exporter import PrometheusMiddleware\n"},
            {
                "app/metrics.py": "import prometheus_client as p\nNAME = 'api_latency_seconds'\n"
                "A = p.Summary(NAME, 'x')\n"
            },
            {
                "workers/src/metrics.ts": 'import client from "prom-client";\n'
                "const m = new client.Summary({\n  help: 'x',\n  name: 'processing_time_ms',\n});\n"
            },
            {
                "app/ai/client.py": "from google import genai\n",
                "workers/src/ai.ts": 'import { Histogram } from "prom-client";\n'
                'new Histogram({ name: "gemini_response_seconds", help: "x" });\n',
            },
            {
                "app/metrics.py": "from opentelemetry.instrumentation.fastapi import "
                "FastAPIInstrumentor\n"
            },
        ],
    )
    def test_other_ways_to_export(self, change: dict[str, str]) -> None:
        assert not subjects(rules.sli_exported, {**PLATFORM, **METRICS, **change})

    @pytest.mark.parametrize(
        "line", ["from ddtrace import tracer", "import statsd", "import sentry_sdk"]
    )
    def test_metrics_that_go_elsewhere_can_t_be_judged(self, line: str) -> None:
        files = {**PLATFORM, **METRICS, "app/metrics.py": f"{line}\n"}
        (said,) = outcomes(rules.sli_exported, files)
        assert isinstance(said, Unknown)

    def test_without_ai_calls_there_is_no_objective_for_them(self) -> None:
        files = {**PLATFORM, **METRICS, "app/ai/client.py": "x = 1\n"}
        assert not subjects(rules.sli_exported, files)

    def test_a_repository_without_these_services(self) -> None:
        assert is_not_applicable(rules.sli_exported, {"frontend/package.json": "{}"})


def board(*expressions: str, source: object = None) -> str:
    targets = [{"expr": one, "refId": "A"} for one in expressions]
    panel = {"title": "Latency", "type": "graph", "datasource": source, "targets": targets}
    row = {"type": "row", "title": "Row", "panels": [panel]}
    return json.dumps({"title": "API", "panels": [row]}, indent=2)


class TestDashboardMetric:
    PATH = "grafana/dashboards/api.json"

    def ask(self, text: str, **files: str) -> list[str]:
        return subjects(rules.dashboard_metric, {**PLATFORM, **METRICS, self.PATH: text, **files})

    @pytest.mark.parametrize(
        "expression",
        [
            "rate(http_request_total[5m])",
            'sum by (status) (requests_served{job="api"})',
            'up{job="api"} / api_instances',
            "histogram_quantile(0.95, sum(rate(latency_seconds_bucket[5m])) by (le))",
            '{__name__="x"} or nothing_here > 5 and on(job) up',
        ],
    )
    def test_what_nothing_exports(self, expression: str) -> None:
        if expression.startswith("{"):
            expression = f"sum({expression})"
        assert self.ask(board(expression)) == [self.PATH]

    def test_the_line_is_the_query_s(self) -> None:
        text = board("up", "gone_metric")
        (found,) = violations(rules.dashboard_metric, {**PLATFORM, **METRICS, self.PATH: text})
        assert found.evidence["unexported"] == ["gone_metric"]
        assert (
            text.split("\n")[(found.locations[0].line or 0) - 1].strip().startswith('"expr": "gone')
        )

    @pytest.mark.parametrize(
        "expression",
        [
            (
                "histogram_quantile(0.95, sum(rate(http_request_duration_seconds_bucket"
                '{status!~"5..", path="$path"}[$__rate_interval])) by (le, path))'
            ),
            "sum(rate(http_requests_total[5m])) / ignoring(status) group_left sum(up) * 100",
            'process_cpu_seconds_total{instance=~"${instance:regex}"} or redis_connected_clients',
            "$metric{a='b'} + ${prefix}_total + rate(${prefix}_x_total[1h:5m] offset 1d)",
            'label_replace(job_duration_seconds_count, "a", "$1", "b", "gone_metric(.*)")',
            "topk(5, ai_call_duration_seconds_sum) # gone_metric",
            "job:http_requests:rate5m > bool 0 unless ALERTS",
        ],
    )
    def test_innocent(self, expression: str) -> None:
        assert self.ask(board(expression)) == []

    @pytest.mark.parametrize("source", ["Loki", {"type": "postgres", "uid": "x"}])
    def test_other_sources(self, source: object) -> None:
        assert self.ask(board("select gone_metric from x", source=source)) == []

    def test_recording_rules_export(self) -> None:
        rule = "groups:\n- name: a\n  rules:\n  - record: api_error_share\n    expr: up\n"
        assert self.ask(board("api_error_share"), **{"ops/prometheus/rules.yml": rule}) == []

    def test_instrumentors_export(self) -> None:
        text = "from prometheus_fastapi_instrumentator import Instrumentator\n"
        assert self.ask(board("http_request_size_bytes"), **{"app/metrics.py": text}) == []

    def test_a_broken_dashboard(self) -> None:
        (found,) = violations(rules.dashboard_metric, {self.PATH: '{\n  "panels": [,]\n}'})
        assert found.locations[0].line == 2

    def test_dashboards_of_another_system_can_t_be_judged(self) -> None:
        (said,) = outcomes(rules.dashboard_metric, {self.PATH: board("gone_metric")})
        assert isinstance(said, Unknown)

    def test_other_json_is_no_dashboard(self) -> None:
        assert self.ask('{"apiVersion": 1}') == []

    def test_without_dashboards_there_is_nothing_to_judge(self) -> None:
        assert is_not_applicable(rules.dashboard_metric, PLATFORM)
