"""Globs and the index that finds what they match."""

import pytest

from autodevops.facts._globs import longest_literal
from autodevops.facts.path_index import PathIndex, compile_glob


def index(*paths: str) -> PathIndex:
    folders = {
        "/".join(path.split("/")[:depth])
        for path in paths
        for depth in range(1, path.count("/") + 1)
    }
    return PathIndex(paths, folders)


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("[a\\]b]", "]", True),
        ("[[:digit:]x]", "7", True),
        ("[[:nothing:]]", "x", False),
        ("[!]]", "a", True),
        ("[z-a]", "b", False),
        ("[^z-a]", "b", True),
        ("a[/]b", "a/b", False),
        ("a\\*", "a*", True),
        ("a\\*", "ab", False),
        ("**/x/**/y", "x/y", True),
        ("a/**", "a", False),
        ("a*b*c", "aXbYc", True),
        ("*.*.*", "a.b", False),
    ],
)
def test_a_glob_matches_as_git_does(pattern: str, path: str, matches: bool) -> None:
    assert compile_glob(pattern).matches(path) is matches


@pytest.mark.parametrize(
    ("glob", "literal"),
    [("*.py", ".py"), ("a?bcd*", "bcd"), ("*", ""), ("ab\\*c[xyz]defg", "ab"), ("[a]bc", "")],
)
def test_the_needle_stands_in_everything_that_matches(glob: str, literal: str) -> None:
    assert longest_literal(glob) == literal


def test_names_are_found_below_a_large_base_as_below_a_small_one() -> None:
    paths = [f"web/{number}/x.log" for number in range(600)]
    found = index(*paths, "x.log", "api/x.log", "web/log.d/y")
    assert len(found.find(compile_glob("*.log"), "web").files) == 600
    assert found.find(compile_glob("log.*"), "web").folders == ["web/log.d"]
    assert [found.paths[i] for i in found.find(compile_glob("*.log"), "api").files] == ["api/x.log"]


def test_what_is_there_can_be_asked_for() -> None:
    found = index("a/b/c.py", "a/d.py", "e")
    assert found.holds("a/b")
    assert found.holds("e")
    assert not found.holds("a/b/c")
    assert found.holds_any("a/b/c.")
    assert found.below("a") == ("a/b/c.py", "a/d.py")
    assert found.named("d.py") == ("a/d.py",)
    assert found.reach("e") == (2, 3)
    assert found.reach("a/") == (0, 2)
    assert found.reach("gone/") == (3, 3)
