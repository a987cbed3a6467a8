"""Where the services' code uses an AI provider's SDK outside the folders that may."""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._imports import PythonImport
from autodevops.facts._node_packages import imports_types_only, package_of
from autodevops.facts.imports import CodeFile, Imports
from autodevops.guide.model import AiPolicy
from autodevops.guide.sections.base import matches_any
from autodevops.model.snapshot import Snapshot

# Hooks and components that talk to the team's own API, not to a provider.
_INTERFACES = ("ai/react", "ai/rsc", "ai/vue", "ai/svelte", "ai/solid")
_INTERFACE_PACKAGES = frozenset(
    {"@ai-sdk/react", "@ai-sdk/vue", "@ai-sdk/svelte", "@ai-sdk/solid", "@langchain/langgraph-sdk"}
)
# The user interface of a chat takes its types and helpers from the package that also calls.
_UI_PACKAGES = frozenset({"ai"})


class AiUse(NamedTuple):
    """One file that imports SDKs."""

    path: str
    """The file."""
    imported: tuple[tuple[int, str], ...]
    """Line and package of each import."""


class AiUses(Struct, frozen=True, kw_only=True):
    """Every such file."""

    found: tuple[AiUse, ...]
    """By path."""


@fact
def ai_uses(snapshot: Snapshot, imports: Imports, policy: AiPolicy) -> AiUses:
    """Look at the imports of all files outside the folders of the policy."""
    allowed = tuple(f"{folder.rstrip('/')}/" for folder in policy.folders)
    found = []
    for file in imports.files:
        if not file.path.startswith(allowed):
            imported = tuple(_sdks(snapshot, file, policy))
            if imported:
                found.append(AiUse(file.path, imported))
    return AiUses(found=tuple(found))


def _sdks(snapshot: Snapshot, file: CodeFile, policy: AiPolicy) -> Iterator[tuple[int, str]]:
    for module in file.python:
        package = _python_sdk(module, policy)
        if package is not None:
            yield module.line, package
    for line, specifier in file.web:
        package = package_of(specifier)
        if package is None or not matches_any(policy.node_packages, package):
            continue
        if package in _INTERFACE_PACKAGES or specifier in _INTERFACES:
            continue
        text = snapshot.text(file.path) or ""
        if imports_types_only(text, specifier):
            continue
        if package in _UI_PACKAGES and not _calls_a_model(text):
            continue
        yield line, package


def _calls_a_model(text: str) -> bool:
    return any(
        name in text
        for name in (
            "generateText",
            "streamText",
            "generateObject",
            "embed(",
            "streamObject",
            "embedMany",
            "generateImage",
        )
    )


def _python_sdk(module: PythonImport, policy: AiPolicy) -> str | None:
    """Return the package of the policy that a module belongs to."""
    if module.level:
        return None
    names = [module.module, *(f"{module.module}.{name}" for name in module.names)]
    for package in policy.python_packages:
        if any(name == package or name.startswith(f"{package}.") for name in names):
            return package
    return None
