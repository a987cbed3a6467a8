"""Refs, commits and old contents of a local repository, through a few git processes."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial

from msgspec import Struct

from autodevops.model.history import Arrival, Commit, CommitChanges, Difference, Node, Ref
from autodevops.model.snapshot import Entry, Unavailable
from autodevops.sources import differences
from autodevops.sources.commits import parse_commit
from autodevops.sources.comparisons import Comparisons
from autodevops.sources.git import Git
from autodevops.sources.listing import list_tree
from autodevops.sources.objects import Objects
from autodevops.sources.process import GitError
from autodevops.sources.walks import Walks, checked


class LocalHistory(Struct, frozen=True, kw_only=True):
    """The `History` of a local repository."""

    git: Git
    """Runs without a working tree, so that no attribute file is read."""
    objects: Objects
    """The object store."""
    found: tuple[Ref, ...]
    """Every ref, sorted by name."""
    head: str | None
    """Full name of the checked-out branch; None when detached."""
    init_default_branch: str | None
    """`init.defaultBranch` of the repository's own configuration."""
    boundary: frozenset[str]
    """Commits whose parents a shallow clone lacks."""
    partial: bool
    """Whether the clone lacks blobs or trees by filter."""
    walks: Walks
    """The graph of commits."""
    compared: Comparisons = Comparisons()
    """What is known of pairs of commits from earlier audits."""

    @property
    def shallow(self) -> bool:
        """Tell whether commits are missing below a shallow boundary."""
        return bool(self.boundary)

    def refs(self) -> tuple[Ref, ...] | Unavailable:
        """Return every ref, sorted by name."""
        return self.found

    def graph(
        self, tips: Iterable[str], *, exclude: Iterable[str] = ()
    ) -> tuple[Node, ...] | Unavailable:
        """Return all commits reachable from the tips, children before parents."""
        try:
            return self.walks.reachable(tips, exclude)
        except GitError as problem:
            return self._unavailable(problem)

    def commits(
        self, tips: Iterable[str], *, since: int | None = None, limit: int | None = None
    ) -> tuple[Commit, ...] | Unavailable:
        """Return commits, newest first, committed at or after `since` (Unix seconds)."""
        try:
            nodes = self._newest(tips, since, limit=limit)
            contents = self.objects.contents(node.oid for node in nodes)
            return tuple(parse_commit(oid, content) for oid, content in contents)
        except GitError as problem:
            return self._unavailable(problem)

    def described(self, oids: Iterable[str]) -> tuple[Commit, ...] | Unavailable:
        """Return these commits, by object id, in the order asked for."""
        try:
            found = self.objects.contents(checked(oid) for oid in oids)
            return tuple(parse_commit(oid, content) for oid, content in found)
        except GitError as problem:
            return self._unavailable(problem)

    def changes(
        self,
        tips: Iterable[str],
        *,
        since: int | None = None,
        paths: Iterable[str] = (),
        first_parent: bool = True,
    ) -> tuple[CommitChanges, ...] | Unavailable:
        """Return what each commit changed against its first parent, newest first.

        Commits at a shallow boundary are left out: what they changed can't be told.
        """
        try:
            nodes = self._newest(tips, since, first_parent=first_parent)
            asked = [
                (node.oid, node.parents[0] if node.parents else None)
                for node in nodes
                if node.oid not in self.boundary
            ]
            if not asked:
                return ()
            return tuple(differences.commit_changes(self.git, asked, tuple(paths)))
        except GitError as problem:
            return self._unavailable(problem)

    def diff_paths(
        self, pairs: Iterable[tuple[str, str]]
    ) -> Mapping[tuple[str, str], Difference] | Unavailable:
        """Return what differs between each pair of commits (old, new)."""
        try:
            wanted = self._oids(pairs)
            compare = partial(differences.of_commits, self.git)
            found = self.compared.differences(tuple(dict.fromkeys(wanted.values())), compare)
            return {pair: found[oids] for pair, oids in wanted.items()}
        except GitError as problem:
            return self._unavailable(problem)

    def patch_ids(
        self, pairs: Iterable[tuple[str, str]]
    ) -> Mapping[tuple[str, str], str] | Unavailable:
        """Return git's stable patch id of the whole difference of each pair (old, new)."""
        try:
            wanted = self._oids(pairs)
            oids = tuple(dict.fromkeys(wanted.values()))
            found = self.compared.patch_ids(oids, self._patch_ids)
            return {pair: found[of] for pair, of in wanted.items() if of in found}
        except GitError as problem:
            return self._unavailable(problem)

    def arrivals(
        self, tips: Iterable[str], *, exclude: Iterable[str] = ()
    ) -> Iterator[Arrival | Unavailable]:
        """Yield every content that commits bring against their first parent, parents first."""
        try:
            nodes = self.walks.reachable(tips, exclude)
            if nodes:
                # What a shallow boundary cut off has no parents here: its whole tree arrives.
                yield from differences.arrivals(self.git, reversed(nodes))
        except GitError as problem:
            yield self._unavailable(problem)

    def blobs(self, oids: Iterable[str], limit: int) -> Iterator[tuple[str, bytes | Unavailable]]:
        """Yield the content of blobs, in the order asked for."""
        return self.objects.blobs(oids, limit)

    def files_at(self, commit: str) -> tuple[Entry, ...] | Unavailable:
        """Return every path of a commit's tree."""
        try:
            return list_tree(self.git, checked(commit))
        except GitError as problem:
            return self._unavailable(problem)

    def _oids(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        """Return the object ids of commits that may be named by refs."""
        named = self.walks.named
        return {
            (old, new): (named.get(old) or checked(old), named.get(new) or checked(new))
            for old, new in pairs
        }

    def _newest(
        self,
        tips: Iterable[str],
        since: int | None,
        *,
        first_parent: bool = False,
        limit: int | None = None,
    ) -> list[Node]:
        """Return commits by date, newest first.

        The whole graph is walked even with `since`: git would stop at the first older commit, and
        one with a wrong clock would hide what is below it.
        """
        tips = tuple(tips)
        if since is None and limit and not self.walks.covers(tips):
            nodes = self.walks.newest(tips, limit)
        else:
            nodes = self.walks.reachable(tips, first_parent=first_parent)
        recent = [node for node in nodes if since is None or node.committed_at >= since]
        recent.sort(key=lambda node: -node.committed_at)
        return recent[:limit]

    def _patch_ids(self, pairs: Sequence[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        trees = self._trees(pairs)
        found = differences.patch_ids(self.git, tuple(dict.fromkeys(trees.values())))
        return {pair: found[of] for pair, of in trees.items() if of in found}

    def _trees(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
        """Return the trees of each pair of commits that differ in their trees."""
        wanted = tuple(dict.fromkeys(pairs))
        names = tuple(dict.fromkeys(name for pair in wanted for name in pair))
        found = self.objects.look_up(f"{checked(name)}^{{tree}}" for name in names)
        trees = {}
        for name, tree in zip(names, found, strict=True):
            if tree is None:
                raise GitError(f"the tree of {name} is missing")
            trees[name] = tree.oid
        return {(old, new): (trees[old], trees[new]) for old, new in wanted}

    def _unavailable(self, problem: GitError) -> Unavailable:
        if self.partial:
            return Unavailable(
                "the clone is partial and lacks objects", needs="a clone without `--filter`"
            )
        if self.shallow:
            return Unavailable(
                "the clone is shallow and lacks commits", needs="`git fetch --unshallow`"
            )
        return Unavailable(problem.message, needs="a repository with all its objects")
