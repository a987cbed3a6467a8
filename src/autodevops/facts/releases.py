"""Releases along history: their order, their candidates, and what is not released yet."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.lineage import Lineage
from autodevops.facts.refs import Refs
from autodevops.facts.tags import Tag, Tags
from autodevops.guide.model import ReleasePolicy
from autodevops.model.snapshot import Snapshot, Unavailable


class Regression(NamedTuple):
    """A version that is lower than the one released before it."""

    tag: Tag
    """The later tag, with the lower version."""
    earlier: Tag
    """The tag that it descends from."""


class Drift(Struct, frozen=True, kw_only=True):
    """What the default branch holds beyond the last release."""

    release: Tag
    """The last release."""
    commits: int
    """Commits on the default branch that no release holds."""
    age: timedelta
    """Since the oldest of them came to the default branch; zero without any."""


class Releases(Struct, frozen=True, kw_only=True):
    """The releases along history."""

    regressions: tuple[Regression, ...]
    """Versions that are lower than the one before them."""
    unpromoted: tuple[Tag, ...]
    """Major and minor releases that no candidate preceded on their own line."""
    major_or_minor: int
    """How many major and minor releases there are."""
    drift: Drift | None
    """What is not released; None without any release."""


@fact
def releases(
    snapshot: Snapshot, refs: Refs, lineage: Lineage, tags: Tags, policy: ReleasePolicy
) -> Releases | Unavailable:
    """Return the releases along history."""
    if lineage.shallow:
        return Unavailable(
            "the clone is shallow", needs="the whole history (`git fetch --unshallow`)"
        )
    due = [tag for tag in tags.versions if _needs_candidate(tag)]
    return Releases(
        regressions=tuple(_regressions(lineage, tags.versions)),
        unpromoted=tuple(_unpromoted(lineage, due, tags, policy)),
        major_or_minor=len(due),
        drift=_drift(lineage, tags, _newest(lineage, refs.default.tips), snapshot.now),
    )


def _newest(lineage: Lineage, tips: Iterable[str]) -> str:
    """Return the latest of the default branch's tips: here, or as the remote has it."""
    return max(tips, key=lambda tip: lineage.nodes[lineage.position[tip]].committed_at)


def _needs_candidate(tag: Tag) -> bool:
    return tag.version is not None and not tag.version.pre and tag.version.patch == 0


def _unpromoted(
    lineage: Lineage, due: Iterable[Tag], tags: Tags, policy: ReleasePolicy
) -> Iterable[Tag]:
    """Yield the releases of which no candidate is an ancestor or the same commit."""
    by_name = sorted(tags.releases, key=_name)
    named = {tag.name: list(_candidates(tag, by_name, policy)) for tag in due}
    commits = {other.commit for others in named.values() for other in others if other.commit}
    bits = {commit: 1 << number for number, commit in enumerate(sorted(commits))}
    inherited = _inherited(lineage, bits)
    for tag in due:
        index = lineage.position.get(tag.commit or "")
        held = 0 if index is None else inherited[index]
        if not any(held & bits.get(other.commit or "", 0) for other in named[tag.name]):
            yield tag


def _candidates(release: Tag, by_name: Sequence[Tag], policy: ReleasePolicy) -> Iterator[Tag]:
    """Yield the tags that are named as candidates; `v1.2.0rc1` is badly written but one."""
    ending = re.compile(rf"[-._]?{re.escape(policy.candidate)}(?![a-z])", re.IGNORECASE)
    first = bisect_left(by_name, release.name, key=_name)
    for other in islice(by_name, first, None):
        if not other.name.startswith(release.name):
            return
        if ending.match(other.name, len(release.name)):
            yield other


def _name(tag: Tag) -> str:
    return tag.name


def _inherited(lineage: Lineage, bits: Mapping[str, int]) -> list[int]:
    """Return for each node the bits of itself and all its ancestors."""
    masks = [0] * len(lineage.nodes)
    for index in range(len(masks) - 1, -1, -1):
        node = lineage.nodes[index]
        mask = bits.get(node.oid, 0)
        for parent in node.parents:
            if parent in lineage.position:
                mask |= masks[lineage.position[parent]]
        masks[index] = mask
    return masks


def _regressions(lineage: Lineage, versions: tuple[Tag, ...]) -> Iterable[Regression]:
    """Yield each tag whose version is lower than that of the nearest tag that it descends from."""
    ranks = {
        precedence: rank
        for rank, precedence in enumerate(dict.fromkeys(_precedence(tag) for tag in versions))
    }
    at: dict[str, list[tuple[int, Tag]]] = {}
    for tag in versions:
        if tag.commit is not None:
            at.setdefault(tag.commit, []).append((ranks[_precedence(tag)], tag))
    nearest: list[tuple[int, Tag] | None] = [None] * len(lineage.nodes)
    for index in range(len(nearest) - 1, -1, -1):
        node = lineage.nodes[index]
        before = None
        for parent in node.parents:
            at_parent = nearest[lineage.position[parent]] if parent in lineage.position else None
            if at_parent is not None and (before is None or at_parent[0] > before[0]):
                before = at_parent
        here = at.get(node.oid)
        if here is None:
            nearest[index] = before
            continue
        for rank, tag in here:
            if before is not None and rank < before[0]:
                yield Regression(tag, before[1])
        nearest[index] = max(here, key=_rank)


def _rank(ranked: tuple[int, Tag]) -> int:
    return ranked[0]


def _precedence(tag: Tag) -> object:
    return tag.version.precedence if tag.version else None


def _drift(lineage: Lineage, tags: Tags, tip: str, now: datetime) -> Drift | None:
    stable = [tag for tag in tags.versions if tag.version and not tag.version.pre]
    known = [tag for tag in stable or tags.releases if tag.commit]
    if not known:
        return None
    released = reached_from(lineage, (tag.commit for tag in known if tag.commit))
    commits = sum(
        1
        for mask, done in zip(lineage.masks, released, strict=True)
        if mask & lineage.default and not done
    )
    oldest = _oldest_unreleased(lineage, released, tip)
    return Drift(
        release=known[-1],
        commits=commits,
        age=timedelta() if oldest is None else now - datetime.fromtimestamp(oldest, UTC),
    )


def reached_from(lineage: Lineage, commits: Iterable[str]) -> bytearray:
    """Return for each node of the graph whether one of these commits reaches it."""
    reached = bytearray(len(lineage.nodes))
    for commit in commits:
        if commit in lineage.position:
            reached[lineage.position[commit]] = 1
    for index, node in enumerate(lineage.nodes):
        if reached[index]:
            for parent in node.parents:
                if parent in lineage.position:
                    reached[lineage.position[parent]] = 1
    return reached


def _oldest_unreleased(lineage: Lineage, released: bytearray, tip: str) -> int | None:
    """Return the time of the oldest unreleased commit on the first-parent line."""
    oldest = None
    index = lineage.position.get(tip)
    while index is not None and not released[index]:
        node = lineage.nodes[index]
        oldest = node.committed_at
        index = lineage.position.get(node.parents[0]) if node.parents else None
    return oldest
