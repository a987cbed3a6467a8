"""Data and settings are read back as they were written, with the line on which they stand."""

import json
import re
from functools import partial
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autodevops.facts import _globs, _yaml
from autodevops.facts._hcl import read_hcl
from autodevops.facts._toml_lines import read_toml, read_tree
from autodevops.facts._tsconfig import parse_jsonc
from autodevops.facts.env_files import declarations
from tests.facts.written import FILLING, PLAIN

UPPER = st.text("ABCXYZ_", min_size=1, max_size=8).filter(lambda name: name[0] != "_")
PRINTED = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), max_size=12)
LITERAL = partial(re.sub, "[$%]", "")
"""Takes away what Terraform would put values in for."""
SHOWN = st.text(max_size=8).filter(str.isprintable)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | SHOWN,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SHOWN, inner, max_size=4),
    max_leaves=12,
)


def plain(node: Any) -> Any:
    """Return a tree of YAML as plain data."""
    match node:
        case _yaml.Mapping():
            return {str(pair.key.as_text): plain(pair.value) for pair in node.pairs}
        case _yaml.Sequence():
            return [plain(item) for item in node.items]
        case _yaml.Scalar():
            return node.value
    return None


def scalars(node: _yaml.Node) -> list[_yaml.Scalar]:
    match node:
        case _yaml.Mapping():
            return [one for pair in node.pairs for part in pair for one in scalars(part)]
        case _yaml.Sequence():
            return [one for item in node.items for one in scalars(item)]
    return [node]


@given(JSON, st.sampled_from([None, 1, 3]))
def test_json_is_yaml(data: Any, indent: int | None) -> None:
    text = json.dumps(data, indent=indent, ensure_ascii=False)
    parsed = _yaml.parse(text)
    assert parsed.problem is None
    assert plain(parsed.root) == data
    lines = text.split("\n")
    for scalar in scalars(parsed.root) if parsed.root else ():
        begins = lines[scalar.line - 1][scalar.column - 1 :]
        assert begins.startswith(scalar.style or scalar.text)


@given(st.text(max_size=8))
def test_json_may_escape_what_it_likes(word: str) -> None:
    """Also in two halves, as JSON does and YAML does not."""
    (found,) = read_tree(json.dumps({"a": f"x{word}"}, indent=1)).values
    assert (found.keys, found.value, found.line) == (("a",), f"x{word}", 2)


@given(JSON, st.sampled_from(["", "// x\n", "/* x */", " "]), st.sampled_from([None, 2]))
def test_json_with_comments_is_read_as_without(data: Any, comment: str, indent: int | None) -> None:
    text = json.dumps({"a": data, "z": [1, 2]}, indent=indent)
    commented = text.replace("[", f"[{comment}", 0).removesuffix("]}").removesuffix("}")
    closed = f"{commented}{comment},]}}" if text.endswith("]}") else f"{commented}{comment},}}"
    assert parse_jsonc(f"{comment}{closed}{comment}") == {"a": data, "z": [1, 2]}


@given(
    st.lists(
        st.tuples(FILLING, PLAIN, st.integers(0, 99)), max_size=6, unique_by=lambda one: one[1]
    )
)
def test_settings_have_the_line_on_which_they_stand(rows: list[tuple[str, str, int]]) -> None:
    for read, written in ((read_toml, "{} = {}\n"), (read_tree, "{}: {}\n")):
        text = "".join(filling + written.format(name, value) for filling, name, value in rows)
        told = [(one.keys, one.value, one.line) for one in read(text).values]
        lines = text.split("\n")
        assert [(keys, value) for keys, value, _ in told] == [
            ((name,), str(value)) for _, name, value in rows
        ]
        assert all(lines[line - 1].startswith(keys[0]) for keys, _, line in told)


@given(st.lists(st.tuples(PLAIN, PLAIN, PRINTED.map(LITERAL)), min_size=1, max_size=4))
def test_blocks_of_terraform_are_read_back(rows: list[tuple[str, str, str]]) -> None:
    text = "".join(
        f'resource "{kind}" "{name}" {{\n  value = {json.dumps(value)}\n}}\n'
        for kind, name, value in rows
    )
    file = read_hcl(text)
    assert file is not None
    assert file.problem_line is None
    assert [(one.kind, *one.labels, one.line) for one in file.blocks] == [
        ("resource", kind, name, 3 * at + 1) for at, (kind, name, _) in enumerate(rows)
    ]
    assert all(one.attributes[0].line == one.line + 1 for one in file.blocks)


@given(st.lists(st.tuples(FILLING, UPPER, PLAIN, st.booleans()), max_size=6))
def test_declared_variables_are_read_back(rows: list[tuple[str, str, str, bool]]) -> None:
    text = "".join(
        f"{filling}{'# ' * commented}{name}={value}\n" for filling, name, value, commented in rows
    )
    found = list(declarations(text))
    assert [(one.name, one.commented) for one in found] == [
        (name, commented) for _, name, _, commented in rows
    ]
    lines = text.split("\n")
    assert all(f"{one.name}=" in lines[one.line - 1] for one in found)


def slow(segments: list[str], names: list[str]) -> bool:
    """Tell whether a path fits a glob, by trying every way."""
    if not segments:
        return not names
    first, rest = segments[0], segments[1:]
    if first == "**":
        if not rest:
            return bool(names)
        return any(slow(rest, names[at:]) for at in range(len(names) + 1))
    fits = names and re.fullmatch(
        "".join({"*": ".*", "?": "."}.get(sign, re.escape(sign)) for sign in first), names[0]
    )
    return bool(fits) and slow(rest, names[1:])


@given(
    st.lists(st.text("a*?b", min_size=1, max_size=5), min_size=1, max_size=4),
    st.lists(st.text("ab", min_size=1, max_size=4), min_size=1, max_size=5),
)
def test_globs_fit_wherever_any_way_does(segments: list[str], names: list[str]) -> None:
    assume(not any("**" in one and one != "**" for one in segments))
    expression = _globs.path_regex(segments)
    assert (re.fullmatch(expression, "/".join(names)) is not None) is slow(segments, names)


@pytest.mark.parametrize("size", [200, 2_000])
def test_a_glob_of_stars_is_no_work(size: int) -> None:
    expression = _globs.segment_regex("*a" * size + "b")
    assert re.fullmatch(expression, "a" * 3 * size) is None
