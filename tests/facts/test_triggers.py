"""When a workflow runs, by GitHub's filter patterns."""

import pytest

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
    ],
)
def test_patterns_fit_as_in_githubs_cheat_sheet(pattern: str, name: str, fits: bool) -> None:
    assert matches(pattern, name) is fits


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
