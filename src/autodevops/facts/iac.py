"""Where infrastructure as code lies, and what Terraform leaves behind in git."""

import re
from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_documentation, is_fixture, is_test, is_vendored
from autodevops.facts.dockerfiles import is_judged
from autodevops.facts.platform_files import is_platform_file
from autodevops.guide.model import InfrastructurePolicy
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_STATE = regex(
    r"(?:.*\.tfstate(?:\..*)?|.*\.tfplan|tfplan(?:\..*)?|terraform\.plan)", re.IGNORECASE
)
_PLAN = regex(r"(?:plan\.out|out\.plan|.*\.plan)", re.IGNORECASE)
_PROGRAMS = regex(r"pulumi\.ya?ml|cdk\.json|terragrunt\.hcl|.*\.bicep", re.IGNORECASE)
_GENERIC = frozenset({"app.json", "app.yaml", "procfile", "tiltfile", "skaffold.yaml"})
_PROVIDER_FILES = regex(
    r".*\.(?:tf|tfvars|hcl|toml|ya?ml|json|bicep|jsonnet|cue|nix|conf)|Dockerfile.*", re.IGNORECASE
)
_MANIFESTS = (
    "package.json",
    "pyproject.toml",
    "requirements.txt",
    "go.mod",
    "Dockerfile",
    "Gemfile",
)


class MisplacedIac(Struct, frozen=True, kw_only=True):
    """Infrastructure code of one folder outside the guide's."""

    folder: str
    """The folder, or the file where it lies alone in the root."""
    kind: str
    """What it is: `Terraform`, `platform file`, `infrastructure program`."""
    paths: tuple[str, ...]
    """Its files."""


class StateFiles(Struct, frozen=True, kw_only=True):
    """Terraform's state, plans or working folder in git."""

    subject: str
    """The file, or the `.terraform` folder."""
    kind: str
    """`state`, `plan` or `working folder`."""
    paths: tuple[str, ...]
    """Tracked files."""


class ProviderFolder(Struct, frozen=True, kw_only=True):
    """One folder of a provider."""

    folder: str
    """The folder."""
    files: tuple[str, ...]
    """Its infrastructure files."""
    document: str | None
    """Its README; None without one."""


class InfrastructureCode(Struct, frozen=True, kw_only=True):
    """Infrastructure as code by its paths."""

    paths: tuple[str, ...]
    """Every file of infrastructure code, wherever it lies."""
    misplaced: tuple[MisplacedIac, ...]
    """What lies outside the guide's folder."""
    state: tuple[StateFiles, ...]
    """What must not be in git."""
    providers: tuple[ProviderFolder, ...]
    """Folders below the guide's folder."""


@fact
def infrastructure_code(snapshot: Snapshot, policy: InfrastructurePolicy) -> InfrastructureCode:
    """Sort the paths of infrastructure code."""
    found: list[tuple[str, str]] = []
    state: dict[str, tuple[str, list[str]]] = {}
    for entry in snapshot.entries:
        path = entry.path
        if entry.kind is EntryKind.SUBMODULE or is_vendored(path):
            continue
        left = _left_behind(path, snapshot)
        if left is not None and not (is_fixture(path) or is_test(path)):
            state.setdefault(left[0], (left[1], []))[1].append(path)
            continue
        kind = _kind(path, policy)
        if kind is not None and is_judged(path):
            found.append((path, kind))
    return InfrastructureCode(
        paths=tuple(path for path, _ in found),
        misplaced=tuple(_misplaced(found, snapshot, policy)),
        state=tuple(
            StateFiles(subject=subject, kind=kind, paths=tuple(paths))
            for subject, (kind, paths) in state.items()
        ),
        providers=tuple(_providers(snapshot, policy)),
    )


def _left_behind(path: str, snapshot: Snapshot) -> tuple[str, str] | None:
    """Return what a path that Terraform writes belongs to, and what it is."""
    at = f"/{path}".find("/.terraform/")
    if at >= 0:
        return path[: at + len(".terraform")], "working folder"
    name = basename(path)
    if _STATE.fullmatch(name) and not name.endswith((".md", ".tf", ".tpl", ".example", ".sh")):
        return path, "state" if ".tfstate" in name.lower() else "plan"
    if _PLAN.fullmatch(name):
        folder = path.rpartition("/")[0]
        prefix = f"{folder}/" if folder else ""
        if any(
            f"{prefix}{main}.tf" in snapshot.by_path for main in ("main", "versions", "backend")
        ):
            return path, "plan"
    return None


def _kind(path: str, policy: InfrastructurePolicy) -> str | None:
    name = basename(path).lower()
    if name.endswith((".tf", ".tofu")):
        return "Terraform"
    if _PROGRAMS.fullmatch(name):
        return "infrastructure program"
    return "platform file" if is_platform_file(name, policy) and name not in _GENERIC else None


def _misplaced(
    found: list[tuple[str, str]], snapshot: Snapshot, policy: InfrastructurePolicy
) -> Iterator[MisplacedIac]:
    """Yield the code outside the guide's folder, one for each top folder and kind."""
    groups: dict[tuple[str, str], list[str]] = {}
    for path, kind in found:
        folder = path.rpartition("/")[0]
        if path.startswith(f"{policy.folder.rstrip('/')}/"):
            continue
        # A provider reads its file from the root of what it deploys: the repository or a service.
        if kind == "platform file" and (not folder or _is_project(folder, snapshot)):
            continue
        top = path.partition("/")[0] if kind == "Terraform" and folder else path
        groups.setdefault((top, kind), []).append(path)
    for (subject, kind), paths in groups.items():
        yield MisplacedIac(folder=subject, kind=kind, paths=tuple(paths))


def _is_project(folder: str, snapshot: Snapshot) -> bool:
    return any(f"{folder}/{name}" in snapshot.by_path for name in _MANIFESTS)


def _providers(snapshot: Snapshot, policy: InfrastructurePolicy) -> Iterator[ProviderFolder]:
    prefix = f"{policy.folder.rstrip('/')}/"
    folders: dict[str, list[str]] = {}
    documents: dict[str, str] = {}
    stem = policy.provider_document.partition(".")[0].lower()
    for entry in snapshot.entries:
        name, _, rest = entry.path.removeprefix(prefix).partition("/")
        if not entry.path.startswith(prefix) or not rest or name.startswith("."):
            continue
        if "/" not in rest and rest.partition(".")[0].lower() == stem:
            documents[name] = entry.path
        elif _PROVIDER_FILES.fullmatch(basename(rest)) and not is_documentation(rest):
            folders.setdefault(name, []).append(entry.path)
    for name, files in folders.items():
        yield ProviderFolder(
            folder=f"{prefix}{name}", files=tuple(files), document=documents.get(name)
        )
