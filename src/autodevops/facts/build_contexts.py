"""Build contexts that are copied whole, and what their `.dockerignore` leaves in."""

from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._build_sources import Source
from autodevops.facts._docker_ignore import docker_ignore_of
from autodevops.facts.images import Image, Images
from autodevops.facts.path_index import PathIndex
from autodevops.facts.services import Services
from autodevops.guide.model import ContainerPolicy
from autodevops.model.snapshot import Snapshot

_MANIFESTS = ("package.json", "pyproject.toml", "requirements.txt", ".env.example")
_VARIANTS = ("", ".local", ".production")


class WholeCopy(Struct, frozen=True, kw_only=True):
    """One folder of a build context that goes into an image whole."""

    path: str
    """The Dockerfile."""
    line: int
    """1-based line of the instruction."""
    written: str
    """The source as written."""
    context: str
    """The build context, "" for the root."""
    ignore_file: str | None
    """The `.dockerignore` that counts; None without one."""
    left_in: tuple[str, ...]
    """Paths of the context that it should leave out and does not."""


class BuildContexts(Struct, frozen=True):
    """Every copy of a whole folder that has what must not get into an image."""

    copies: tuple[WholeCopy, ...]
    """By Dockerfile and line."""


@fact
def build_contexts(
    snapshot: Snapshot,
    images: Images,
    index: PathIndex,
    services: Services,
    policy: ContainerPolicy,
) -> BuildContexts:
    """Find the folders that are copied whole and what is left in of each."""
    folders = frozenset(one.folder for one in services.of_code if one.folder is not None)
    found: list[WholeCopy] = []
    for image in images.images:
        seen: set[str] = set()
        for source in image.sources:
            whole = source.origin is None and not source.mounted and source.path is not None
            path = {"*": "", "**": ""}.get(source.path or "", source.path or "")
            if not whole or path in seen:
                continue
            seen.add(path)
            worst = [
                _copy(snapshot, image, context, source, wanted)
                for context in image.contexts
                if (wanted := tuple(_wanted(index, context, path, folders, policy)))
            ]
            # Where the context is not known, each that it may be has to be at fault.
            if worst and len(worst) == len(image.contexts) and all(one.left_in for one in worst):
                found.append(worst[0])
    return BuildContexts(tuple(found))


def _copy(
    snapshot: Snapshot, image: Image, context: str, source: Source, wanted: tuple[str, ...]
) -> WholeCopy:
    ignore = docker_ignore_of(snapshot, image.path, context)
    return WholeCopy(
        path=image.path,
        line=source.line,
        written=source.written,
        context=context,
        ignore_file=None if ignore is None else ignore.path,
        left_in=tuple(one for one in wanted if ignore is None or not ignore.excluding(one)),
    )


def _wanted(
    index: PathIndex, context: str, path: str, services: frozenset[str], policy: ContainerPolicy
) -> Iterator[str]:
    """Yield what a `.dockerignore` must leave out of a folder of a context."""
    folder = "/".join(part for part in (context, path) if part)
    if path and (folder not in index.folders or not _is_project(index, folder, services)):
        return
    inner = f"{path}/" if path else ""
    for pattern in policy.ignored:
        if pattern == ".git":
            # Git's own folder is in the root of the repository only.
            if not folder:
                yield pattern
        elif "*" in pattern:
            yield from (f"{inner}{pattern.replace('*', variant)}" for variant in _VARIANTS)
        else:
            yield from _dependencies(index, folder, inner, pattern)


def _is_project(index: PathIndex, folder: str, services: frozenset[str]) -> bool:
    return folder in services or any(index.holds(f"{folder}/{name}") for name in _MANIFESTS)


def _dependencies(index: PathIndex, folder: str, inner: str, pattern: str) -> Iterator[str]:
    """Yield the dependency folders beside the manifests of a folder and those right below it."""
    root = f"{folder}/" if folder else ""
    if pattern != "node_modules":
        yield f"{inner}{pattern}"
        return
    for manifest in index.named("package.json"):
        if not manifest.startswith(root):
            continue
        below = manifest.removeprefix(root)
        if below.count("/") <= 1:
            yield f"{inner}{below.removesuffix('package.json')}{pattern}"
