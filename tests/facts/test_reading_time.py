"""Readers of repository text need time that grows with its length, whatever somebody wrote."""

import re
from collections.abc import Callable
from time import process_time

import pytest

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
from autodevops.facts._secrets.sightings import Candidate, sight
from autodevops.facts._secrets.values import judge_value
from autodevops.facts._sql.changes import apply
from autodevops.facts._sql.schema import Schema
from autodevops.facts._toml_lines import read_toml
from autodevops.facts.workflows import workflows
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
    assert read_module("a.py", text) is None


def read_toml_settings(text: str) -> None:
    assert len(read_toml(text).values) == 1


def judge_key(text: str) -> None:
    assert not judge_value("KEY", text).is_secret


def resolve_image(text: str) -> None:
    assert resolved(text, {"env.a": "${{ env.a }}" * 50_000}) == "x"


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
FUNCTIONS = "".join(map(FUNCTION.format, range(3_900)))
CALLS = " and ".join(f"g{at}() = 1" for at in range(1_900))
HEIRS = "".join(f"class C{at}(C{at - 1}): ...\n" for at in range(20_000, 0, -1))
MATRIX = f"strategy: {{matrix: {{v: [{', '.join(map(str, range(256)))}]}}}}"


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_links, "[a](b.md)\n" * 80_000),
        (read_unwritten, "check TODO " * 60_000),
        (read_empty_headings, "# a\n\n## b\n\n" + "<!--" * 200_000),
        (read_metrics_of_web, "a.createHistogram('m');\n" * 60_000),
        (read_sql, "select E'" + "\\a" * 1_000_000 + "'"),
        (read_sql, "do $$ begin\n" + "drop table if exists a;\n" * 20_000 + "end $$;"),
        (read_sql, FUNCTIONS + "select f1();\n" * 60_000),
        (read_sql, FUNCTIONS + f"create policy p on t using ({CALLS});\n" * 9),
        (read_module_of_routes, f"for x in [{'1,' * 200}]:\n" + " a.mount(x)\n" * 20_000),
        (read_toml_settings, f'x = """\n[{" " * 50_000}\n"""\n'),
        (judge_key, "-----BEGIN PRIVATE KEY-----" + "\\" * 400_000),
        (resolve_image, "${{ env.a }}" * 80),
        (sight_keys, "".join(f"k = '{key(at)}'\n" for at in range(8_000))),
        (sight_keys, "x = '" + "".join(f"{key(at)}, " for at in range(8_000))),
        (judge_key, "ey" * 500_000),
        (judge_key, ".ey" * 300_000),
        (read_settings, "import os\n" + HEIRS + "class C0(BaseSettings):\n a: int\n"),
        (read_imports, "import('a');" * 80_000),
        (read_names, f"on: push\njobs: {{a: {{name: '{'${{ matrix.v }}' * 30_000}', {MATRIX}}}}}"),
        (read_recipes, "\n".join(f"all: t{at}\nt{at}: u\n\ta" for at in range(30_000))),
    ],
)
def test_a_flood_takes_no_longer_than_seconds(read: Callable[[str], None], text: str) -> None:
    began = process_time()
    read(text)
    assert process_time() - began < 5  # far above what it takes, for slow machines
