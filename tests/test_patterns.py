import importlib
import pkgutil
import re

import autodevops
from autodevops.model import patterns
from autodevops.model.paths import basename
from autodevops.model.patterns import regex


def test_an_expression_does_what_a_compiled_one_does() -> None:
    lazy = regex(r"(?P<key>\w+)=(\d+)", re.ASCII)
    compiled = re.compile(r"(?P<key>\w+)=(\d+)", re.ASCII)

    assert lazy.sub(r"\1", "a=1 b=2") == compiled.sub(r"\1", "a=1 b=2")
    assert [one["key"] for one in lazy.finditer("a=1 b=2")] == ["a", "b"]
    assert (lazy.pattern, lazy.flags, lazy.groupindex) == (
        compiled.pattern,
        compiled.flags,
        compiled.groupindex,
    )


def test_bytes_are_searched_by_expressions_of_bytes() -> None:
    assert regex(rb"\d+").findall(b"1 22") == [b"1", b"22"]


def test_a_missing_attribute_is_missing() -> None:
    assert not hasattr(regex("a"), "replace")


def test_every_expression_of_ours_compiles() -> None:
    # An error in one would show only when a repository needs it.
    found = 0
    for module in pkgutil.walk_packages(autodevops.__path__, "autodevops."):
        if module.name.startswith(("autodevops.facts", "autodevops.guide", "autodevops.rules")):
            for one in vars(importlib.import_module(module.name)).values():
                if isinstance(one, patterns._Later):
                    assert callable(one.search)
                    found += 1
    assert found > 100


def test_a_base_name_is_what_posixpath_says() -> None:
    assert [basename(path) for path in ("a/b.py", "b.py", "a/", "")] == ["b.py", "b.py", "", ""]
