"""The metrics that the repository's code exports, and whatever else it measures with."""

import re
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._metric_code import LIBRARY, PROVIDER, Metric, MetricFile, read_metrics
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts._words import listed
from autodevops.facts.frontend import FRONTEND
from autodevops.facts.services import Services
from autodevops.guide.model import AiPolicy
from autodevops.model.patterns import regex
from autodevops.model.snapshot import EntryKind, Snapshot

_CODE = listed(".py .ts .js .mjs .cjs .go .tsx .java .kt .rb .rs .cs .ex .php")
_SUFFIX = regex(
    r"_(?:bucket|sum|count|total|created|info|seconds|milliseconds|ms|bytes|ratio|percent)$"
)
_FEW_WORDS = 2
_NOTHING = MetricFile((), (), frozenset(), dynamic=False)
_MAX_CHARACTERS = 200_000


class Place(NamedTuple):
    """Something at a line of a file."""

    path: str
    """The file."""
    line: int
    """1-based line."""
    name: str
    """What stands there."""


class Metrics(Struct, frozen=True, kw_only=True, dict=True):
    """What the repository's own code measures; tests and examples left out."""

    made: tuple[Metric, ...]
    """Metrics that Prometheus can read, by file."""
    instrumentors: tuple[Place, ...]
    """Libraries that measure every HTTP request by themselves."""
    providers: tuple[Place, ...]
    """Libraries that send metrics elsewhere."""
    ai: tuple[Place, ...]
    """Files that call an AI provider's SDK."""
    spoken: frozenset[str]
    """Texts in files with metrics that may be names of metrics."""
    dynamic: tuple[str, ...]
    """Files that compute the names of metrics."""

    def below(self, folder: str) -> tuple[Metric, ...]:
        """Return the metrics that files below a folder make."""
        return tuple(metric for metric in self.made if metric.path.startswith(f"{folder}/"))

    def exports(self, name: str) -> bool:
        """Tell whether the code may export a metric of that name, suffixes aside."""
        if name in self._names or self._base(name) in self._names:
            return True
        # A namespace may be put before the name where it is made.
        parts = self._base(name).split("_")
        return any(
            "_".join(parts[at:]) in self._names for at in range(1, len(parts) - _FEW_WORDS + 1)
        )

    @cached_property
    def _names(self) -> frozenset[str]:
        names = {metric.name for metric in self.made} | self.spoken
        return frozenset({*names, *map(self._base, names)})

    @staticmethod
    def _base(name: str) -> str:
        while (shorter := _SUFFIX.sub("", name)) != name:
            name = shorter
        return name


@fact
def metrics(snapshot: Snapshot, services: Services, ai: AiPolicy) -> Metrics:
    """Read the code of the services but the frontend; all code where dashboards want it."""
    folders = tuple(
        f"{service.folder}/"
        for service in services.of_code
        if service.folder and service.name != FRONTEND
    )
    everywhere = any("grafana/" in entry.path for entry in snapshot.entries)
    sdk = _sdk_pattern(ai)
    read: list[_File] = []
    for entry in snapshot.entries:
        path = entry.path
        if entry.kind is not EntryKind.FILE or not path.endswith(_CODE):
            continue
        of_service = path.startswith(folders)
        if (everywhere or of_service) and is_own_source(path):
            text = snapshot.text(path)
            if text is not None:
                read.append(_read(snapshot, path, text, sdk if of_service else None))
    return Metrics(
        made=tuple(one for file in read for one in file.said.metrics),
        instrumentors=tuple(one for file in read for one in file.instrumentors),
        providers=tuple(one for file in read for one in file.providers),
        ai=tuple(one for file in read for one in file.sdks),
        spoken=frozenset().union(*(file.said.spoken for file in read)),
        dynamic=tuple(file.path for file in read if file.said.dynamic),
    )


class _File(NamedTuple):
    """What one file measures and calls."""

    path: str
    said: MetricFile
    instrumentors: tuple[Place, ...]
    providers: tuple[Place, ...]
    sdks: tuple[Place, ...]


def _read(snapshot: Snapshot, path: str, text: str, sdk: re.Pattern[str] | None) -> _File:
    """Read one file; what it calls counts in the services' own code only."""
    said = _NOTHING
    if LIBRARY.search(text) or "# TYPE " in text:
        if len(text) > _MAX_CHARACTERS:
            snapshot.note_gap(path, f"{path} is too long to be searched for metrics")
        else:
            said = read_metrics(path, text)
    return _File(
        path=path,
        said=said,
        instrumentors=tuple(
            Place(path, text.count("\n", 0, text.find(name)) + 1, name)
            for name in said.instrumentors
        ),
        providers=() if sdk is None else tuple(_places(path, text, PROVIDER)),
        sdks=() if sdk is None else tuple(_places(path, text, sdk)),
    )


def _places(path: str, text: str, pattern: re.Pattern[str]) -> Iterable[Place]:
    for found in pattern.finditer(text):
        yield Place(path, text.count("\n", 0, found.start(1)) + 1, found[1])


def _sdk_pattern(policy: AiPolicy) -> re.Pattern[str]:
    """Return a pattern of lines that import an AI SDK."""
    python = "|".join(re.escape(name) for name in policy.python_packages)
    node = "|".join(
        re.escape(name.removesuffix("*")) + (r"[\w-]{1,60}" if name.endswith("*") else "")
        for name in policy.node_packages
    )
    dotted = "|".join(
        rf"from {re.escape(name.rpartition('.')[0])} import {re.escape(name.rpartition('.')[2])}"
        for name in policy.python_packages
        if "." in name
    )
    return re.compile(
        rf"^[ \t]*((?:import|from) (?:{python})\b|{dotted}"
        rf"|(?:import|const|export)\b[^\n]{{0,200}}?[\"'](?:{node})[\"'])",
        re.MULTILINE,
    )
