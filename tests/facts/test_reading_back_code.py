"""Commands and code are read back as they were written, with the line on which they stand."""

import shlex

from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts import _shell
from autodevops.facts._docker_ignore import read_docker_ignore
from autodevops.facts._dockerfile import read_instructions
from autodevops.facts._env_python import python_reads
from autodevops.facts._env_text import web_reads
from autodevops.facts._expressions import evaluate
from autodevops.facts._image_names import ImageName, image_name
from autodevops.facts._imports import python_imports, web_imports
from autodevops.facts._makefile import read_makefile
from autodevops.facts._promql import metric_names
from autodevops.facts._sql.split import split
from tests.facts.written import FILLING, PLAIN

UPPER = st.text("ABCXYZ_", min_size=1, max_size=8).filter(lambda name: name[0] != "_")
PRINTED = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S")), max_size=12)
MORE = " \\\n  more"
"""A line that goes on, in a Dockerfile."""


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
