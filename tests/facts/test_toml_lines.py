"""Settings of TOML, JSON and YAML files with their lines."""

from collections.abc import Callable

import pytest

from autodevops.facts._toml_lines import read_toml, read_tree
from tests.support.growth import assert_linear


def test_tables_lists_and_dotted_keys() -> None:
    text = '[build]\nbuilder = "x"\n\n[[services]]\nname = "api"\n[services.deploy]\na.b = true\n'
    text += '[[services]]\nname = "web"\n'
    found = [(one.keys, one.value, one.line) for one in read_toml(text).values]
    assert found[0] == (("build", "builder"), "x", 2)
    assert found[1] == (("services", "0", "name"), "api", 5)
    assert found[2][:2] == (("services", "0", "deploy", "a", "b"), "true")
    assert found[3] == (("services", "1", "name"), "web", 9)


def test_a_mistake_names_its_line() -> None:
    settings = read_toml("a = 1\nb = \n")
    assert settings.problem_line == 2
    assert settings.values == ()


def test_json_has_lines_too() -> None:
    found = read_tree('{\n  "deploy": {\n    "healthcheckPath": "/health"\n  }\n}\n').values
    assert [(one.keys, one.value, one.line) for one in found] == [
        (("deploy", "healthcheckPath"), "/health", 3)
    ]


def test_what_is_no_tree_says_why() -> None:
    assert read_tree("{ a: [").problem is not None


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (lambda n: "a = " + "9" * n, 6_000),
        (lambda n: "a = " + "[" * n, 5_000),
        (lambda n: "a." * n + "a = 1", 5_000),
        (lambda n: '"a".' * n + "a = 1", 5_000),
        (lambda n: "[" + ".".join("a" * n) + "]", 5_000),
        (lambda n: "a" * n + " = 1\x00", 5_000),
    ],
    ids=["long number", "deep list", "long key", "long quoted key", "long table", "NUL"],
)
def test_what_costs_too_much_is_refused_at_once(made: Callable[[int], str], size: int) -> None:
    def refuse(text: str) -> None:
        settings = read_toml(text)
        assert settings.problem
        assert settings.values == ()

    assert_linear(refuse, made, size)


def test_a_text_with_many_dots_is_read() -> None:
    assert read_toml('a = "' + "1.2." * 500 + '"\nb.c = 1').problem is None
