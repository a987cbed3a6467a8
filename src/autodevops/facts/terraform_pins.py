"""Providers and modules of Terraform that are not pinned to a version."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.terraform import ModuleCall, Terraform, TerraformModule
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot

_LOCK = ".terraform.lock.hcl"
_MOVING = frozenset({"main", "master", "head", "develop", "trunk", "latest"})
_REF = regex(r"[?&]ref=([^&]+)")
_GIT = regex(r"^(?:git::|git@|hg::|github\.com/|bitbucket\.org/)|\.git(?:$|[/?])")
_REGISTRY = regex(r"(?:[\w.-]+/)?[\w-]+/[\w-]+/[\w-]+(?://.*)?")


class UnpinnedModule(Struct, frozen=True, kw_only=True):
    """One call of a remote module without a fixed version."""

    call: ModuleCall
    """The call."""
    reason: str
    """What is missing."""


class UnpinnedRoot(Struct, frozen=True, kw_only=True):
    """One root module whose providers are not fixed."""

    module: TerraformModule
    """The root module."""
    providers: tuple[tuple[str, str, int], ...]
    """Providers without a version: name, file and line."""
    lock: str | None
    """Path of the lock file that is not tracked; None when it is."""


class TerraformPins(Struct, frozen=True):
    """What is not pinned."""

    modules: tuple[UnpinnedModule, ...]
    """Calls of remote modules."""
    roots: tuple[UnpinnedRoot, ...]
    """Root modules."""


@fact
def terraform_pins(snapshot: Snapshot, terraform: Terraform) -> TerraformPins:
    """Find providers and modules that the next `terraform init` may exchange."""
    calls = tuple(
        UnpinnedModule(call=call, reason=reason)
        for module in terraform.modules
        for call in module.calls
        if (reason := _unpinned(call)) is not None
    )
    roots = (_root(snapshot, module) for module in terraform.roots)
    return TerraformPins(calls, tuple(one for one in roots if one.providers or one.lock))


def _unpinned(call: ModuleCall) -> str | None:
    if call.is_local:
        return None
    if _GIT.search(call.source):
        ref = _REF.search(call.source)
        if ref is None:
            return "no ?ref= with a tag or commit"
        return f"?ref={ref[1]} is a branch" if ref[1].lower() in _MOVING else None
    if _REGISTRY.fullmatch(call.source):
        return "no version" if call.version is None else None
    return None


def _root(snapshot: Snapshot, module: TerraformModule) -> UnpinnedRoot:
    lock = f"{module.folder}/{_LOCK}".lstrip("/")
    return UnpinnedRoot(
        module=module,
        providers=tuple(_providers(module)),
        lock=None if lock in snapshot.by_path or not module.used_providers else lock,
    )


def _providers(module: TerraformModule) -> Iterator[tuple[str, str, int]]:
    required = module.required_providers
    legacy = {
        block.labels[0]
        for _path, block in module.blocks("provider")
        if block.labels and block.get("version") is not None
    }
    for name, (version, path, line) in required.items():
        if version is None and name not in legacy:
            yield name, path, line
    for name, (path, line) in module.used_providers.items():
        if name not in required and name not in legacy:
            yield name, path, line
