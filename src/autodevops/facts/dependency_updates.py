"""What Dependabot and Renovate keep fresh, and which manifests neither does."""

import re
from collections.abc import Iterator
from posixpath import dirname
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _yaml
from autodevops.facts._api import fact
from autodevops.facts._globs import path_regex
from autodevops.facts._tsconfig import parse_jsonc
from autodevops.facts.dependency_manifests import DependencyManifests, Manifest
from autodevops.guide.model import DependencyPolicy
from autodevops.model.paths import basename
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_SAME = {
    "uv": "pip",
    "bun": "npm",
    "opentofu": "terraform",
    "dotnet-sdk": "nuget",
    "docker-compose": "compose",
}
_MANAGERS = {
    "npm": ("npm", "bun"),
    "pip": ("pip_requirements", "pep621", "poetry", "pipenv", "pip_setup", "pip-compile", "uv"),
    "gomod": ("gomod",),
    "cargo": ("cargo",),
    "bundler": ("bundler",),
    "composer": ("composer",),
    "maven": ("maven", "maven-wrapper"),
    "gradle": ("gradle", "gradle-wrapper"),
    "nuget": ("nuget",),
    "docker": ("dockerfile",),
    "terraform": ("terraform", "terragrunt"),
    "github-actions": ("github-actions",),
    "mix": ("mix",),
    "pub": ("pub",),
}  # fmt: skip


class Update(NamedTuple):
    """One entry of Dependabot's configuration."""

    ecosystem: str
    """What it updates, `uv` and `bun` by the name of what they replace."""
    folders: tuple[str, ...]
    """Folders as written, globs included."""


class DependencyUpdates(Struct, frozen=True, kw_only=True):
    """Who keeps the manifests fresh."""

    dependabot: str | None
    """Path of Dependabot's configuration."""
    renovate: str | None
    """Path of Renovate's configuration."""
    manifests: tuple[Manifest, ...]
    """Every manifest."""
    uncovered: tuple[Manifest, ...]
    """Those that nobody updates."""


@fact
def dependency_updates(
    snapshot: Snapshot, found: DependencyManifests, policy: DependencyPolicy
) -> DependencyUpdates:
    """Hold the manifests against both configurations."""
    dependabot = next((path for path in policy.dependabot if path in snapshot.by_path), None)
    renovate = next(_renovate(snapshot, policy), None)
    updates = tuple(_updates(snapshot, dependabot)) if dependabot is not None else ()
    managers = _managers(snapshot, renovate) if renovate is not None else frozenset[str]()
    return DependencyUpdates(
        dependabot=dependabot,
        renovate=renovate,
        manifests=found.manifests,
        uncovered=tuple(
            manifest
            for manifest in found.manifests
            if not _is_updated(manifest, updates)
            and (managers is not None and managers.isdisjoint(_MANAGERS[manifest.ecosystem]))
        ),
    )


def _updates(snapshot: Snapshot, path: str) -> Iterator[Update]:
    parsed = _yaml.parse(snapshot.text(path, CONFIG_LIMIT) or "")
    if parsed.problem is not None:
        snapshot.note_gap(path, f"{path} is not YAML: {parsed.problem.reason}")
    entries = parsed.root.get("updates") if parsed.root is not None else None
    for entry in _yaml.items_of(entries):
        ecosystem = getattr(entry.get("package-ecosystem"), "text", "")
        folders = [
            folder
            for key in ("directory", "directories")
            if (node := entry.get(key)) is not None
            for folder in node.texts()
        ]
        yield Update(_SAME.get(ecosystem, ecosystem), tuple(folders))


def _is_updated(manifest: Manifest, updates: tuple[Update, ...]) -> bool:
    own = [update for update in updates if update.ecosystem == manifest.ecosystem]
    if manifest.ecosystem == "github-actions":
        # Dependabot looks into `.github/workflows` whatever the folder is called.
        return bool(own)
    wanted = tuple(_covering_folders(manifest))
    return any(
        _fits(folder, pattern) for update in own for pattern in update.folders for folder in wanted
    )


def _covering_folders(manifest: Manifest) -> Iterator[str]:
    """Yield the folders of which an update of any one covers the manifest."""
    folder = manifest.folder
    yield folder
    if manifest.member_of is not None:
        yield manifest.member_of
    if basename(folder) in {"requirements", "reqs"}:
        yield dirname(folder)
    while manifest.ecosystem == "terraform" and folder:
        folder = dirname(folder)
        yield folder


def _fits(folder: str, pattern: str) -> bool:
    """Tell whether a folder is the one that a configuration names, or matches its glob."""
    bare = pattern.strip().removeprefix("./").strip("/")
    if bare in {"", "."}:
        return folder == ""
    if bare in {"**", "**/*"}:
        return True
    if bare.endswith("/**"):
        above = bare[:-3]
        return folder == above or _fits(folder, f"{above}/**/*")
    return re.fullmatch(path_regex(bare.split("/")), folder) is not None


def _renovate(snapshot: Snapshot, policy: DependencyPolicy) -> Iterator[str]:
    yield from (path for path in policy.renovate if path in snapshot.by_path)
    if '"renovate"' in (snapshot.text("package.json", CONFIG_LIMIT) or ""):
        manifest = parse_jsonc(snapshot.text("package.json", CONFIG_LIMIT) or "")
        if isinstance(manifest, dict) and isinstance(manifest.get("renovate"), dict):
            yield "package.json"


def _managers(snapshot: Snapshot, path: str) -> frozenset[str] | None:
    """Return the managers that Renovate is limited to; None for all, nothing when it is off.

    What can't be read (JSON5, presets) is taken for Renovate's default: everything.
    """
    config = parse_jsonc(snapshot.text(path, CONFIG_LIMIT) or "")
    if path == "package.json" and isinstance(config, dict):
        config = config.get("renovate")
    if not isinstance(config, dict):
        return None
    if config.get("enabled") is False:
        return frozenset()
    enabled = config.get("enabledManagers")
    if isinstance(enabled, list):
        return frozenset(one for one in enabled if isinstance(one, str))
    return None
