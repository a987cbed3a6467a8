"""Versions that manifests and modules claim."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts._manifest_versions import READERS
from autodevops.facts._module_versions import api_version, module_version
from autodevops.facts.versions import versions
from autodevops.guide.load import built_in_guide
from tests.support.memory import snapshot_of


@pytest.mark.parametrize(
    ("name", "text", "found"),
    [
        ("pyproject.toml", '[project]\nname = "a"\nversion = "1.2.0"\n', ("1.2.0", 3)),
        ("pyproject.toml", '[tool.poetry]\nversion = "1.2.0"\n', ("1.2.0", 2)),
        ("pyproject.toml", '[project]\ndynamic = ["version"]\n', None),
        ("pyproject.toml", "project = 1\n", None),
        ("pyproject.toml", '[project]\nversion = "{{ version }}"\n', None),
        ("pyproject.toml", "[", None),
        ("Cargo.toml", '[package]\nversion = "1.2.0"\n', ("1.2.0", 2)),
        ("Cargo.toml", '[workspace.package]\nversion = "1.2.0"\n', ("1.2.0", 2)),
        ("Cargo.toml", "[package]\nversion.workspace = true\n", None),
        ("Cargo.toml", '[package]\nversion = "1.2.0"\npublish = false\n', None),
        ("package.json", '{"name": "a", "version": "1.2.0"}', ("1.2.0", None)),
        ("package.json", '{\n  "version": "1.2.0"\n}', ("1.2.0", 2)),
        ("package.json", '{"version": "1.2.0", "private": true}', None),
        ("package.json", '{"version": 1}', None),
        ("package.json", "[]", None),
        ("package.json", "{", None),
        ("setup.cfg", "[metadata]\nversion = 1.2.0\n", ("1.2.0", 2)),
        ("setup.cfg", "[metadata]\nversion = file: VERSION\n", None),
        ("setup.cfg", "[options]\n", None),
        ("setup.cfg", "no section\n", None),
    ],
)
def test_manifests(name: str, text: str, found: tuple[str, int | None] | None) -> None:
    assert READERS[name](text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('"""Doc."""\n__version__ = "1.2.0"\n', ("1.2.0", 2)),
        ('__version__: str = "1.2.0"\n', ("1.2.0", 1)),
        ("__version__ = version('shop')\n", None),
        ("__version__: str\n", None),
        ('def f():\n    __version__ = "1.2.0"\n', None),
        ('VERSION = "1.2.0"\n', None),
        ("__version__ = (\n", None),
        ("__version__ = '" + "(" * 5_000, None),
    ],
)
def test_modules(text: str, found: tuple[str, int] | None) -> None:
    assert module_version(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('app = FastAPI(\n    title="x",\n    version="1.2.0",\n)\n', ("1.2.0", 3)),
        ('app = fastapi.FastAPI(version="1.2.0")\n', ("1.2.0", 1)),
        ('V = "1.2.0"\napp = FastAPI(version=V)\n', ("1.2.0", 1)),
        ("app = FastAPI(version=settings.v)\n", None),
        ("app = FastAPI(version=V)\n", None),
        ("app = FastAPI()\n", None),
        ('app = Flask(version="1.2.0")\n', None),
        ('app = Flask(version="1.2.0")  # not FastAPI(\n', None),
        ("app = FastAPI(version=\n", None),
    ],
)
def test_apis(text: str, found: tuple[str, int] | None) -> None:
    assert api_version(text) == found


@given(st.text(alphabet='[]{}="\n\\:1.version', max_size=80))
def test_whatever_a_file_holds_a_version_is_a_text_that_stands_in_it(text: str) -> None:
    told = [reader(text) for reader in READERS.values()]
    for value, line in filter(None, told):
        assert value in text
        assert line is None or 1 <= line <= text.count("\n") + 1
    claim = module_version(f"__version__ = {text}")
    assert claim is None or claim[0] in text


def test_a_manifest_that_can_t_be_read_is_a_gap() -> None:
    snapshot = snapshot_of({"package.json": b" " * (2 << 20)})
    assert versions(snapshot, built_in_guide().services).claims == ()
    assert [gap.subject for gap in snapshot.gaps] == ["package.json"]
