"""Terraform: folders as modules, which are roots, what they call, pin and keep as state."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from posixpath import join, normpath
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._hcl import Attribute, Block, HclFile, read_hcl
from autodevops.facts._words import words
from autodevops.facts.dockerfiles import is_judged
from autodevops.facts.path_index import is_within
from autodevops.guide.model import InfrastructurePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_ENVIRONMENTS = words("environments environment envs env live stacks stages accounts")
_MODULES = words("modules module")
_TERRAGRUNT = words("terragrunt.hcl root.hcl")


class ModuleCall(NamedTuple):
    """One `module` block."""

    name: str
    """Its label."""
    source: str
    """Where the module is."""
    version: str | None
    """Version constraint, for a registry."""
    path: str
    """The file."""
    line: int
    """1-based line."""

    @property
    def is_local(self) -> bool:
        """Tell whether the module is in this repository."""
        return self.source.startswith(("./", "../"))


class TerraformFile(NamedTuple):
    """One `.tf` or `.tfvars` file."""

    path: str
    """Where it lies."""
    content: HclFile
    """What it says."""


class TerraformModule(Struct, frozen=True, dict=True):
    """The Terraform files of one folder."""

    folder: str
    """The folder, "" for the root."""
    files: tuple[TerraformFile, ...]
    """Its `.tf` files."""
    variables_files: tuple[TerraformFile, ...]
    """Its `.tfvars` files."""
    is_root: bool
    """Whether Terraform is run in it, not only called from another module."""
    is_generated: bool
    """Whether Terragrunt writes its backend."""

    @property
    def place(self) -> str:
        """Return the folder as people write it."""
        return f"{self.folder}/" if self.folder else "the root"

    def blocks(self, kind: str) -> Iterator[tuple[str, Block]]:
        """Yield the blocks of a type with their files."""
        for file in self.files:
            for block in file.content.blocks:
                if block.kind == kind:
                    yield file.path, block

    @cached_property
    def calls(self) -> tuple[ModuleCall, ...]:
        """Return the modules that it calls."""
        found = []
        for path, block in self.blocks("module"):
            source, version = block.get("source"), block.get("version")
            if source is not None and source.literal is not None:
                pinned = None if version is None else version.literal
                label = "".join(block.labels[:1])
                found.append(ModuleCall(label, source.literal, pinned, path, source.line))
        return tuple(found)

    @cached_property
    def backend(self) -> tuple[str, str, int] | None:
        """Return its backend (or `cloud`): type, file and line."""
        for path, terraform in self.blocks("terraform"):
            for block in terraform.blocks:
                if block.kind == "cloud":
                    return "cloud", path, block.line
                if block.kind == "backend":
                    return "".join(block.labels[:1]), path, block.line
        return None

    @cached_property
    def required_providers(self) -> dict[str, tuple[str | None, str, int]]:
        """Return the providers that it requires: version constraint, file and line."""
        found: dict[str, tuple[str | None, str, int]] = {}
        for path, terraform in self.blocks("terraform"):
            for block in terraform.inner("required_providers"):
                for name, attribute, version in _requirements(block.attributes):
                    found[name] = (version, path, attribute.line)
        return found

    @cached_property
    def resources(self) -> dict[str, tuple[str, int]]:
        """Return the resources that it makes itself: `type.name` with file and line."""
        return {
            ".".join(block.labels[:2]): (path, block.line)
            for path, block in self.blocks("resource")
        }

    @cached_property
    def used_providers(self) -> dict[str, tuple[str, int]]:
        """Return the providers that its blocks use, by local name, each with its first use."""
        found: dict[str, tuple[str, int]] = {}
        for kind in ("provider", "resource", "data"):
            for path, block in self.blocks(kind):
                if block.labels and block.get("provider") is None:
                    label = block.labels[0]
                    name = label if kind == "provider" else label.partition("_")[0]
                    found.setdefault(name, (path, block.line))
        found.pop("terraform", None)
        return found

    @property
    def variables(self) -> frozenset[str]:
        """Return the names of its variables."""
        return frozenset("".join(block.labels[:1]) for _path, block in self.blocks("variable"))


class Terraform(Struct, frozen=True):
    """Every Terraform folder; those of tests, examples and vendored code left out."""

    modules: tuple[TerraformModule, ...]
    """By folder."""

    @property
    def roots(self) -> tuple[TerraformModule, ...]:
        """Return the folders in which Terraform is run."""
        return tuple(module for module in self.modules if module.is_root)

    def find(self, folder: str) -> TerraformModule | None:
        """Return the module of a folder."""
        return next((module for module in self.modules if module.folder == folder), None)


@fact
def terraform(snapshot: Snapshot, policy: InfrastructurePolicy) -> Terraform | NotApplicable:
    """Read every Terraform file."""
    folders: dict[str, list[TerraformFile]] = {}
    for entry in snapshot.entries:
        path = entry.path
        if entry.kind is not EntryKind.FILE or not path.endswith((".tf", ".tofu", ".tfvars")):
            continue
        if not is_judged(path) or (text := snapshot.text(path, CONFIG_LIMIT)) is None:
            continue
        content = read_hcl(text)
        if content is None:
            snapshot.note_gap(path, f"{path} takes too long to read")
            continue
        if content.problem_line is not None:
            reason = f"{path} is not HCL from line {content.problem_line}"
            snapshot.note_gap(path, reason)
        folders.setdefault(path.rpartition("/")[0], []).append(TerraformFile(path, content))
    if not folders and not snapshot.gaps:
        return NotApplicable(reason="there is no Terraform")
    grunted = frozenset(
        entry.path.rpartition("/")[0]
        for entry in snapshot.entries
        if basename(entry.path) in _TERRAGRUNT
    )
    called = frozenset(_called(folders))
    return Terraform(
        tuple(
            _module(folder, files, called, grunted, policy)
            for folder, files in sorted(folders.items())
        )
    )


def _module(
    folder: str,
    files: list[TerraformFile],
    called: frozenset[str],
    grunted: frozenset[str],
    policy: InfrastructurePolicy,
) -> TerraformModule:
    code = tuple(file for file in files if not file.path.endswith(".tfvars"))
    kinds = {block.kind for file in code for block in file.content.blocks}
    state = any(
        inner.kind in {"backend", "cloud"}
        for file in code
        for block in file.content.blocks
        if block.kind == "terraform"
        for inner in block.blocks
    )
    parts = folder.split("/")
    acts = not kinds.isdisjoint({"resource", "module"})
    is_module = folder in called or not _MODULES.isdisjoint(parts)
    run = "provider" in kinds or not _ENVIRONMENTS.isdisjoint(parts[:-1])
    own = folder == policy.terraform_folder
    return TerraformModule(
        folder=folder,
        files=code,
        variables_files=tuple(file for file in files if file.path.endswith(".tfvars")),
        is_root=state or (acts and not is_module and (run or own)),
        is_generated=is_within(folder, grunted),
    )


def _called(folders: dict[str, list[TerraformFile]]) -> Iterator[str]:
    """Yield the folders that `module` blocks call."""
    for folder, files in folders.items():
        for file in files:
            for block in file.content.blocks:
                source = block.get("source") if block.kind == "module" else None
                if source is not None and (source.literal or "").startswith("."):
                    yield normpath(join(folder or ".", source.literal or "")).removeprefix("./")


def _requirements(
    attributes: Iterable[Attribute],
) -> Iterator[tuple[str, Attribute, str | None]]:
    """Yield the providers of a `required_providers` block with their constraints."""
    listed = tuple(attributes)
    versions = {one.name: one.literal for one in listed}
    for one in listed:
        if "." not in one.name:
            yield one.name, one, one.literal or versions.get(f"{one.name}.version")
