"""Every place where the repository reads an environment variable, secret or Actions variable."""

from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _yaml
from autodevops.facts._api import fact
from autodevops.facts._compose_parts import read_services
from autodevops.facts._env_python import RawRead, mentions_environment, python_reads
from autodevops.facts._env_text import compose_reads, web_reads, workflow_reads
from autodevops.facts._imports import PYTHON, WEB
from autodevops.facts._path_kinds import is_fixture, is_own_source, is_vendored
from autodevops.facts.compose import is_compose_file
from autodevops.facts.env_files import EnvFiles
from autodevops.facts.services import Services
from autodevops.facts.workflows import WORKFLOWS
from autodevops.guide.model import ContainerPolicy, ServicePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.snapshot import Entry, EntryKind, Snapshot


class ReadKind(StrEnum):
    """What reads a variable."""

    CODE = "code"
    SETTINGS = "settings"
    COMPOSE = "compose"
    SECRET = "secret"  # noqa: S105 - a kind of read
    VARIABLE = "variable"

    @property
    def is_code(self) -> bool:
        """Tell whether the team's own code reads it."""
        return self in {ReadKind.CODE, ReadKind.SETTINGS}

    @property
    def is_workflow(self) -> bool:
        """Tell whether a workflow reads it."""
        return self in {ReadKind.SECRET, ReadKind.VARIABLE}


class EnvironmentRead(NamedTuple):
    """One read of one variable."""

    name: str
    """Name of the variable."""
    path: str
    """File that reads it."""
    line: int
    """1-based line."""
    kind: ReadKind
    """What reads it."""
    optional: bool
    """Whether the reader goes on without it."""
    service: str | None
    """Service whose code reads it."""


class EnvironmentReads(Struct, frozen=True, kw_only=True, dict=True):
    """All reads; tests, fixtures, examples, vendored and generated code are left out."""

    reads: tuple[EnvironmentRead, ...]
    """By path and line."""

    @cached_property
    def by_name(self) -> dict[str, tuple[EnvironmentRead, ...]]:
        """Return the reads of each variable, by name."""
        found: dict[str, list[EnvironmentRead]] = {}
        for read in self.reads:
            found.setdefault(read.name, []).append(read)
        return {name: tuple(found[name]) for name in sorted(found)}

    def of(self, *kinds: ReadKind) -> tuple[EnvironmentRead, ...]:
        """Return the reads of these kinds."""
        return tuple(read for read in self.reads if read.kind in kinds)


_Extract = Callable[[str], Iterable[tuple[ReadKind, RawRead]]]


class EnvironmentUse(Struct, frozen=True, kw_only=True):
    """Whether environment files matter to this repository at all."""

    is_likely: bool
    """There is a service, an environment file, or code that looks at the environment."""


@fact
def environment_use(snapshot: Snapshot, services: Services, files: EnvFiles) -> EnvironmentUse:
    """Look for the first sign of a use."""
    if services.of_code or files.real or files.templates:
        return EnvironmentUse(is_likely=True)
    return EnvironmentUse(
        is_likely=any(_looks_at_environment(snapshot, entry) for entry in snapshot.entries)
    )


@fact
def environment_reads(
    snapshot: Snapshot,
    services: Services,
    files: EnvFiles,
    policy: ServicePolicy,
    containers: ContainerPolicy,
) -> EnvironmentReads | NotApplicable:
    """Read the environment's readers: Python, web code, compose files, workflows."""
    if not services.of_code and not files.templates:
        return NotApplicable(reason="there is no service and no template of an environment file")
    folders = {
        service.folder: service.name for service in policy.services if service.folder is not None
    }
    reads: list[EnvironmentRead] = []
    for entry in snapshot.entries:
        extract = _extractor(entry.path, containers) if entry.kind is EntryKind.FILE else None
        text = snapshot.text(entry.path) if extract is not None else None
        if extract is None or text is None:
            continue
        service = folders.get(entry.path.split("/", 1)[0])
        reads += (
            EnvironmentRead(raw.name, entry.path, raw.line, kind, raw.optional, service)
            for kind, raw in _merged(extract(text))
        )
    return EnvironmentReads(reads=tuple(reads))


def _looks_at_environment(snapshot: Snapshot, entry: Entry) -> bool:
    if entry.kind is not EntryKind.FILE or not entry.path.endswith((*PYTHON, *WEB)):
        return False
    text = (snapshot.text(entry.path) or "") if is_own_source(entry.path) else ""
    if entry.path.endswith(PYTHON):
        return mentions_environment(text)
    return "process.env." in text or "import.meta.env." in text


def _extractor(path: str, containers: ContainerPolicy) -> _Extract | None:
    """Return what extracts the reads of a file; None for files that read nothing."""
    if path.startswith(WORKFLOWS) and path.endswith((".yml", ".yaml")):
        return _from_workflow
    if path.endswith(PYTHON):
        return _from_python if is_own_source(path) else None
    if path.endswith(WEB):
        return _from_web if is_own_source(path) else None
    if is_compose_file(path, containers) and not is_vendored(path) and not is_fixture(path):
        return _from_compose
    return None


def _from_python(text: str) -> Iterator[tuple[ReadKind, RawRead]]:
    for raw in python_reads(text):
        yield (ReadKind.CODE if raw.direct else ReadKind.SETTINGS), raw


def _from_web(text: str) -> Iterator[tuple[ReadKind, RawRead]]:
    for raw in web_reads(text):
        yield ReadKind.CODE, raw


def _from_workflow(text: str) -> Iterator[tuple[ReadKind, RawRead]]:
    for context, raw in workflow_reads(text):
        yield (ReadKind.SECRET if context == "secrets" else ReadKind.VARIABLE), raw


def _from_compose(text: str) -> Iterator[tuple[ReadKind, RawRead]]:
    for raw in (*compose_reads(text), *_passed_through(text)):
        yield ReadKind.COMPOSE, raw


def _passed_through(text: str) -> Iterator[RawRead]:
    """Yield the variables that a compose file hands on without a value: `- NAME` or `NAME:`."""
    root = _yaml.parse(text).root if "environment" in text else None
    for service in read_services("", root):
        for variable in service.environment:
            if variable.value is None and variable.name.isidentifier():
                yield RawRead(variable.name, variable.line, optional=False)


def _merged(
    reads: Iterable[tuple[ReadKind, RawRead]],
) -> Iterator[tuple[ReadKind, RawRead]]:
    """Yield one read a name and line; a default anywhere on the line counts."""
    merged: dict[tuple[int, str], tuple[ReadKind, RawRead]] = {}
    for kind, raw in reads:
        key = (raw.line, raw.name)
        earlier = merged.get(key)
        optional = raw.optional or (earlier is not None and earlier[1].optional)
        merged[key] = (kind, raw._replace(optional=optional))
    for key in sorted(merged):
        yield merged[key]
