"""Which metrics an expression reads."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._promql import metric_names


@pytest.mark.parametrize(
    ("expression", "names"),
    [
        ("up", ("up",)),
        ("rate(a_total[5m]) / b", ("a_total", "b")),
        ("sum by (job, x) (a{b='c', d=~\"e.*\"}) > 5m", ("a",)),
        ("a and on(x) group_left(y) b unless c offset 1h", ("a", "b", "c")),
        ('{__name__="a", b="c"}', ("a",)),
        ("a:b:rate5m # c", ("a:b:rate5m",)),
        ("$x + ${y}_total + a_$z + [[w]]_b + rate(c[$__interval])", ("c",)),
        ("histogram_quantile(0.95, sum(rate(a_bucket[5m])) by (le)) * 1e3 + Inf", ("a_bucket",)),
        ("", ()),
    ],
)
def test_names(expression: str, names: tuple[str, ...]) -> None:
    assert metric_names(expression) == names


@given(st.text(alphabet="ab_:{}()[]$\"'`#, =~5m\n", max_size=300))
def test_whatever_is_asked_names_stand_in_it_once_each(expression: str) -> None:
    names = metric_names(expression)
    assert all(name and name in expression for name in names)
    assert len(set(names)) == len(names)
