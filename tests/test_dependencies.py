"""Every dependency has its reason, is used, and has a licence that we may ship with."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
PAGE = (ROOT / "docs/reference/dependencies.md").read_text("utf-8")
REASONS, _, BROUGHT = PAGE.partition("## What these bring along")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
MODULES = {
    "gitpython": "git",
    "google-genai": "google",
    "jsonschema-rs": "jsonschema_rs",
    "kingfisher-secret-scanner": "kingfisher_sdk",
    "markdown-it-py": "markdown_it",
    "pygithub": "github",
    "pyyaml": "yaml",
    "ruamel-yaml": "ruamel.yaml",
    "tree-sitter": "tree_sitter",
    "tree-sitter-bash": "tree_sitter_bash",
    "tree-sitter-hcl": "tree_sitter_hcl",
}
"""What a distribution is imported as, where that differs."""
PROGRAMS = {"zizmor"}
"""Distributions that bring a program which we run."""
FREE = {"Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0", "MPL-2.0", "PSF-2.0"}
LIBRARIES = {"pygithub": "LGPL-3.0"}
"""What may only be used as the library that it is."""


def rows(text: str) -> dict[str, str]:
    """Return the licence of each package in a table of the page."""
    found = re.findall(r"^\| `([^`]+)` \|(?:[^|]*\|)? ([A-Z][^|]*?) \|", text, re.MULTILINE)
    return {canonicalize_name(name): licence for name, licence in found}


def wanted() -> set[str]:
    return {canonicalize_name(Requirement(one).name) for one in PROJECT["dependencies"]}


def closure() -> set[str]:
    """Return everything that an installation of ours brings to this machine."""
    waiting, found = wanted(), set[str]()
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        requirements = map(Requirement, metadata.distribution(name).requires or ())
        waiting |= {
            canonicalize_name(one.name)
            for one in requirements
            if one.marker is None or one.marker.evaluate({"extra": ""})
        }
    return found


def test_every_dependency_has_a_reason_and_no_other() -> None:
    assert set(rows(REASONS)) == wanted()


@pytest.mark.parametrize("name", sorted(wanted()))
def test_every_dependency_is_used(name: str) -> None:
    source = "\n".join(path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py"))
    module = MODULES.get(name, name.replace("-", "_"))
    pattern = rf"^\s*(?:import|from) {re.escape(module)}\b"
    if name in PROGRAMS:
        pattern = rf'"{name}"'
    assert re.search(pattern, source, re.MULTILINE), f"nothing uses {name}: drop it"


def test_what_they_bring_along_is_listed() -> None:
    assert closure() - wanted() - set(rows(BROUGHT)) == set()


def test_every_licence_is_free() -> None:
    for name, licence in {**rows(REASONS), **rows(BROUGHT)}.items():
        assert LIBRARIES.get(name) == licence or set(licence.split(" OR ")) & FREE, name


def test_the_lock_pins_what_the_project_asks_for() -> None:
    """By hash, for every system: `python3 tests/run.py` installs from it."""
    text = (ROOT / "tests/requirements.txt").read_text("utf-8")
    pins = dict(
        re.findall(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^\]]*\])?==([^ ;\\]+)", text, re.MULTILINE)
    )
    groups = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["dependency-groups"]
    for asked in map(Requirement, [*PROJECT["dependencies"], *groups["dev"]]):
        pinned = pins.get(canonicalize_name(asked.name))
        assert pinned is not None, f"{asked.name} is not locked: see CONTRIBUTING.md"
        assert asked.specifier.contains(pinned, prereleases=True), f"{asked} is locked to {pinned}"
    assert text.count("--hash=sha256:") >= len(pins)
