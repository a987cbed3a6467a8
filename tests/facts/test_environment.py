"""Reads of the environment are found in every spelling, and nowhere else."""

import pytest

from autodevops.facts._env_python import python_reads
from autodevops.facts._env_text import compose_reads, web_reads, workflow_reads
from autodevops.facts.env_files import EnvFiles, declarations, env_files
from autodevops.facts.environment import EnvironmentReads, environment_reads
from autodevops.facts.services import services
from autodevops.guide.load import built_in_guide
from tests.support.memory import snapshot_of

GUIDE = built_in_guide()
SETTINGS = "from pydantic_settings import BaseSettings, SettingsConfigDict\n"


def python(text: str) -> dict[str, bool]:
    return {read.name: read.optional for read in python_reads(text)}


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ('import os\nos.environ["A"]\n', {"A": False}),
        ('import os\nos.getenv("A")\n', {"A": False}),
        ('import os\nos.getenv("A", "x")\n', {"A": True}),
        ('import os\nos.environ.get("A", default=None)\n', {"A": True}),
        ('from os import environ as e, getenv as g\ne["A"]; g("B")\n', {"A": False, "B": False}),
        ('import os\nx = 1 if "A" in os.environ else 2\n', {"A": True}),
        ('import os\nos.environ["A"] = "x"\n', {}),
        ('# os.environ["A"]\n"""os.getenv("B")"""\n', {}),
        (
            'from decouple import config\nconfig("A")\nconfig("B", default=1)\n',
            {"A": False, "B": True},
        ),
        (
            'from environs import Env\nenv = Env()\nenv.int("A")\nenv("B")\n',
            {"A": False, "B": False},
        ),
        (
            f"{SETTINGS}class S(BaseSettings):\n    a: str\n    b: int = 3\n",
            {"A": False, "B": True},
        ),
        (
            (
                f"{SETTINGS}class S(BaseSettings):\n"
                '    model_config = SettingsConfigDict(env_prefix="APP_")\n    a_key: str\n'
            ),
            {"APP_A_KEY": False},
        ),
        (
            (
                f"{SETTINGS}class B(BaseSettings):\n    pass\nclass S(B):\n"
                '    a: str = Field(..., validation_alias="OTHER")\n    _private: int\n'
                '    class Config:\n        env_prefix = "X_"\n'
            ),
            {"OTHER": False},
        ),
        (
            (
                f"{SETTINGS}class S(BaseSettings):\n"
                '    a: str = Field(validation_alias=AliasChoices("ONE", "TWO"))\n'
                "    c: ClassVar[int] = 1\n"
            ),
            {"ONE": True, "TWO": True},
        ),
        ("class S(BaseModel):\n    environ: str\n", {}),
        ("def broken(:\n  os.environ\n", {}),
    ],
)
def test_python(text: str, reads: dict[str, bool]) -> None:
    assert python(text) == reads


def test_a_fallback_makes_a_python_read_optional() -> None:
    snapshot = snapshot_of(
        {"app/x.py": 'import os\na = os.getenv("A") or "x"\nif os.getenv("B") == "1":\n  pass\n'}
    )
    assert {read.name: read.optional for read in read_all(snapshot).reads} == {"A": True, "B": True}


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("process.env.A", {"A": False}),
        ("process.env['A']", {"A": False}),
        ("process.env?.A!", {"A": False}),
        ("process.env.A ?? 'x'", {"A": True}),
        ("process.env.A! || 'x'", {"A": True}),
        ("process.env.A === 'true'", {"A": True}),
        ("import.meta.env.VITE_A", {"VITE_A": False}),
        ("const { A, B = 'x', C: c } = process.env", {"A": False, "B": True, "C": False}),
        ("const {\n  A,\n} = process.env;", {"A": False}),
        ("process.env.A = 'x'", {}),
        ("// process.env.A\n * process.env.B", {}),
        ("const env = process.env; env.A", {}),
        ("Deno.env.get('A')", {"A": False}),
    ],
)
def test_web(text: str, reads: dict[str, bool]) -> None:
    assert {read.name: read.optional for read in web_reads(text)} == reads


