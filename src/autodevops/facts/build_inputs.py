"""What builds need and the repository should hold: sources, contexts, Dockerfiles, entry points."""

from collections.abc import Iterator
from enum import StrEnum

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._build_sources import Source
from autodevops.facts._docker_ignore import DockerIgnore, docker_ignore_of
from autodevops.facts.compose import Compose
from autodevops.facts.images import ContextFiles, Image, Images
from autodevops.facts.path_index import PathIndex
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_MAX_FILES = 500
_HANDED_OVER = 3
_PACKAGERS = (".goreleaser.yml", ".goreleaser.yaml", "goreleaser.yml", "goreleaser.yaml")


class InputKind(StrEnum):
    """What is missing."""

    SOURCE = "source"
    EXCLUDED = "excluded source"
    CONTEXT = "context"
    DOCKERFILE = "Dockerfile"


class MissingInput(Struct, frozen=True, kw_only=True):
    """One thing that a build needs and does not get."""

    kind: InputKind
    """What it is."""
    path: str
    """The file that asks for it."""
    line: int
    """1-based line."""
    written: str
    """As written."""
    expected: tuple[str, ...]
    """Paths where it was looked for."""
    because: str = ""
    """The line that leaves it out, for an excluded source."""


class BuildInputs(Struct, frozen=True):
    """What builds lack."""

    missing: tuple[MissingInput, ...]
    """By file and line."""


@fact
def build_inputs(
    snapshot: Snapshot,
    images: Images | NotApplicable,
    compose: Compose | NotApplicable,
    files: ContextFiles,
    index: PathIndex,
) -> BuildInputs | NotApplicable:
    """Find what builds lack."""
    if isinstance(images, NotApplicable) and isinstance(compose, NotApplicable):
        return images
    found: list[MissingInput] = []
    if isinstance(images, Images):
        packaged = " ".join(
            snapshot.text(p, CONFIG_LIMIT) or "" for p in _PACKAGERS if p in snapshot.by_path
        )
        for image in images.images:
            if image.file.name not in packaged and not _is_handed_over(image, files):
                found.extend(_of_image(snapshot, image, files, index))
    if isinstance(compose, Compose):
        found.extend(_of_compose(compose, files))
    return BuildInputs(tuple(found))


def _is_handed_over(image: Image, files: ContextFiles) -> bool:
    """Tell whether all that an image copies is made elsewhere: then its context is, too.

    One source that is missing is forgotten; where all of several are, a script hands them over.
    """
    if len(image.contexts) <= 1 or image.is_context_known:
        return False
    gone = [
        all(files.missing(one, source) for one in image.contexts)
        for source in image.sources
        if source.origin is None
    ]
    return not gone or (len(gone) >= _HANDED_OVER and all(gone))


def _of_image(
    snapshot: Snapshot, image: Image, files: ContextFiles, index: PathIndex
) -> Iterator[MissingInput]:
    is_known = image.is_context_known and len(image.contexts) == 1
    ignore = docker_ignore_of(snapshot, image.path, image.context) if is_known else None
    for source in image.sources:
        if all(files.missing(context, source) for context in image.contexts):
            looked = tuple(
                "/".join(part for part in (context, source.path or "") if part)
                for context in image.contexts
            )
            yield _missing(InputKind.SOURCE, image, source, looked)
        elif ignore is not None and (line := _excluded(ignore, image, source, index)):
            because = f"{ignore.path}:{line[0]}: {line[1]}"
            looked = (f"{image.context}/{source.path}".lstrip("/"),)
            yield _missing(InputKind.EXCLUDED, image, source, looked, because)


def _missing(
    kind: InputKind, image: Image, source: Source, looked: tuple[str, ...], because: str = ""
) -> MissingInput:
    return MissingInput(
        kind=kind,
        path=image.path,
        line=source.line,
        written=source.written,
        expected=looked,
        because=because,
    )


def _excluded(
    ignore: DockerIgnore, image: Image, source: Source, index: PathIndex
) -> tuple[int, str] | None:
    """Return the line that leaves out all of a tracked source; None when some of it stays."""
    if source.origin is not None or not source.path or source.is_glob:
        return None
    full = f"{image.context}/{source.path}".lstrip("/")
    low, high = index.reach(full)
    if high - low > _MAX_FILES:
        return None
    start = len(image.context) + 1 if image.context else 0
    line = None
    for position in range(low, high):
        line = ignore.excluding(index.paths[position][start:])
        if line is None:
            return None
    return None if line is None else (line.line, line.text)


def _of_compose(compose: Compose, files: ContextFiles) -> Iterator[MissingInput]:
    for file, service in compose.services():
        build = service.build
        if build is None or build.context is None:
            continue
        if build.context and not files.may_hold("", build.context):
            yield MissingInput(
                kind=InputKind.CONTEXT,
                path=file.path,
                line=build.line,
                written=build.context,
                expected=(build.context,),
            )
        elif build.dockerfile and not files.may_hold("", build.dockerfile):
            yield MissingInput(
                kind=InputKind.DOCKERFILE,
                path=file.path,
                line=build.dockerfile_line,
                written=build.dockerfile,
                expected=(build.dockerfile,),
            )
