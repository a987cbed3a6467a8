"""What came with each release: the commits between its tag and the release tags before it."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.tags import Tag, Tags
from autodevops.model.history import Commit
from autodevops.model.snapshot import Snapshot, Unavailable

MAX_COMMITS = 20_000
"""Most commits that are looked at."""


class Release(NamedTuple):
    """One tagged release."""

    tag: str
    """Name of the tag."""
    day: date
    """The day of its commit, UTC."""
    headers: tuple[str, ...]
    """First lines of the commits that came with it, newest first; merges left out."""


class ReleaseNotes(Struct, frozen=True, kw_only=True):
    """All releases."""

    releases: Mapping[str, Release]
    """By tag, oldest version first."""


@fact
def release_notes(snapshot: Snapshot, tags: Tags) -> ReleaseNotes | Unavailable:
    """Give each commit to the oldest version whose tag reaches it.

    Pre-releases are no releases of their own: what they hold comes with the version itself.
    """
    if isinstance(snapshot.history, Unavailable):
        return snapshot.history
    due = [tag for tag in tags.versions if tag.commit and tag.version and not tag.version.pre]
    tips = [tag.commit for tag in due if tag.commit]
    commits = snapshot.history.commits(tips, limit=MAX_COMMITS) if tips else ()
    if isinstance(commits, Unavailable):
        return commits
    by_oid = {commit.oid: commit for commit in commits}
    taken: set[str] = set()
    return ReleaseNotes(releases={tag.name: _release(tag, by_oid, taken) for tag in due})


def _release(tag: Tag, by_oid: Mapping[str, Commit], taken: set[str]) -> Release:
    found: list[Commit] = []
    waiting = [tag.commit or ""]
    while waiting:
        oid = waiting.pop()
        commit = by_oid.get(oid)
        if commit is None or oid in taken:
            continue
        taken.add(oid)
        found.append(commit)
        waiting.extend(commit.parents)
    found.sort(key=lambda one: (-one.committed_at, one.oid))
    headers = (one.message.partition("\n")[0].strip() for one in found if len(one.parents) < 2)  # noqa: PLR2004 - a merge
    day = datetime.fromtimestamp(tag.made_at, UTC).date()
    return Release(tag.name, day, tuple(header for header in headers if header))
