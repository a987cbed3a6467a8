"""From secrets in blobs to leaks: one a value, with the commit that brought it and its refs."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from autodevops.facts._secrets.context import file_context
from autodevops.facts._secrets.strength import reads_as_name
from autodevops.model.detection import MAX_REFS, Detection, Leak
from autodevops.model.history import Commit, History, Node, Ref
from autodevops.model.snapshot import Unavailable
from autodevops.scanners.blob_cache import Known, Touch
from autodevops.scanners.sifting import Item


class Held(NamedTuple):
    """A blob that a ref holds without any commit."""

    ref: str
    """Full name of the ref."""
    path: str
    """Path in the tree that it holds, or the ref's name."""
    oid: str
    """Object id of the blob."""


class _Version(NamedTuple):
    """One value in one version of one file."""

    order: int
    """Rises with time: parents come before their children."""
    path: str
    commit: str | None
    ref: str | None
    detection: Detection
    oid: str


_ADMITS = re.compile(
    r"\b(?:secrets?|passwords?|credentials?|tokens?|api[- ]?keys?|private keys?|leak(?:ed|s)?"
    r"|rotat\w+|revok\w+|redact\w*|sensitive|exposed|oops|hardcoded|hard-coded|\.env)\b",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"[\w ,.:;()'\"/!&+-]{1,100}", re.ASCII)
_MAX_ADMITTED = 3


def leaks_of(
    history: History,
    graph: Sequence[Node],
    places: Mapping[str, int],
    refs: Sequence[Ref],
    touches: Iterable[Touch],
    held: Iterable[Held],
    notable: Mapping[Item, Known],
) -> tuple[Leak, ...]:
    """Return one leak for each value, oldest first."""
    ordered = sorted(touches, key=lambda touch: (-places[touch.commit], touch.path))
    groups: dict[int, list[_Version]] = {}
    for version in _versions(ordered, held, places, len(graph), notable):
        groups.setdefault(version.detection.group, []).append(version)
    if not groups:
        return ()
    found = sorted(groups.values(), key=lambda same: (same[0].order, same[0].path))
    reached = _reached(found, graph, places, refs)
    told = _Messages(history, found, ordered)
    return tuple(
        _leak(versions, names, graph, places, told)
        for versions, names in zip(found, reached, strict=True)
    )


def _versions(
    touches: Iterable[Touch],
    held: Iterable[Held],
    places: Mapping[str, int],
    count: int,
    notable: Mapping[Item, Known],
) -> Iterator[_Version]:
    for touch in touches:
        known = notable.get(Item(touch.oid, file_context(touch.path)))
        for detection in known.detections if known else ():
            order = count - places[touch.commit]
            yield _Version(order, touch.path, touch.commit, None, detection, touch.oid)
    for one in held:
        known = notable.get(Item(one.oid, file_context(one.path)))
        for detection in known.detections if known else ():
            yield _Version(count + 1, one.path, None, one.ref, detection, one.oid)


def _reached(
    found: Sequence[Sequence[_Version]],
    graph: Sequence[Node],
    places: Mapping[str, int],
    refs: Iterable[Ref],
) -> list[list[str]]:
    """Return, for each leak, the refs from which a commit that brought it is reached."""
    masks = [0] * len(graph)
    names: list[set[str]] = [set() for _ in found]
    for number, versions in enumerate(found):
        for version in versions:
            if version.commit is not None:
                masks[places[version.commit]] |= 1 << number
            elif version.ref is not None:
                names[number].add(version.ref)
    for place in range(len(graph) - 1, -1, -1):
        for parent in graph[place].parents:
            if parent in places:
                masks[place] |= masks[places[parent]]
    for ref in refs:
        mask = masks[places[ref.commit]] if ref.commit and ref.commit in places else 0
        while mask:
            lowest = mask & -mask
            names[lowest.bit_length() - 1].add(ref.name)
            mask ^= lowest
    return [sorted(reaching) for reaching in names]


class _Messages:
    """Subjects of the commits that brought a leak or touched its paths later."""

    def __init__(
        self, history: History, found: Iterable[Sequence[_Version]], touches: Iterable[Touch]
    ) -> None:
        first = [versions[0].commit for versions in found]
        paths = {version.path for versions in found for version in versions}
        self._touches = [touch for touch in touches if touch.path in paths]
        wanted = [*first, *(touch.commit for touch in self._touches)]
        oids = dict.fromkeys(oid for oid in wanted if oid is not None)
        commits = history.described(oids)
        self._commits: Mapping[str, Commit] = (
            {} if isinstance(commits, Unavailable) else {one.oid: one for one in commits}
        )

    def subject(self, commit: str | None) -> str | None:
        """Return a commit's first line; None when it might hold more than words."""
        if commit is None or commit not in self._commits:
            return None
        subject = self._commits[commit].message.partition("\n")[0].strip()
        plain = _PLAIN.fullmatch(subject) and all(map(_is_tame, subject.split()))
        return subject if plain else None

    def admitted(self, versions: Sequence[_Version], places: Mapping[str, int]) -> Iterator[str]:
        """Yield the later commits on a leak's paths whose subjects admit it."""
        paths = {version.path for version in versions}
        brought = {version.commit for version in versions}
        since = places[versions[0].commit] if versions[0].commit else -1
        for touch in self._touches:
            later = places[touch.commit] < since
            subject = self.subject(touch.commit) if later and touch.path in paths else None
            if subject and touch.commit not in brought and _ADMITS.search(subject):
                yield f"{touch.commit[:12]} {subject}"


def _is_tame(word: str) -> bool:
    return reads_as_name(word.strip("()'\",;:!.#&+"))


def _leak(
    versions: Sequence[_Version],
    reaching: Sequence[str],
    graph: Sequence[Node],
    places: Mapping[str, int],
    told: _Messages,
) -> Leak:
    first, last = versions[0], versions[-1]
    admitted = dict.fromkeys(told.admitted(versions, places))
    return Leak(
        detection=replace(
            first.detection, path=first.path, allowance=last.detection.allowance, group=0
        ),
        commit=first.commit,
        committed_at=graph[places[first.commit]].committed_at if first.commit else None,
        summary=told.subject(first.commit),
        paths=tuple(sorted({version.path for version in versions})),
        refs=tuple(reaching[:MAX_REFS]),
        ref_count=len(reaching),
        versions=len({version.oid for version in versions}),
        admitted=tuple(admitted)[:_MAX_ADMITTED],
    )
