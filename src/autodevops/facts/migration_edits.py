"""Migrations that were edited after they came to the default branch."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._sql.split import code_of
from autodevops.facts.migrations import Migrations
from autodevops.facts.refs import Refs
from autodevops.model.finding import NotApplicable
from autodevops.model.history import CommitChanges, History
from autodevops.model.snapshot import SOURCE_LIMIT, Snapshot, Unavailable, decode


class MigrationEdit(NamedTuple):
    """One migration that is not what it was when it came."""

    path: str
    """The file."""
    added: str
    """The commit of the default branch that brought it."""
    commits: tuple[str, ...]
    """The commits that changed it since, newest first."""


class MigrationEdits(Struct, frozen=True, kw_only=True):
    """All of them."""

    branch: str
    """Name of the default branch."""
    found: tuple[MigrationEdit, ...]
    """By path."""


class _Story(NamedTuple):
    """What became of one file."""

    added: str
    first: str
    last: str
    commits: tuple[str, ...]


@fact
def migration_edits(
    snapshot: Snapshot, migrations: Migrations, refs: Refs
) -> MigrationEdits | Unavailable | NotApplicable:
    """Compare each migration with what first came, along the first-parent line."""
    history = snapshot.history
    if isinstance(history, Unavailable):
        return history
    if history.shallow:
        return Unavailable("the clone is shallow", needs="`git fetch --unshallow`")
    if not migrations.files:
        return NotApplicable(reason=f"there are no migrations in {migrations.folder}")
    changes = history.changes(refs.default.tips[:1], paths=(migrations.folder,))
    if isinstance(changes, Unavailable):
        return changes
    stories = _stories(changes, {file.path for file in migrations.files})
    edited = {path: story for path, story in stories.items() if story.first != story.last}
    codes = _codes(history, {oid for story in edited.values() for oid in (story.first, story.last)})
    if isinstance(codes, Unavailable):
        return codes
    return MigrationEdits(
        branch=refs.default.name,
        found=tuple(
            MigrationEdit(path, story.added, story.commits)
            for path, story in sorted(edited.items())
            if codes[story.first] != codes[story.last]
        ),
    )


def _stories(changes: Iterable[CommitChanges], paths: set[str]) -> dict[str, _Story]:
    """Return what became of each file that is still there, from its last arrival on."""
    stories: dict[str, _Story] = {}
    for commit in reversed(list(changes)):
        for change in commit.changes:
            if change.path not in paths:
                continue
            known = stories.get(change.path)
            if change.status == "D":
                stories.pop(change.path, None)
            elif known is None or change.status == "A":
                stories[change.path] = _Story(commit.oid, change.new_oid, change.new_oid, ())
            else:
                edits = (commit.oid, *known.commits)
                stories[change.path] = known._replace(last=change.new_oid, commits=edits)
    return stories


def _codes(history: History, oids: set[str]) -> Mapping[str, str] | Unavailable:
    """Return the SQL of each blob without comments."""
    codes = {}
    for oid, content in history.blobs(sorted(oids), SOURCE_LIMIT):
        if isinstance(content, Unavailable):
            return content
        codes[oid] = code_of(decode(content) or "")
    return codes
