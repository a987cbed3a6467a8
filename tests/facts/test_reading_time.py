"""Readers of repository text need time that grows with its length, whatever somebody wrote."""

import re
from collections.abc import Callable
from unittest.mock import patch

import pytest

from autodevops.facts import _route_modules
from autodevops.facts._commands import Run
from autodevops.facts._env_python import python_reads
from autodevops.facts._handed_on import handed_on
from autodevops.facts._image_references import resolved
from autodevops.facts._imports import web_imports
from autodevops.facts._link_finder import Surroundings, relative_links
from autodevops.facts._markdown import parse as parse_markdown
from autodevops.facts._metric_code import read_metrics
from autodevops.facts._placeholders import unwritten
from autodevops.facts._route_modules import read_module
from autodevops.facts._script_files import ScriptFiles
from autodevops.facts._secrets.context import file_context
from autodevops.facts._secrets.engine import OWN
from autodevops.facts._secrets.places import Spans
from autodevops.facts._secrets.sightings import Candidate, sight
from autodevops.facts._secrets.values import judge_value
from autodevops.facts._sql.changes import apply
from autodevops.facts._sql.schema import Schema
from autodevops.facts._toml_lines import read_toml
from autodevops.facts.workflows import workflows
from tests.support.growth import assert_linear
from tests.support.memory import snapshot_of


def read_links(text: str) -> None:
    around = Surroundings(text)
    assert all(map(around.is_link, relative_links(text)))


def read_unwritten(text: str) -> None:
    unwritten(text, parse_markdown(text[:100]))


def read_empty_headings(text: str) -> None:
    unwritten(text, parse_markdown(text))


def read_metrics_of_web(text: str) -> None:
    read_metrics("a.ts", text)


def read_sql(text: str) -> None:
    list(apply(Schema(), "m.sql", text))


def read_module_of_routes(text: str) -> None:
    with patch.object(_route_modules, "_MOST_STATEMENTS", 2_000):
        assert read_module("a.py", text) is None


def read_toml_settings(text: str) -> None:
    assert len(read_toml(text).values) == 1


def judge_key(text: str) -> None:
    assert not judge_value("KEY", text).is_secret


def resolve_image(text: str) -> None:
    assert resolved(text, {"env.a": text}) == "x"


def read_recipes(text: str) -> None:
    files = ScriptFiles(snapshot_of({"Makefile": text}))
    assert handed_on(Run(("make", "all")), "", files)


def sight_keys(text: str) -> None:
    content = text.encode()
    candidates = [
        Candidate(f"{OWN}format.aws-credentials", found[0], *found.span())
        for found in re.finditer("AKIA[A-Z]{16}", text)
    ]
    assert len(sight(content, candidates, file_context("a.py"))) == len(candidates)


def place_spans(text: str) -> None:
    spans = Spans(())
    for start in range(0, 2 * len(text), 2):
        assert not spans.overlap(start, start + 1)
        spans.add(start, start + 1)


def key(number: int) -> str:
    letters = f"{number:05}".translate(str.maketrans("0123456789", "QWERTZUIOP"))
    return f"AKIA{letters}XKVNBMLSHDF"


def read_settings(text: str) -> None:
    assert list(python_reads(text))


def read_imports(text: str) -> None:
    assert list(web_imports(text))


def read_names(text: str) -> None:
    (job,) = workflows(snapshot_of({".github/workflows/ci.yml": text})).jobs
    assert all(len(name) < 1_000 for name in job.check_names or ())


FUNCTION = "create function f{}() returns int language sql as 'select 1';\n"


def functions(count: int) -> str:
    return "".join(map(FUNCTION.format, range(count)))


def policies(count: int) -> str:
    calls = " and ".join(f"g{at}() = 1" for at in range(count))
    return functions(2 * count) + f"create policy p on t using ({calls});\n" * 9


def loops(count: int) -> str:
    return f"for x in [{'1,' * count}]:\n" + " a.mount(x)\n" * count


def heirs(count: int) -> str:
    classes = (f"class C{at}(C{at - 1}): ...\n" for at in range(count, 0, -1))
    return f"import os\n{''.join(classes)}class C0(BaseSettings):\n a: int\n"


# What lies between two keys, so that going over it again and again would take long.
LINES = "\n" * 600
LETTERS = "é" * 1_000


def keys(count: int) -> str:
    return "".join(f"k = '{key(at)}'{LINES}" for at in range(count))


def keys_in_a_line(count: int) -> str:
    return "x = '" + "".join(f"{key(at)}, {LETTERS}" for at in range(count))


def names(count: int) -> str:
    matrix = f"strategy: {{matrix: {{v: [{', '.join(map(str, range(256)))}]}}}}"
    return f"on: push\njobs: {{a: {{name: '{'${{ matrix.v }}' * count}', {matrix}}}}}"


def recipes(count: int) -> str:
    return "\n".join(f"all: t{at}\nt{at}: u\n\ta" for at in range(count))


@pytest.mark.parametrize(
    ("read", "made", "size"),
    [
        (read_links, lambda n: "[a](b.md)\n" * n, 5_000),
        (read_unwritten, lambda n: "check TODO " * n, 8_000),
        (read_empty_headings, lambda n: "# a\n\n## b\n\n" + "<!--" * n, 300),
        (read_empty_headings, lambda n: "# a\n\n## b\n\n" + "<!--" * n, 100_000),
        (read_metrics_of_web, lambda n: "a.createHistogram('m');\n" * n, 6_000),
        (read_sql, lambda n: "select E'" + "\\a" * n + "'", 100_000),
        (read_sql, lambda n: f"do $$ begin\n{'drop table if exists a;' * n}\nend $$;", 800),
        (read_sql, lambda n: functions(n) + "select f1();\n" * 9 * n, 250),
        (read_sql, policies, 80),
        (read_module_of_routes, loops, 50),
        (read_toml_settings, lambda n: f'x = """\n[{" " * n}\n"""\n', 200),
        (judge_key, lambda n: "-----BEGIN PRIVATE KEY-----" + "\\" * n, 500),
        (resolve_image, lambda n: "${{ env.a }}" * n, 5),
        (sight_keys, keys, 200),
        (sight_keys, keys_in_a_line, 200),
        (place_spans, lambda n: "x" * n, 1_500),
        (judge_key, lambda n: "ey" * n, 6_000),
        (judge_key, lambda n: ".ey" * n, 4_000),
        (read_settings, heirs, 1_500),
        (read_imports, lambda n: f"import('{'a' * 200}');" * n, 3_000),
        (read_names, names, 10_000),
        (read_recipes, recipes, 8_000),
    ],
)
def test_a_flood_takes_time_that_grows_with_it(
    read: Callable[[str], None], made: Callable[[int], str], size: int
) -> None:
    assert_linear(read, made, size)
