"""The compose files and their services, files of one folder seen together."""

import re
from collections.abc import Iterator
from functools import cached_property

from msgspec import Struct

from autodevops.facts import _yaml
from autodevops.facts._api import fact
from autodevops.facts._compose_parts import (
    Build,
    ComposeService,
    Health,
    Port,
    Variable,
    default_of,
    is_interpolated,
    read_services,
)
from autodevops.facts._words import words
from autodevops.facts.dockerfiles import is_judged
from autodevops.guide.model import ContainerPolicy, matches_any
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

__all__ = [
    "Build",
    "Compose",
    "ComposeFile",
    "ComposeService",
    "Health",
    "Port",
    "Variable",
    "default_of",
    "is_interpolated",
]

_NAME = regex(r"(?:docker-)?compose(?:[._-][\w.-]+)?\.ya?ml", re.IGNORECASE)
_DEVELOPMENT = words("dev development override local test tests testing ci e2e debug playwright")
_TESTS = words("test tests testing ci e2e playwright")
_PRODUCTION = words("prod production deploy staging live")
_PARTS = regex(r"[._-]+")


class ComposeFile(Struct, frozen=True, dict=True):
    """One compose file."""

    path: str
    """Where it lies."""
    services: tuple[ComposeService, ...]
    """Its services."""

    @property
    def folder(self) -> str:
        """Return the folder that it lies in."""
        return self.path.rpartition("/")[0]

    @property
    def for_development(self) -> bool:
        """Tell whether its name says that it is for development or tests only."""
        return not _DEVELOPMENT.isdisjoint(self._words)

    @property
    def for_tests(self) -> bool:
        """Tell whether its name says that it is for tests only."""
        return not _TESTS.isdisjoint(self._words)

    @property
    def for_production(self) -> bool:
        """Tell whether its name says that it runs where users are."""
        return not _PRODUCTION.isdisjoint(self._words)

    @cached_property
    def _words(self) -> frozenset[str]:
        return frozenset(_PARTS.split(basename(self.path).lower()))


class Compose(Struct, frozen=True, dict=True):
    """Every compose file."""

    files: tuple[ComposeFile, ...]
    """By path; at least one."""

    def services(self) -> Iterator[tuple[ComposeFile, ComposeService]]:
        """Yield every service with its file."""
        for file in self.files:
            for service in file.services:
                yield file, service

    def together(self, folder: str, name: str) -> tuple[ComposeService, ...]:
        """Return what all files of a folder say about one service."""
        return self._by_name.get((folder, name), ())

    @cached_property
    def _by_name(self) -> dict[tuple[str, str], tuple[ComposeService, ...]]:
        found: dict[tuple[str, str], tuple[ComposeService, ...]] = {}
        for file, service in self.services():
            key = (file.folder, service.name)
            found[key] = (*found.get(key, ()), service)
        return found


def is_compose_file(path: str, policy: ContainerPolicy) -> bool:
    """Tell whether a path is a compose file: by its name, or because the guide says so."""
    name = basename(path)
    return _NAME.fullmatch(name) is not None or any(
        matches_any(policy.compose_files, one) for one in (path, name)
    )


@fact
def compose(snapshot: Snapshot, policy: ContainerPolicy) -> Compose | NotApplicable:
    """Read every compose file; those of tests, documents and templates are left out."""
    found = []
    for entry in snapshot.entries:
        if entry.kind is not EntryKind.FILE or not is_compose_file(entry.path, policy):
            continue
        # `compose.test.yml` beside the code is the team's own: only folders may say otherwise.
        folder = entry.path.rpartition("/")[0]
        if not is_judged(f"{folder}/compose.yml") or entry.path.startswith(".github/"):
            continue
        text = snapshot.text(entry.path, CONFIG_LIMIT)
        if text is None:
            continue
        parsed = _yaml.parse(text)
        if parsed.problem is not None:
            snapshot.note_gap(
                entry.path,
                f"{entry.path} is not YAML from line {parsed.problem.line}: "
                f"{parsed.problem.reason}",
            )
        found.append(ComposeFile(entry.path, tuple(read_services(entry.path, parsed.root))))
    if not found and not snapshot.gaps:
        return NotApplicable(reason="there is no compose file")
    return Compose(tuple(found))
