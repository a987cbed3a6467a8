"""The images that the repository builds: Dockerfile, context, target stage and who uses them."""

import re
from collections.abc import Iterator

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._build_sources import Source, sources
from autodevops.facts._docker_stages import Dockerfile, Stage
from autodevops.facts.compose import Compose, ComposeFile, ComposeService
from autodevops.facts.dockerfiles import Dockerfiles, for_development
from autodevops.facts.ignores import Ignores
from autodevops.facts.path_index import PathIndex
from autodevops.guide.model import ArtifactPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_BUILT = regex(r"\.(?:jar|war|whl|tgz|tar|gz|zip|deb|rpm|apk|exe|so|bin|pem|crt|key)$")
_BUILT_FOLDERS = frozenset({"bin", "_output", "release", "artifacts", ".next", "node_modules"})


class Image(Struct, frozen=True, kw_only=True):
    """One image that the repository builds."""

    file: Dockerfile
    """Its Dockerfile."""
    contexts: tuple[str, ...]
    """Folders that may be its build context, the likeliest first."""
    is_context_known: bool
    """Whether there is only one, or a compose file names it."""
    targets: tuple[Stage, ...]
    """Stages that are run: those that compose files name, or the last."""
    services: tuple[ComposeService, ...]
    """Services of compose files that build it."""
    for_development: bool
    """Whether it is only for development or tests."""
    is_action: bool
    """Whether it is a GitHub action, which GitHub runs as root."""
    sources: tuple[Source, ...]
    """What it copies and mounts."""

    @property
    def path(self) -> str:
        """Return the path of its Dockerfile."""
        return self.file.path

    @property
    def context(self) -> str:
        """Return its likeliest context."""
        return self.contexts[0]


class Images(Struct, frozen=True):
    """Every image that the repository builds."""

    images: tuple[Image, ...]
    """By the path of the Dockerfile."""
    own_names: frozenset[str]
    """Names that compose and bake files give to images and contexts built here."""


class ContextFiles(Struct, frozen=True):
    """Tells what a build context may hold."""

    index: PathIndex
    """Tracked paths."""
    ignores: Ignores
    """What git ignores."""
    outside: frozenset[str]
    """Links and submodules, whose content is elsewhere."""
    outputs: frozenset[str]
    """Names of folders that builds write."""

    def may_hold(self, context: str, path: str) -> bool:
        """Tell whether a path of a context is tracked, elsewhere, or made before the build."""
        full = f"{context}/{path}" if context and path else context or path
        if not full or self.index.holds(full):
            return True
        parts = full.split("/")
        if not self.outside.isdisjoint("/".join(parts[:n]) for n in range(1, len(parts) + 1)):
            return True
        if not self.outputs.isdisjoint(parts) or _BUILT.search(full):
            return True
        return self.ignores.ignoring(full) is not None or (
            self.ignores.ignoring(f"{full}/") is not None
        )

    def missing(self, context: str, source: Source) -> bool:
        """Tell whether a source that should be in the repository is not."""
        if source.origin is not None or source.path is None or source.is_glob:
            return False
        return not self.may_hold(context, source.path)


@fact
def context_files(
    snapshot: Snapshot, index: PathIndex, ignores: Ignores, policy: ArtifactPolicy
) -> ContextFiles:
    """Put together what tells whether a build input exists."""
    elsewhere = frozenset(e.path for e in snapshot.entries if e.kind is not EntryKind.FILE)
    outputs = frozenset(policy.output_folders) | _BUILT_FOLDERS
    return ContextFiles(index, ignores, elsewhere, outputs)


@fact
def images(
    snapshot: Snapshot,
    dockerfiles: Dockerfiles,
    compose: Compose | NotApplicable,
    files: ContextFiles,
) -> Images:
    """Join each Dockerfile to the compose services that build it."""
    builders: dict[str, list[tuple[ComposeFile, ComposeService]]] = {}
    own = set(_baked(snapshot))
    if isinstance(compose, Compose):
        for file, service in compose.services():
            if service.build is None:
                continue
            if service.image is not None:
                own.add(service.image.partition(":")[0])
            if service.build.dockerfile is not None:
                builders.setdefault(service.build.dockerfile, []).append((file, service))
    found = (
        _image(snapshot, file, builders.get(file.path, []), files) for file in dockerfiles.files
    )
    return Images(tuple(found), frozenset(own))


def _image(
    snapshot: Snapshot,
    file: Dockerfile,
    builders: list[tuple[ComposeFile, ComposeService]],
    files: ContextFiles,
) -> Image:
    copied = sources(file)
    named = [
        one.build.context for _, one in builders if one.build and one.build.context is not None
    ]
    contexts = tuple(dict.fromkeys(named)) or _candidates(file, copied, files)
    real = [pair for pair in builders if not pair[0].for_development]
    targets = [file.stage(one.build.target) for _, one in real if one.build and one.build.target]
    last = any(one.build and not one.build.target for _, one in real)
    chosen = [stage for stage in targets if stage is not None]
    if last or not chosen:
        chosen.append(file.stages[-1])
    return Image(
        file=file,
        contexts=contexts,
        is_context_known=bool(named) or len(contexts) == 1,
        targets=tuple(dict.fromkeys(chosen)),
        services=tuple(service for _, service in builders),
        for_development=for_development(file.path) or (bool(builders) and not real),
        is_action=_is_action(snapshot, file.folder),
        sources=copied,
    )


def _candidates(
    file: Dockerfile, copied: tuple[Source, ...], files: ContextFiles
) -> tuple[str, ...]:
    """Return the folders that may be the context, those first where most sources exist."""
    folder = file.folder
    above = [folder]
    while folder:
        folder = folder.rpartition("/")[0]
        above.append(folder)
    lacking = {c: sum(files.missing(c, source) for source in copied) for c in above}
    least = min(lacking.values())
    return tuple(context for context in above if lacking[context] == least)


def _is_action(snapshot: Snapshot, folder: str) -> bool:
    prefix = f"{folder}/" if folder else ""
    for name in ("action.yml", "action.yaml"):
        text = (
            snapshot.text(prefix + name, CONFIG_LIMIT) if prefix + name in snapshot.by_path else ""
        )
        if text and re.search(r"using:[ \t]*['\"]?docker", text):
            return True
    return False


def _baked(snapshot: Snapshot) -> Iterator[str]:
    """Yield the names of contexts in bake files, which `FROM` may use like images."""
    for name in ("docker-bake.hcl", "docker-bake.json"):
        text = (snapshot.text(name, CONFIG_LIMIT) if name in snapshot.by_path else "") or ""
        yield from re.findall(
            r"([\w./-]{1,100})\"?[ \t]*[=:][ \t]*\"(?:target|docker-image):", text
        )
