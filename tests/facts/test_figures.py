"""Figures of service levels in a clause."""

import pytest

from autodevops.facts._slo_figures import figures


@pytest.mark.parametrize(
    ("clause", "found"),
    [
        ("p95 latency < 500ms", [(95, 0.5)]),
        ("p50 100 ms, p95 0.5 s and p99 2s", [(50, 0.1), (95, 0.5), (99, 2.0)]),
        ("500 ms at p95", [(95, 0.5)]),
        ("the 95th percentile stays within 5 minutes", [(95, 300.0)]),
        ("p(95) of 1,500 ms", [(95, 1.5)]),
        ("95% of requests within 30 seconds", [(95, 30.0)]),
        ("99.9% availability", [(None, 99.9)]),
        ("uptime: 99.95 %, p99.9 3s", [(None, 99.95), (99.9, 3.0)]),
        ("99.9% of tests pass", []),
        ("p95 of 100 requests/s", []),
        ("p95/p99: 300/900 ms", [(99, 0.9)]),
        ("step 95 takes 3 s", []),
    ],
)
def test_figures(clause: str, found: list[tuple[float | None, float]]) -> None:
    assert [(one.percentile, round(one.value, 3)) for one in figures(clause)] == found
