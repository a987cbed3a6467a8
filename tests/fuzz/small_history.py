"""A line of commits with hostile names and messages, as `History` tells of it, without git."""

from collections.abc import Iterable, Iterator, Mapping

from autodevops.model.history import Arrival, Change, Commit, CommitChanges, Difference, Node, Ref
from autodevops.model.snapshot import Entry
from autodevops.sources.commits import parse_commit

_DAY = 86_400
_NEWEST = 1_795_000_000


class SmallHistory:
    """One commit a message, in one line; each name is a branch and a tag of one of them."""

    shallow = False
    partial = False
    head = "refs/heads/main"
    init_default_branch = None

    def __init__(
        self,
        messages: Iterable[bytes],
        names: Iterable[str],
        paths: Iterable[str],
        content: bytes = b"x = 1\n",
    ) -> None:
        self._paths = tuple(paths)
        self._content = content
        line = [_commit(at, one) for at, one in enumerate((b"feat: x", *messages))]
        self._commits = (*line[:-1], line[-1]._replace(parents=()))
        self._nodes = tuple(Node(one.oid, one.committed_at, one.parents) for one in self._commits)
        self._refs = tuple(sorted(self._named(("main", "develop", "release/1.0", *names))))

    def _named(self, names: Iterable[str]) -> Iterator[Ref]:
        for at, name in enumerate(dict.fromkeys(names)):
            one = self._nodes[at % len(self._nodes)]
            for space in ("heads", "remotes/origin", "tags"):
                full = f"refs/{space}/{name}"
                yield Ref(full, one.oid, "commit", one.oid, None, one.committed_at)

    def refs(self) -> tuple[Ref, ...]:
        return self._refs

    def graph(self, tips: Iterable[str], *, exclude: Iterable[str] = ()) -> tuple[Node, ...]:
        kept = self._between(tips, exclude)
        return tuple(one for one in self._nodes if one.oid in kept)

    def commits(
        self, tips: Iterable[str], *, since: int | None = None, limit: int | None = None
    ) -> tuple[Commit, ...]:
        kept = self._below(tips)
        found = (one for one in self._commits if one.oid in kept)
        return tuple(one for one in found if one.committed_at >= (since or 0))[:limit]

    def described(self, oids: Iterable[str]) -> tuple[Commit, ...]:
        known = {one.oid: one for one in self._commits}
        return tuple(known[oid] for oid in oids)

    def changes(
        self,
        tips: Iterable[str],
        *,
        since: int | None = None,
        paths: Iterable[str] = (),
        first_parent: bool = True,
    ) -> tuple[CommitChanges, ...]:
        del first_parent, paths
        changed = tuple(Change("M", path, "1" * 40, "2" * 40) for path in self._paths)
        return tuple(
            CommitChanges(one.oid, one.committed_at, one.author_email, changed)
            for one in self.commits(tips, since=since)
            if changed
        )

    def diff_paths(self, pairs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], Difference]:
        return dict.fromkeys(pairs, Difference(described=b"M"))

    def patch_ids(self, pairs: Iterable[tuple[str, str]]) -> Mapping[tuple[str, str], str]:
        return {pair: f"{at:040x}" for at, pair in enumerate(pairs)}

    def arrivals(self, tips: Iterable[str], *, exclude: Iterable[str] = ()) -> Iterator[Arrival]:
        for one in reversed(self.graph(tips, exclude=exclude)):
            yield from (Arrival(one.oid, path, "2" * 40) for path in self._paths)

    def blobs(self, oids: Iterable[str], limit: int) -> Iterator[tuple[str, bytes]]:
        del limit
        return ((oid, self._content) for oid in oids)

    def files_at(self, commit: str) -> tuple[Entry, ...]:
        del commit
        return ()

    def _between(self, tips: Iterable[str], exclude: Iterable[str]) -> set[str]:
        return self._below(tips) - self._below(exclude)

    def _below(self, tips: Iterable[str]) -> set[str]:
        """Return what the tips reach: every commit from the newest of them on."""
        known = {ref.name: ref.oid for ref in self._refs} | {"HEAD": self._nodes[0].oid}
        wanted = {known.get(tip, tip) for tip in tips}
        oids = [one.oid for one in self._nodes]
        first = next((at for at, oid in enumerate(oids) if oid in wanted), len(oids))
        return set(oids[first:])


def _commit(at: int, content: bytes) -> Commit:
    """Return the commit at a place in the line; content that is no header is its message."""
    read = parse_commit(f"{at + 1:040x}", content if b"\n\n" in content else b"\n\n" + content)
    return read._replace(
        parents=(f"{at + 2:040x}",),
        committed_at=read.committed_at or _NEWEST - at * _DAY,
    )
