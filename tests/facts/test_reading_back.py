"""What is written in a language is read back, with the line on which it stands."""

import json
import re
import shlex
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from autodevops.facts import _globs, _shell, _yaml
from autodevops.facts._conventional import Header, parse_header, without_pull_request
from autodevops.facts._docker_ignore import read_docker_ignore
from autodevops.facts._dockerfile import read_instructions
from autodevops.facts._env_python import python_reads
from autodevops.facts._env_text import web_reads
from autodevops.facts._expressions import evaluate
from autodevops.facts._hcl import read_hcl
from autodevops.facts._image_names import ImageName, image_name
from autodevops.facts._imports import python_imports, web_imports
from autodevops.facts._makefile import read_makefile
from autodevops.facts._markdown import parse as read_markdown
from autodevops.facts._promql import metric_names
from autodevops.facts._sql.split import split
from autodevops.facts._toml_lines import read_toml, read_tree
from autodevops.facts._tsconfig import parse_jsonc
from autodevops.facts.changelog import read_sections
from autodevops.facts.codeowners import parse_codeowners
from autodevops.facts.env_files import declarations
from autodevops.facts.mailmap import read_mailmap
from tests.support.repositories import Repository

PLAIN = st.text("abcxyz", min_size=1, max_size=8)
UPPER = st.text("ABCXYZ_", min_size=1, max_size=8).filter(lambda name: name[0] != "_")
PRINTED = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), max_size=12)
MORE = " \\\n  more"
"""A line that goes on, in a Dockerfile."""
FILLING = st.sampled_from(["", "\n", "# a comment\n", "\n\n"])
SHOWN = st.text(max_size=8).filter(str.isprintable)
LITERAL = partial(re.sub, "[$%]", "")
"""Takes away what Terraform would put values in for."""
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


@given(
    st.lists(
        st.tuples(FILLING, st.sampled_from(["RUN", "ENV", "COPY"]), PLAIN, st.booleans()),
        max_size=6,
    )
)
def test_instructions_have_their_lines(rows: list[tuple[str, str, str, bool]]) -> None:
    text = "".join(
        f"{filling}{name} {word}{MORE * goes_on}\n" for filling, name, word, goes_on in rows
    )
    found = read_instructions(text)
    assert [one.name.upper() for one in found] == [name for _, name, _, _ in rows]
    lines = text.split("\n")
    for one, (_, name, word, goes_on) in zip(found, rows, strict=True):
        assert lines[one.line - 1].startswith(f"{name} {word}")
        assert one.end_line - one.line == goes_on


@given(st.lists(st.tuples(st.booleans(), PLAIN), max_size=6), PLAIN)
def test_the_last_line_about_a_file_counts(rows: list[tuple[bool, str]], name: str) -> None:
    text = "".join(f"{'!' if negated else ''}{pattern}\n" for negated, pattern in rows)
    last = next((negated for negated, pattern in reversed(rows) if pattern == name), True)
    assert (read_docker_ignore(".dockerignore", text).excluding(name) is None) is last


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


@given(st.lists(st.lists(PRINTED, min_size=1, max_size=4), min_size=1, max_size=4))
def test_commands_are_read_as_a_shell_would(commands: list[list[str]]) -> None:
    commands = [["run", *arguments] for arguments in commands]
    text = "".join(f"{shlex.join(argv)}\n" for argv in commands)
    script = _shell.parse(text)
    assert script.problem is None
    assert [list(one.argv) for one in script.commands] == commands


@given(st.booleans(), st.booleans(), st.text("a'b ", max_size=5), st.integers(-99, 99))
def test_expressions_mean_what_they_say(one: bool, other: bool, text: str, number: int) -> None:
    known = {"env.a": one, "env.b": other}
    assert evaluate("env.A && env.B", known) == (one and other)
    assert evaluate("env.A || !env.B", known) == (one or not other)
    quoted = text.replace("'", "''")
    assert evaluate(f"'{quoted}'", {}) == text
    assert evaluate(f"{number} == {number} && {number} != {number + 1}", {}) is True


@given(
    st.lists(
        st.sampled_from(["SELECT 1", "SELECT ';'", "SELECT $$;$$", "SELECT /* ; */ 2"]), max_size=6
    )
)
def test_statements_end_where_they_end(statements: list[str]) -> None:
    text = ";\n".join(statements)
    assert [one.text.strip() for one in split(text)] == statements


@given(st.lists(st.tuples(FILLING, st.integers(1, 6), PLAIN), max_size=6))
def test_headings_have_their_lines(rows: list[tuple[str, int, str]]) -> None:
    rows = [
        ("\n" if filling.startswith("#") else filling, level, text) for filling, level, text in rows
    ]
    text = "".join(f"{filling}{'#' * level} {words}\n" for filling, level, words in rows)
    found = read_markdown(text).headings
    assert [(one.level, one.text) for one in found] == [(level, words) for _, level, words in rows]
    lines = text.split("\n")
    assert all(lines[one.line - 1].endswith(f" {one.text}") for one in found)


@given(st.dictionaries(PLAIN, st.lists(PLAIN, max_size=3), max_size=5))
def test_targets_of_make_are_read_back(targets: dict[str, list[str]]) -> None:
    text = "".join(
        f"{name}: {' '.join(needs)}\n\t@run {name}\n\n" for name, needs in targets.items()
    )
    found = read_makefile("Makefile", text)
    assert {name: list(one.needs) for name, one in found.items()} == targets
    lines = text.split("\n")
    for one in found.values():
        assert all(line.text in lines[line.line - 1] for line in one.recipe)


