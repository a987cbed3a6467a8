"""When a workflow runs, by GitHub's filter patterns."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts import _yaml
from autodevops.facts._triggers import Trigger, any_match, matches, read_triggers


def triggers(text: str) -> tuple[Trigger, ...]:
    root = _yaml.parse(text).root
    return read_triggers(None if root is None else root.get("on"))


@pytest.mark.parametrize(
    ("pattern", "name", "fits"),
    [
        ("main", "main", True),
        ("main", "mainly", False),
        ("feature/*", "feature/a", True),
        ("feature/*", "feature/a/b", False),
        ("feature/**", "feature/a/b", True),
        ("**", "a/b", True),
        ("*", "a", True),
        ("*", "a/b", False),
        ("releases/**-alpha", "releases/10/beta-alpha", True),
        ("v*", "v1.2.3", True),
        ("v[0-9]+.[0-9]+", "v12.34", True),
        ("v[12].[0-9]+.[0-9]+", "v3.1.1", False),
        ("*.js?", "a.j", True),
        ("*feature", "my-feature", True),
        ("a.b", "axb", False),
        ("\\*", "*", True),
        ("[", "[", True),
        ("(", "(", True),
        ("?", "?", True),
        ("*" * 150, "a", True),
        ("*a" * 90 + "b", "a" * 190, False),
        ("x" * 300, "x" * 300, True),
        # The cheat sheet's own examples.
        ("**/*.py", "app/x/y.py", True),
        ("**/README.md", "README.md", True),
        ("**/README.md", "js/README.md", True),
        ("**/README.md", "js-README.md", False),
        ("**/", "a", False),
        ("docs/**/*.md", "docs/hello.md", True),
        ("docs/**/*.md", "docs/a/markdown/file.md", True),
        ("**/docs/**", "dir/docs/my-file.txt", True),
        ("**/*src/**", "my-src/code/js/app.js", True),
        ("**/*-post.md", "path/their-post.md", True),
        ("**/migrate-*.sql", "db/sept/migrate-v1.sql", True),
        ("*.jsx?", "page.js", True),
        ("*.jsx?", "page.jsxx", False),
        ("**/*", "a/b/c", True),
        ("[a--b]", "a", False),
        ("[a&&b]", "&", True),
        ("[[a]", "[", True),
        ("[z-a]", "[z-a]", True),
    ],
)
def test_patterns_fit_as_in_githubs_cheat_sheet(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


def spelled_out(marks: list[str]) -> str:
    """Return a pattern as an expression that tries every way, however long that takes."""
    text = ""
    for at, mark in enumerate(marks):
        begins = at == 0 or marks[at - 1] == "/"
        if mark == "**" and begins and marks[at + 1 : at + 2] == ["/"]:
            text += "(?:.*/|"
        elif mark == "/" and text.endswith("(?:.*/|"):
            text += ")"
        else:
            text += {"*": "[^/]*", "**": ".*"}.get(mark, mark)
    return text


@given(
    st.lists(st.sampled_from(["*", "**", "/", "a", "b", "a?", "b+", "[ab]"]), max_size=6),
    st.text("ab/", max_size=7),
)
def test_every_way_in_which_a_name_can_fit_is_found(marks: list[str], name: str) -> None:
    together: list[str] = []
    for mark in marks:
        # Two stars side by side would be one mark.
        if not (together and mark.startswith("*") and together[-1].startswith("*")):
            together.append(mark)
    expected = re.fullmatch(spelled_out(together), name) is not None
    assert matches("".join(together), name) is expected


@given(st.text("*?+[]!^-&~|\\/ab.", max_size=12), st.text("ab/.", max_size=6))
def test_no_pattern_is_too_odd(pattern: str, name: str) -> None:
    assert matches(pattern, name) in {True, False}


def test_a_later_pattern_takes_names_out_again() -> None:
    assert any_match(("releases/**", "!releases/**-alpha"), "releases/10")
    assert not any_match(("releases/**", "!releases/**-alpha"), "releases/10-alpha")
    assert any_match(("a*", "!ab", "ab"), "ab")


@pytest.mark.parametrize(
    ("text", "events"),
    [
        ("on: push", ["push"]),
        ("on: [push, pull_request]", ["push", "pull_request"]),
        ("on:\n  push:\n  schedule:\n    - cron: '0 0 * * *'", ["push", "schedule"]),
        ("'on': push", ["push"]),
        ("on:", []),
        ("x: 1", []),
        ("on: [[push]]", []),
    ],
)
def test_every_way_to_write_events(text: str, events: list[str]) -> None:
    assert [trigger.event for trigger in triggers(text)] == events


@pytest.mark.parametrize(
    ("filters", "main", "tag"),
    [
        ("", True, True),
        ("branches: [main]", True, False),
        ("branches: main", True, False),
        ("branches: [dev]", False, False),
        ("branches-ignore: [main]", False, False),
        ("branches-ignore: [dev]", True, False),
        ("tags: ['v*']", False, True),
        ("tags-ignore: ['v*']", False, False),
        ("branches: [main]\n    tags: ['v*']", True, True),
        ("paths: [app/**]", True, True),
    ],
)
def test_filters_of_a_push(filters: str, main: bool, tag: bool) -> None:
    (trigger,) = triggers(f"on:\n  push:\n    {filters}\n")
    assert (trigger.takes_branch("main"), trigger.takes_tag("v1.2.3")) == (main, tag)


def test_a_pull_request_knows_no_tags() -> None:
    (trigger,) = triggers("on: pull_request")
    assert trigger.takes_branch("main")
    assert not trigger.takes_tag("v1.0.0")


def test_lines_and_other_keys() -> None:
    push, run = triggers(
        "on:\n  push: \n    paths-ignore: [docs/**]\n  workflow_run: {workflows: [CI], types: x}\n"
    )
    assert (push.line, push.is_limited_to_paths) == (2, True)
    assert (run.line, run.workflows, run.types) == (4, ("CI",), ("x",))
