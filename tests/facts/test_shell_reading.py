"""Shell scripts: words, lines, other languages, and text that would end or hang the process."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._shell import DEFAULT, PLAIN, Fate, flow, mode_of, parse
from tests.facts.shells import command
from tests.support.examples import few
from tests.support.growth import assert_linear


@pytest.mark.parametrize("shell", ["pwsh", "powershell", "python", "cmd", "node {0}"])
def test_other_languages_are_not_read(shell: str) -> None:
    script = parse("pytest || true", mode_of(shell))
    assert script.commands == ()
    assert script.problem is not None


def test_package_scripts_and_make_run_without_errexit() -> None:
    assert parse("pytest; true", PLAIN).commands[0].fate is Fate.HIDDEN
    assert parse("pytest", PLAIN).commands[0].fate is Fate.SEEN


def test_arguments_lose_their_quotes() -> None:
    script = 'FOO=1 ./bin/x "a b" \'c\' d\\ e $F "${G}h" k="$(z)" ${{ inputs.y }} > out.txt'
    found = command(script, "x")
    assert found.argv == (
        "./bin/x", "a b", "c", "d e", "$F", "${G}h", "k=$(z)", "${{ inputs.y }}"
    )  # fmt: skip
    assert found.environment == (("FOO", "1"),)
    assert found.output == ("out.txt",)


def test_lines_are_counted_from_zero() -> None:
    script = "echo ${{ a\n }}\n\npytest \\\n  -q ||\n  true\nnext"
    assert [(found.name, found.line) for found in parse(script).commands] == [
        ("echo", 0),
        ("pytest", 3),
        ("true", 5),
        ("next", 6),
    ]
    assert command(script).how_line == 5


def test_a_nested_script_keeps_the_line() -> None:
    assert command("echo\nbash -c 'pytest || true'").line == 1


def test_a_function_runs_where_it_is_called() -> None:
    commands = parse("f() { a; }\nb\nf || true\nf").commands
    assert [(found.name, found.fate) for found in commands] == [
        ("b", Fate.SEEN),
        ("a", Fate.HIDDEN),
        ("true", Fate.SEEN),
        ("a", Fate.SEEN),
    ]


@pytest.mark.parametrize(
    "script",
    [
        "f() { f; }\nf",
        "f() { f; f; }\nf",
        "(" * 2_000 + "a" + ")" * 2_000,
        "a && " * 10_000 + "b",
        "a || b=1; " * 6_000,
        "if a; then " * 3_000,
        "$(" * 3_000,
        "x=$(" * 3_000 + ")" * 3_000,
        "'" * 60_000,
        "<<a " * 10_000,
        "a | " * 10_000 + "b",
        "ghexpr9z ghexpr99999z",
        "bash -c 'bash -c \"bash -c a\"'",
        "x" * 70_000,
        "}`<" * 8_000,
        ")" * 30_000,
    ],
)
def test_a_flood_ends(script: str) -> None:
    assert len(parse(script).commands) <= 5_000


def doubling(ways: int) -> str:
    """Make functions that call functions, in the square of so many ways."""
    last = 2 * ways.bit_length()
    calls = "".join(f"f{at}() {{ f{at + 1}; f{at + 1}; }}\n" for at in range(last))
    return f"{calls}f{last}() {{ x=1; }}\nf0"


@pytest.mark.parametrize(
    ("made", "size"),
    [
        (doubling, 256),
        (lambda n: "false || x=1\n" * 40 + f"echo '{'(' * n}'", 4_000),
        (lambda n: f"f() {{ bash -c '{'a | b; ' * n}'; }}\n" + "f\n" * n, 250),
    ],
    ids=["functions that double", "lookups in one long line", "one nested script, called often"],
)
def test_a_flood_takes_time_that_grows_with_it(
    monkeypatch: pytest.MonkeyPatch, made: Callable[[int], str], size: int
) -> None:
    monkeypatch.setattr(flow, "MAX_STATEMENTS", 5_000)
    assert_linear(parse, made, size)


# Found by chance: each ends the process inside the grammar's C code, unless it is masked.
_DEADLY = [
    '\uff66\0while }set +e\\\ub6d8NH\U000297fb#}}}"${{\U000ec542r\x11a\U0006861c;6#if { #<<E',
    "done~&&if \\esacesacx=${{\U000a54de\U0001e0cb\U000a2aa8';;x=\u032b\\$?done\x0e\ubedd`$?",
]


@pytest.mark.parametrize("script", _DEADLY * 20)
def test_characters_outside_ascii_don_t_end_the_process(script: str) -> None:
    assert parse(script).commands is not None


def test_characters_outside_ascii_are_kept() -> None:
    assert command("pytest 'größe' ü \"${{ a }}é\" || echo 💥").argv == (
        "pytest", "größe", "ü", "${{ a }}é"
    )  # fmt: skip
    assert command("pytest || echo 💥").how == "|| echo 💥"
    assert command("bash -c 'pytest é || true'").argv == ("pytest", "é")


_SNIPPETS = st.sampled_from(
    [
        "a ",
        " || ",
        " && ",
        " | ",
        " ; ",
        "\n",
        "(",
        ")",
        "{ ",
        "}",
        "$(",
        "`",
        "'",
        '"',
        "if ",
        "then ",
        "fi",
        "else ",
        "for i in x; do ",
        "done",
        "set +e",
        "$?",
        "x=\n",
        "<<E",
        "E\n",
        "${{",
        "}}",
        "&",
        "case x in ",
        "esac",
        "f() ",
        "! ",
        "while ",
        "\\",
        "#",
        "exit 0",
        "bash -c ",
        "\x00",
        "[[ ",
        " ]]",
        "((",
        "))",
    ]
)


@few(400)
@given(st.lists(_SNIPPETS | st.text(max_size=3), max_size=40))
def test_no_text_raises(parts: list[str]) -> None:
    script = parse("".join(parts), DEFAULT)
    assert all(found.argv for found in script.commands)
