"""Refs, commits and old contents of a repository, as a source tells of them."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:  # a snapshot has a history
    from autodevops.model.snapshot import Entry, Unavailable


class Ref(NamedTuple):
    """One ref of the repository."""

    name: str
    """Full name, such as `refs/heads/main`."""
    oid: str
    """Object id that the ref holds."""
    kind: str
    """Type of that object: `commit`, `tag`, `tree` or `blob`."""
    commit: str | None
    """Commit that it leads to, tags peeled; null when it leads to none."""
    symref: str | None
    """Target of a symbolic ref such as `refs/remotes/origin/HEAD`."""
    committed_at: int
    """Committer time of that commit (or tagger time of a tag on something else), Unix seconds."""


class Commit(NamedTuple):
    """One commit with what its header and message say."""

    oid: str
    """Object id."""
    parents: tuple[str, ...]
    """Object ids of its parents."""
    author_name: str
    """As written, before `.mailmap`."""
    author_email: str
    """As written, before `.mailmap`."""
    authored_at: int
    """Unix seconds."""
    committer_name: str
    """As written."""
    committer_email: str
    """As written."""
    committed_at: int
    """Unix seconds."""
    message: str
    """Whole message."""
    signed: bool
    """Whether the commit carries a signature (not whether it is good)."""


class Node(NamedTuple):
    """One commit of the graph."""

    oid: str
    """Object id."""
    committed_at: int
    """Committer time, Unix seconds."""
    parents: tuple[str, ...]
    """Object ids of its parents; those beyond a shallow boundary are left out."""


class Change(NamedTuple):
    """One path changed by one commit against its first parent."""

    status: str
    """`A`, `M`, `D` or `T`; renames are shown as a deletion and an addition."""
    path: str
    """Path inside the repository."""
    old_oid: str
    """Blob before, zeros when added."""
    new_oid: str
    """Blob after, zeros when deleted."""


class CommitChanges(NamedTuple):
    """What one commit changed against its first parent."""

    oid: str
    """Object id of the commit."""
    committed_at: int
    """Committer time, Unix seconds."""
    author_email: str
    """As written."""
    changes: tuple[Change, ...]
    """Paths in git's order."""


class Difference(NamedTuple):
    """What differs between two commits: enough to tell whether others differ in the same."""

    paths: bytes = b""
    """Hash of the paths that differ; empty when the trees are the same."""
    described: bytes = b""
    """Hash of what git says of each path: modes, blobs and status."""


class Arrival(NamedTuple):
    """What a commit makes of a path, against its first parent."""

    commit: str
    """Object id of the commit."""
    path: str
    """Path inside the repository."""
    oid: str
    """Object id of the blob that it brings; empty when it removes the path."""


class History(Protocol):
    """Refs, commits and old contents. Revisions are object ids or full ref names.

    Every method costs at most a few git processes, however many objects it answers about.
    """

    @property
    def shallow(self) -> bool:
        """Tell whether commits are missing below a shallow boundary."""
        ...

    @property
    def partial(self) -> bool:
        """Tell whether the clone lacks blobs or trees by filter."""
        ...

    @property
    def head(self) -> str | None:
        """Return the full name of the checked-out branch; None when detached."""
        ...

    @property
    def init_default_branch(self) -> str | None:
        """Return `init.defaultBranch` of the repository's own configuration."""
        ...

    def refs(self) -> "tuple[Ref, ...] | Unavailable":
        """Return every ref, sorted by name; broken ones are left out and noted."""
        ...

    def graph(
        self, tips: Iterable[str], *, exclude: Iterable[str] = ()
    ) -> "tuple[Node, ...] | Unavailable":
        """Return all commits reachable from the tips, children before parents."""
        ...

    def commits(
        self, tips: Iterable[str], *, since: int | None = None, limit: int | None = None
    ) -> "tuple[Commit, ...] | Unavailable":
        """Return commits, newest first, committed at or after `since` (Unix seconds)."""
        ...

    def described(self, oids: Iterable[str]) -> "tuple[Commit, ...] | Unavailable":
        """Return these commits, by object id, in the order asked for."""
        ...

    def changes(
        self,
        tips: Iterable[str],
        *,
        since: int | None = None,
        paths: Iterable[str] = (),
        first_parent: bool = True,
    ) -> "tuple[CommitChanges, ...] | Unavailable":
        """Return what each commit changed against its first parent, newest first.

        `paths` are literal files or folders; commits that touch none of them are left out.
        """
        ...

    def diff_paths(
        self, pairs: Iterable[tuple[str, str]]
    ) -> "Mapping[tuple[str, str], Difference] | Unavailable":
        """Return what differs between each pair of commits (old, new)."""
        ...

    def patch_ids(
        self, pairs: Iterable[tuple[str, str]]
    ) -> "Mapping[tuple[str, str], str] | Unavailable":
        """Return git's stable patch id of the whole difference of each pair (old, new).

        Pairs without a textual difference are left out.
        """
        ...

    def arrivals(
        self, tips: Iterable[str], *, exclude: Iterable[str] = ()
    ) -> "Iterator[Arrival | Unavailable]":
        """Yield every content that commits bring or remove against their first parent.

        Parents come before their children. So every blob that the tips reach is named, in the
        commit that first brought it and in each that brought it again; at a shallow boundary, the
        whole tree. Ends with an `Unavailable` when objects are missing.
        """
        ...

    def blobs(self, oids: Iterable[str], limit: int) -> "Iterator[tuple[str, bytes | Unavailable]]":
        """Yield the content of blobs, in the order asked for."""
        ...

    def files_at(self, commit: str) -> "tuple[Entry, ...] | Unavailable":
        """Return every path of a commit's tree."""
        ...
