"""GitHub's expressions, answered as far as the values are known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._expressions import Open, calls_in, evaluate, names_in, truth
from tests.support.examples import few

PUSH = {
    "github.event_name": "push",
    "github.ref": "refs/heads/main",
    "github.event.pull_request.draft": None,
}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("true", True),
        ("false", False),
        ("${{ true }}", True),
        ("${{ false }}", False),
        ("always()", True),
        ("!cancelled()", True),
        ("failure()", False),
        ("github.event_name == 'push'", True),
        ("github.event_name == 'PUSH'", True),
        ("github['event_name'] != 'push'", False),
        ("${{ github.ref == 'refs/heads/main' && github.event_name == 'push' }}", True),
        ("startsWith(github.ref, 'refs/tags/')", False),
        ("endsWith(github.ref, '/main')", True),
        ("contains(github.ref, 'heads')", True),
        ("contains('a', 'b') || github.event_name == 'push'", True),
        ("github.event.pull_request.draft == false", True),
        ("!github.event.pull_request.draft", True),
        ("vars.X && false", False),
        ("vars.X || true", True),
        ("vars.X", None),
        ("!vars.X", None),
        ("vars.X == 'a' && github.event_name == 'push'", None),
        ("(vars.X || github.event_name == 'release') && success()", None),
        ("fromJSON(x).y == 1", None),
        ("1 < 2", True),
        ("2 >= 0x2", True),
        ("'a' < 'b'", True),
        ("1 > '2'", False),
        ("1 <= 'x'", False),
        ("'it''s' == 'it''s'", True),
        ("'' == null", True),
        ("true == 1", True),
        ("", None),
        ("a ==", None),
        ("(a", None),
        ("a.", None),
        ("a b", None),
        ("${{ a }}-${{ b }}", None),
        ("hashFiles('x') != ''", None),
        ("f(", None),
        ("f(a,", None),
        ("a[0] == 'x'", None),
        ("#", None),
        ("(" * 100 + "a" + ")" * 100, None),
        ("a" * 5_000, None),
    ],
)
def test_an_expression_is_answered_or_left_open(text: str, answer: bool | None) -> None:
    assert truth(evaluate(text, PUSH)) is answer


def test_an_open_answer_names_what_it_depends_on() -> None:
    value = evaluate("needs.changes.outputs.App == 'true' && github.event_name == 'push'", PUSH)
    assert value == Open(frozenset({"needs.changes.outputs.app"}))


def test_names_and_calls_outside_quotes() -> None:
    text = "contains(github.ref, 'secrets.X') && Needs.a.result == 'success'"
    assert names_in(text) == {"github.ref", "needs.a.result"}
    assert calls_in(text) == {"contains"}


@few(200)
@given(
    st.lists(st.sampled_from(["a", ".", "(", ")", "'", "==", "&&", "!", " ", "[", "]", "1", ","]))
)
def test_whatever_is_written_is_true_false_or_open(parts: list[str]) -> None:
    text = "".join(parts)
    said = truth(evaluate(text, PUSH))
    if said is not None:
        assert truth(evaluate(f"!({text})", PUSH)) is not said
