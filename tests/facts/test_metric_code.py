"""Metrics that code makes stand on the lines where it makes them."""

import pytest

from autodevops.facts._metric_code import read_metrics


@pytest.mark.parametrize(
    ("path", "text", "line"),
    [
        ("a.py", "import prometheus_client\n\nc = Counter('jobs', 'help')\n", 3),
        ("a.py", "x = 1\n\nout = '''\n# HELP jobs a\n# TYPE jobs counter\n'''\n", 5),
        ("a.ts", "//\nnew Counter({ name: 'jobs' })\n", 2),
        ("a.go", '//\nx := promauto.NewCounter(prometheus.CounterOpts{\nName: "jobs"})\n', 2),
    ],
)
def test_the_line_of_a_metric(path: str, text: str, line: int) -> None:
    metrics = read_metrics(path, text).metrics
    assert {(one.name, one.line) for one in metrics} == {("jobs", line)}
