"""What users install: the wheel is whole, and the command starts with little loaded."""

import subprocess
import sys
from email.message import Message
from email.parser import Parser
from importlib.metadata import version
from pathlib import Path
from zipfile import ZipFile

import pytest

import autodevops

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "autodevops"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> ZipFile:
    """Return the wheel that this tree builds; it needs no network, the builder is installed."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder)]
    done = subprocess.run([*build, str(ROOT)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return ZipFile(built)


@pytest.fixture(scope="module")
def metadata(wheel: ZipFile) -> Message:
    """Return the wheel's metadata."""
    (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
    return Parser().parsestr(wheel.read(name).decode())


def test_wheel_carries_every_file_of_the_package(wheel: ZipFile) -> None:
    wanted = {
        f"autodevops/{path.relative_to(SOURCE).as_posix()}"
        for path in SOURCE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted >= {"autodevops/py.typed", "autodevops/guide/staff-engineer.toml"}
    assert wanted - set(wheel.namelist()) == set()


def test_wheel_carries_nothing_else(wheel: ZipFile) -> None:
    places = {name.partition("/")[0] for name in wheel.namelist()}
    assert places == {"autodevops", f"autodevops-{autodevops.__version__}.dist-info"}


def test_metadata_tells_what_users_rely_on(metadata: Message) -> None:
    assert metadata["Name"] == "autodevops"
    assert metadata["Version"] == autodevops.__version__
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"
    assert str(metadata.get_payload()).startswith("# autodevops")


def test_wheel_installs_the_command(wheel: ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    assert "autodevops = autodevops.__main__:main" in wheel.read(name).decode()


def test_installed_version_is_the_source_version() -> None:
    assert version("autodevops") == autodevops.__version__


def loaded_by(*arguments: str) -> set[str]:
    """Return the modules that a command line loads."""
    script = (
        "import sys; from autodevops.__main__ import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "print(*sys.modules, file=sys.stderr)"
    )
    command = [sys.executable, "-I", "-c", script, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout
    return set(done.stderr.split())


def test_version_loads_nothing_of_its_own() -> None:
    ours = {name for name in loaded_by("--version") if name.startswith("autodevops")}
    assert ours == {"autodevops", "autodevops.__main__"}


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], ["audit", "--help"]])
def test_help_loads_no_engine_parser_or_network(arguments: list[str]) -> None:
    heavy = {
        "asyncio", "autodevops.engine", "autodevops.facts", "autodevops.rules", "codeowners",
        "httpx", "jsonschema_rs", "kingfisher", "msgspec", "postgast", "tree_sitter",
        "yaml",
    }  # fmt: skip
    assert loaded_by(*arguments) & heavy == set()