@given(st.lists(st.tuples(FILLING, PLAIN, st.lists(PLAIN, max_size=2)), max_size=6))
def test_owners_are_read_back(rows: list[tuple[str, str, list[str]]]) -> None:
    text = "".join(
        f"{filling}/{name}/ {' '.join(f'@{owner}' for owner in owners)}\n"
        for filling, name, owners in rows
    )
    found = parse_codeowners("CODEOWNERS", text)
    assert [(one.pattern, [owner.name for owner in one.owners]) for one in found.lines] == [
        (f"/{name}/", [f"@{owner}" for owner in owners]) for _, name, owners in rows
    ]
    lines = text.split("\n")
    assert all(lines[one.line - 1].startswith(one.pattern) for one in found.lines)


@given(PLAIN, st.none() | PLAIN, st.booleans(), st.text("a :()!#", min_size=1, max_size=9))
def test_headers_of_commits_are_read_back(
    kind: str, scope: str | None, breaking: bool, description: str
) -> None:
    description = f"x{description}".rstrip()
    written = f"{kind}{'' if scope is None else f'({scope})'}{'!' * breaking}: {description}"
    assert parse_header(f"\n{written}  \n\nbody: x") == Header(kind, scope, breaking, description)
    assert without_pull_request(f"{written} (#12)") == written


def test_people_are_whom_git_takes_them_for(tmp_path: Path) -> None:
    names = st.sampled_from(["Ada", "ada", "B C", ""])
    emails = st.sampled_from(["a@x", "A@X", "b@y", "c@z"])
    lines = st.one_of(
        st.tuples(names, emails).map(lambda one: f"{one[0]} <{one[1]}>"),
        st.tuples(names, emails, emails).map(lambda one: f"{one[0]} <{one[1]}> <{one[2]}>"),
        st.tuples(names, emails, names, emails).map(
            lambda one: f"{one[0]} <{one[1]}> {one[2]} <{one[3]}>"
        ),
        st.sampled_from(["# Ada <a@x>", "", "nothing", "<", "Ada <a@x", " Ada  <a@x> # c"]),
    )
    repository = Repository(tmp_path / "repo")
    asked = [("Ada", "a@x"), ("ada", "A@X"), ("B C", "b@y"), ("Z", "c@z")]

    @given(st.lists(lines, max_size=5))
    def holds(written: list[str]) -> None:
        text = "".join(f"{line}\n" for line in written)
        (tmp_path / "repo" / ".mailmap").write_text(text)
        told = repository.git("check-mailmap", *(f"{name} <{email}>" for name, email in asked))
        people = [read_mailmap(text).resolve(*one) for one in asked]
        assert [f"{one.name} <{one.email}>" for one in people] == told.split("\n")[:4]

    holds()


@given(st.lists(st.tuples(st.integers(0, 99), st.integers(0, 99), FILLING), max_size=6))
def test_released_versions_are_read_back(rows: list[tuple[int, int, str]]) -> None:
    text = "# Changelog\n\n" + "".join(
        f"{filling.replace('#', '-')}## [{major}.{minor}.0] - 2026-01-02\n\n- x\n\n"
        for major, minor, filling in rows
    )
    found = list(read_sections("CHANGELOG.md", text))
    assert [one.text for one in found] == [f"{major}.{minor}.0" for major, minor, _ in rows]
    lines = text.split("\n")
    assert all(f"[{one.text}]" in lines[one.line - 1] for one in found)


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


@given(st.lists(st.tuples(FILLING, UPPER), max_size=6))
def test_variables_that_code_reads_are_found(rows: list[tuple[str, str]]) -> None:
    names = [name for _, name in rows]
    python = "import os\n" + "".join(
        f'{filling}a = os.environ["{name}"]\n' for filling, name in rows
    )
    web = "".join(
        f"{filling.replace('#', '//')}const a = process.env.{name};\n" for filling, name in rows
    )
    for text, read in ((python, python_reads), (web, web_reads)):
        found = list(read(text))
        assert sorted(one.name for one in found) == sorted(names)
        lines = text.split("\n")
        assert all(one.name in lines[one.line - 1] for one in found)


@given(st.lists(st.tuples(FILLING, PLAIN), max_size=6))
def test_imports_are_found(rows: list[tuple[str, str]]) -> None:
    python = "".join(f"{filling}import m{name}\n" for filling, name in rows)
    web = "".join(
        f"{filling.replace('#', '//')}import a from './m{name}';\n" for filling, name in rows
    )
    modules = list(python_imports(python))
    assert [one.module or one.names[0] for one in modules] == [f"m{name}" for _, name in rows]
    assert all("import" in python.split("\n")[one.line - 1] for one in modules)
    specifiers = list(web_imports(web))
    assert [one.specifier for one in specifiers] == [f"./m{name}" for _, name in rows]
    assert all("import" in web.split("\n")[one.line - 1] for one in specifiers)


@given(
    st.lists(PLAIN, min_size=1, max_size=3).map("/".join),
    st.none() | st.just("host.example:443"),
    st.none() | PLAIN,
    st.none() | st.just("sha256:" + "0" * 64),
)
def test_images_are_read_back(
    path: str, registry: str | None, tag: str | None, digest: str | None
) -> None:
    repository = path if registry is None else f"{registry}/{path}"
    written = repository + (f":{tag}" if tag else "") + (f"@{digest}" if digest else "")
    assert image_name(written) == ImageName(repository, tag, digest)


@given(st.lists(PLAIN.map("m_{}".format), min_size=1, max_size=4, unique=True))
def test_metrics_of_an_expression_are_found(names: list[str]) -> None:
    expression = " + ".join(f'sum by (le) (rate({name}{{job="x y"}}[5m]))' for name in names)
    assert sorted(metric_names(expression)) == sorted(names)


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
