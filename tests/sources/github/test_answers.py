"""What is made of answers, also of those that GitHub would never give."""

import httpx
import msgspec
import pytest

from autodevops.model.snapshot import Unavailable
from autodevops.redaction import redact, remember
from autodevops.sources.github.answers import (
    UNREADABLE,
    Answer,
    GraphAnswer,
    GraphError,
    Listing,
)
from autodevops.sources.github.graph import graph_answer, points
from autodevops.sources.github.replies import harmless
from autodevops.sources.github.transport import Trouble, _origin, _unconnected


class Named(msgspec.Struct, frozen=True):
    name: str


def error(kind: str, *path: str | int, message: str = "no") -> GraphError:
    return GraphError(path=path, kind=kind, message=message)


def test_data_of_another_shape_is_unavailable() -> None:
    assert Answer(status=200, data={"name": "shop"}).read(Named) == Named("shop")
    assert Answer(status=200, data={"name": 7}).read(Named) == UNREADABLE
    assert Answer(status=200, data=None).read(Named) == UNREADABLE
    assert Answer(status=404, unavailable=Unavailable("gone")).read(Named) == Unavailable("gone")


def test_a_list_that_was_cut_short_still_has_its_beginning() -> None:
    cut = Listing(status=200, items=({"name": "shop"},), unavailable=Unavailable("longer"))
    assert cut.read(Named) == (Named("shop"),)
    assert not cut.is_missing
    none = Listing(status=404, items=(), unavailable=Unavailable("gone"))
    assert none.read(Named) == Unavailable("gone")
    assert none.is_missing
    assert Listing(status=200, items=(7,)).read(Named) == UNREADABLE


def test_a_null_with_an_error_is_unavailable_and_one_without_is_a_null() -> None:
    answer = GraphAnswer(
        data={"a": {"rulesets": None, "rule": None}, "b": None, "c": [{"d": None}]},
        errors=(error("FORBIDDEN", "a", "rulesets"), error("NOT_FOUND", "b", "name", "first")),
    )
    assert answer.at("a", "rule") is None
    assert answer.at("c", 0, "d") is None
    assert isinstance(answer.at("a", "rulesets", "nodes"), Unavailable)
    # A null climbs to the nearest field that may be null: the error is below it.
    assert isinstance(answer.at("b"), Unavailable)
    assert answer.at("c", 5) is UNREADABLE
    assert answer.at("a", 0) is UNREADABLE
    assert answer.read(Named, "a", "rule") == UNREADABLE


@pytest.mark.parametrize(
    ("kind", "message", "needs"),
    [
        ("FORBIDDEN", "Resource not accessible by integration", None),
        ("NOT_FOUND", "Could not resolve", None),
        ("SERVICE_UNAVAILABLE", "later", "an answer of GitHub"),
        ("", "Something", "an answer of GitHub"),
        (
            "INSUFFICIENT_SCOPES",
            "The 'x' field requires one of the following scopes: ['read:org', 'admin:org'], but",
            "GitHub: scope read:org or admin:org",
        ),
        ("INSUFFICIENT_SCOPES", "words of another day", None),
    ],
)
def test_errors_of_a_query_name_what_is_missing(kind: str, message: str, needs: str | None) -> None:
    answer = GraphAnswer(data={"a": None}, errors=(error(kind, "a", message=message),))
    found = answer.at("a")
    assert isinstance(found, Unavailable)
    assert found.needs == needs


@pytest.mark.parametrize("body", [None, [], "text", {"data": None}, {"data": []}, {}])
def test_an_answer_that_is_no_answer_is_unreadable(body: object) -> None:
    assert graph_answer(body).at("a") is UNREADABLE


def test_odd_errors_do_no_harm() -> None:
    body = {"errors": [7, {}, {"type": 3, "path": ["a", 1, None, {}], "message": ["x"]}]}
    answer = graph_answer(body)
    assert answer.unavailable is not None
    assert answer.errors[1].path == ("a", 1)
    assert graph_answer({"data": {"a": 1}, "errors": "all"}).errors == ()


def test_the_cost_of_a_query_is_what_github_says() -> None:
    assert points({"data": {"rateLimit": {"cost": 7}}}) == 7
    assert points({"data": {}}) == points(None) == 1


def test_what_must_not_be_kept_is_left_out() -> None:
    assert harmless([{"temp_clone_token": "x", "name": "shop"}]) == [{"name": "shop"}]
    assert harmless({"variables": [{"name": "A", "value": "x"}, 7]}) == {
        "variables": [{"name": "A"}, 7]
    }
    assert harmless("text") == "text"


def test_a_certificate_that_is_not_trusted_is_not_tried_again() -> None:
    refused = httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
    trouble = _unconnected(refused)
    assert isinstance(trouble, Trouble)
    assert not trouble.is_passing
    assert "SSL_CERT_FILE" in trouble.reason
    assert _unconnected(httpx.ConnectError("refused")).is_passing


@pytest.mark.parametrize(
    "other",
    [
        "http://api.github.com/",
        "https://api.github.com:444/",
        "https://api.github.com@evil.example/",
        "https://user@api.github.com/",
        "https://api.github.com.evil.example/",
        "https://api.github.com\\@evil.example/",
        "//api.github.com/",
    ],
)
def test_addresses_of_others_are_told_apart(other: str) -> None:
    assert _origin(other) != _origin("https://api.github.com/repos")
    assert _origin("https://API.github.com:443/x") == _origin("https://api.github.com/repos")


def test_short_values_are_not_taken_out_of_texts() -> None:
    remember("main")
    assert redact("the main branch") == "the main branch"
