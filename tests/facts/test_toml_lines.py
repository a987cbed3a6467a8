"""Settings of TOML, JSON and YAML files with their lines."""

from time import perf_counter

import pytest

from autodevops.facts._toml_lines import read_toml, read_tree


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
    "text",
    [
        "a = " + "9" * 6000,
        "a = " + "[" * 5000,
        "a." * 20_000 + "a = 1",
        '"a".' * 20_000 + "a = 1",
        "[" + ".".join("a" * 5000) + "]",
        "a = 1\x00",
    ],
    ids=["long number", "deep list", "long key", "long quoted key", "long table", "NUL"],
)
def test_what_costs_too_much_is_refused_at_once(text: str) -> None:
    began = perf_counter()
    settings = read_toml(text)
    assert settings.problem
    assert settings.values == ()
    assert perf_counter() - began < 1


def test_a_text_with_many_dots_is_read() -> None:
    assert read_toml('a = "' + "1.2." * 500 + '"\nb.c = 1').problem is None