def test_compose() -> None:
    text = "a: ${A}\nb: ${B:-x}\nc: ${C:?must}\nd: $D\ne: $$E $${F}\n# ${G}\nh: ${H-}\n"
    assert {read.name: read.optional for read in compose_reads(text)} == {
        "A": False,
        "B": True,
        "C": False,
        "D": False,
        "H": True,
    }


def test_workflows() -> None:
    text = (
        "    env:\n"
        "      A: ${{ secrets.A }}\n"
        "      B: ${{ secrets.OTHER }}\n"
        "      C: ${{ vars.C || 'x' }}\n"
        "      # D: ${{ secrets.D }}\n"
        "      run: cat secrets.json ${{ env.x }} my.secrets.y\n"
        "    if: github.ref == 'x' && secrets.E != ''\n"
        "    with: { token: \"${{ secrets['F'] }}\" }\n"
    )
    found = [(context, read.name, read.optional) for context, read in workflow_reads(text)]
    assert found == [
        ("secrets", "A", False),
        ("secrets", "OTHER", True),
        ("vars", "C", True),
        ("secrets", "E", True),
        ("secrets", "F", True),
    ]


def read_all(snapshot: object) -> EnvironmentReads:
    files = env_files(snapshot, GUIDE.secrets)  # type: ignore[arg-type]
    present = services(snapshot, GUIDE.services)  # type: ignore[arg-type]
    found = environment_reads(
        snapshot,  # type: ignore[arg-type]
        present,
        files,
        GUIDE.services,
        GUIDE.containers,
    )
    assert isinstance(found, EnvironmentReads)
    return found


def test_reads_know_their_file_and_service_and_leave_out_what_is_not_the_teams_code() -> None:
    text = 'import os\nos.environ["A"]\n'
    snapshot = snapshot_of(
        {
            "app/a.py": text,
            "tools/b.py": text,
            "tests/test_c.py": text,
            "app/vendor/d.py": text,
            "docs/e.py": text,
            "frontend/f.ts": "process.env.B",
            "frontend/f.test.ts": "process.env.C",
            "docker-compose.yml": "services:\n  a:\n    environment:\n      - D\n      - E=1\n",
            "compose.prod.yaml": "services: {a: {environment: {F: , G: x, H: '${I}'}}}\n",
            ".github/workflows/x.yml": "env:\n  J: ${{ secrets.J }}\n",
        }
    )
    found = [
        (read.name, read.path, read.kind.value, read.service) for read in read_all(snapshot).reads
    ]
    assert found == [
        ("J", ".github/workflows/x.yml", "secret", None),
        ("A", "app/a.py", "code", "api"),
        ("F", "compose.prod.yaml", "compose", None),
        ("I", "compose.prod.yaml", "compose", None),
        ("D", "docker-compose.yml", "compose", None),
        ("B", "frontend/f.ts", "code", "frontend"),
        ("A", "tools/b.py", "code", None),
    ]


def test_an_environment_file_declares_by_assignment_also_when_commented() -> None:
    text = (
        "# The key = what you get from the console\n"
        "A=1\n export B = 'x'\n# C=\n#D=x\n# see http://a/?b=c\n"
        'E="first\nF=second"\nG=\n not a line\n# lower=x\n'
    )
    assert [(one.name, one.line, one.commented) for one in declarations(text)] == [
        ("A", 2, False),
        ("B", 3, False),
        ("C", 4, True),
        ("D", 5, True),
        ("E", 7, False),
        ("G", 9, False),
    ]


def files_of(*paths: str) -> EnvFiles:
    return env_files(snapshot_of(dict.fromkeys(paths, "A=1\n")), GUIDE.secrets)


def test_environment_files_are_real_or_templates() -> None:
    found = files_of(
        *(".env", "web/.env.local", ".env.production", ".env.example", "web/.env.sample"),
        *(".envrc", "env.py", ".environment.md", "tests/fixtures/.env", "examples/a/.env"),
        *("node_modules/x/.env", "prod.envelope"),
    )
    assert [file.path for file in found.real] == [".env", ".env.production", "web/.env.local"]
    assert {file.path for file in found.templates} == {".env.example", ".envrc", "web/.env.sample"}
    assert found.example is not None
    assert found.declared == {"A"}
