"""The manifests whose dependencies somebody has to keep fresh, by ecosystem and folder."""

import json
import re
from collections.abc import Iterator
from posixpath import dirname
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_documentation, is_fixture, is_test, is_vendored
from autodevops.facts.workflows import WORKFLOWS
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_BY_NAME = {
    "package.json": "npm",
    "pyproject.toml": "pip",
    "Pipfile": "pip",
    "setup.py": "pip",
    "go.mod": "gomod",
    "Cargo.toml": "cargo",
    "Gemfile": "bundler",
    "composer.json": "composer",
    "pom.xml": "maven",
    "build.gradle": "gradle",
    "build.gradle.kts": "gradle",
    "mix.exs": "mix",
    "pubspec.yaml": "pub",
}
_REQUIREMENTS = regex(r"(?:.{0,40}[-_.])?requirements(?:[-_.].{0,40})?\.(?:txt|in)")
_DOCKERFILE = regex(
    r"Dockerfile(?!\.(?:j2|jinja2?|tmpl|tpl|template|erb|in|mustache|hbs)$)(?:\..{1,60})?"
    r"|.{1,60}\.[Dd]ockerfile"
)
_DEPENDENCIES = {
    "npm": regex(r'"(?:dev|peer|optional)?[dD]ependencies"\s{0,9}:\s{0,9}\{\s{0,99}"'),
    "pip": regex(
        r"dependencies\s{0,9}=\s{0,9}\[\s{0,99}[\"']|dependencies\]|dependency-groups\]|packages\]"
        r"|install_requires"
    ),
    "cargo": regex(r"dependencies"),
    "gomod": regex(r"^[ \t]{0,9}require\b", re.MULTILINE),
    "docker": regex(r"^[ \t]{0,9}FROM[ \t]++(?!scratch\b)", re.MULTILINE | re.IGNORECASE),
    "terraform": regex(r"required_providers|^[ \t]{0,9}module\s", re.MULTILINE),
    "github-actions": regex(r"^[ \t]{0,99}(?:-[ \t]{1,9})?uses:\s", re.MULTILINE),
}
_WORKSPACES = ("pnpm-workspace.yaml", "lerna.json")


class Manifest(NamedTuple):
    """All manifests of one ecosystem in one folder."""

    ecosystem: str
    """Dependabot's name for it."""
    folder: str
    """"" for the root."""
    paths: tuple[str, ...]
    """The files."""
    member_of: str | None
    """Folder of the workspace that it belongs to, whose update covers it."""


class DependencyManifests(Struct, frozen=True, kw_only=True):
    """Every manifest that names dependencies; fixtures, examples and vendored ones left out."""

    manifests: tuple[Manifest, ...]
    """By ecosystem and folder."""


@fact
def dependency_manifests(snapshot: Snapshot) -> DependencyManifests:
    """Find the manifests and the workspaces that they belong to."""
    found: dict[tuple[str, str], list[str]] = {}
    for entry in snapshot.entries:
        ecosystem = _ecosystem(entry.path) if entry.kind is EntryKind.FILE else None
        if ecosystem is None or not _is_own(entry.path):
            continue
        names = _DEPENDENCIES.get(ecosystem)
        if basename(entry.path).endswith((".txt", ".in")):
            names = None
        if names is None or names.search(snapshot.text(entry.path, CONFIG_LIMIT) or ""):
            folder = "" if ecosystem == "github-actions" else dirname(entry.path)
            found.setdefault((ecosystem, folder), []).append(entry.path)
    workspaces = {
        "npm": frozenset(_npm_workspaces(snapshot, found)),
        "cargo": frozenset(_toml_workspaces(snapshot, "Cargo.toml", "[workspace]")),
        "pip": frozenset(_toml_workspaces(snapshot, "pyproject.toml", "[tool.uv.workspace]")),
    }
    return DependencyManifests(
        manifests=tuple(
            Manifest(ecosystem, folder, tuple(paths), _above(folder, workspaces.get(ecosystem)))
            for (ecosystem, folder), paths in sorted(found.items())
        )
    )


def _ecosystem(path: str) -> str | None:
    name = basename(path)
    if path.startswith(WORKFLOWS):
        return "github-actions" if name.endswith((".yml", ".yaml")) else None
    if name in _BY_NAME:
        return _BY_NAME[name]
    if _REQUIREMENTS.fullmatch(name):
        return "pip"
    if name.endswith((".csproj", ".fsproj")):
        return "nuget"
    if _DOCKERFILE.fullmatch(name):
        return "docker"
    return "terraform" if name.endswith(".tf") else None


def _is_own(path: str) -> bool:
    return not (
        is_fixture(path) or is_vendored(path) or is_documentation(path) or _is_in_tests(path)
    )


def _is_in_tests(path: str) -> bool:
    """Tell whether a manifest belongs to a test's data; a suite's own manifest doesn't."""
    return is_test(path) and path.count("/") > 1


def _npm_workspaces(snapshot: Snapshot, found: dict[tuple[str, str], list[str]]) -> Iterator[str]:
    """Yield the folders whose `package.json` lists workspaces, or with a workspace file."""
    for entry in snapshot.entries:
        if basename(entry.path) in _WORKSPACES:
            yield dirname(entry.path)
    for ecosystem, folder in found:
        path = f"{folder}/package.json" if folder else "package.json"
        if ecosystem == "npm" and _has_workspaces(snapshot.text(path, CONFIG_LIMIT) or ""):
            yield folder
    if ("npm", "") not in found and _has_workspaces(snapshot.text("package.json") or ""):
        yield ""


def _has_workspaces(text: str) -> bool:
    if '"workspaces"' not in text:
        return False
    try:
        manifest = json.loads(text)
    except (ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and bool(manifest.get("workspaces"))


def _toml_workspaces(snapshot: Snapshot, name: str, table: str) -> Iterator[str]:
    """Yield the folders whose manifest has the table of a workspace."""
    for entry in snapshot.entries:
        if basename(entry.path) == name and table in (
            snapshot.text(entry.path, CONFIG_LIMIT) or ""
        ):
            yield dirname(entry.path)


def _above(folder: str, workspaces: frozenset[str] | None) -> str | None:
    """Return the nearest workspace above a folder."""
    while workspaces and folder:
        folder = dirname(folder)
        if folder in workspaces:
            return folder
    return None
