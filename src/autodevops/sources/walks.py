"""The graph of commits, walked by git once and then answered from memory."""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, suppress
from dataclasses import dataclass, field
from threading import Lock

from autodevops.model.history import Node
from autodevops.sources.git import Git
from autodevops.sources.moments import seconds
from autodevops.sources.process import GitError, Process

_REVISION = re.compile(r"HEAD|[0-9a-f]{40}|[0-9a-f]{64}|refs/[^\0-\x20\x7f~^:?*\[\\]+")

_USUAL = ("refs/heads/", "refs/remotes/", "refs/tags/")
"""Refs that a question is likely to be about; hosts keep many thousand others."""

_MOST_COMMITS = 2_000_000
"""More than any history that was written by people; a graph of them takes a gigabyte."""


def checked(revision: str) -> str:
    """Return the revision when it is an object id, a full ref name or HEAD, else raise."""
    if not _REVISION.fullmatch(revision) or ".." in revision or "@{" in revision:
        raise ValueError(f"not an object id or full ref name: {revision!r}")
    return revision


@dataclass(slots=True, kw_only=True)
class Walks:
    """Commits reachable from tips; each walk that git makes serves the later ones it covers.

    Several threads may ask.
    """

    git: Git
    """Runs `rev-list`."""
    named: Mapping[str, str]
    """The commit of each ref, and of HEAD."""
    _nodes: tuple[Node, ...] = ()
    _known: dict[str, Node] = field(default_factory=dict)
    _ends: frozenset[str] = frozenset()
    _begun: tuple[frozenset[str], Process] | None = None
    _lock: Lock = field(default_factory=Lock)

    def begin(self, stack: ExitStack) -> None:
        """Let git walk from the usual refs before anybody asks, at most until the stack closes.

        It walks beside us: nothing is printed, and so nothing waits to be read, before the end.
        """
        tips = self._tips()
        if tips:
            with suppress(GitError):
                process = stack.enter_context(self._rev_list("--topo-order", tips=tips))
                self._begun = (tips, process)

    def reachable(
        self, tips: Iterable[str], exclude: Iterable[str] = (), *, first_parent: bool = False
    ) -> tuple[Node, ...]:
        """Return the commits reachable from the tips, children before parents.

        With `first_parent` only first parents are followed from the tips; what `exclude` reaches by
        any parent is left out. Raises `GitError` when a commit is missing.
        """
        wanted, unwanted = self._oids(tips), self._oids(exclude)
        if not wanted:
            return ()
        with self._lock:
            if not self._covers(wanted | unwanted):
                # Another branch may lack objects that these commits don't need.
                with suppress(GitError):
                    self._extend(wanted | unwanted)
            is_covered, nodes, ends = self._covers(wanted | unwanted), self._nodes, self._ends
        if not is_covered:
            # Also for a tag given by its own id: git peels it, the graph does not.
            return tuple(self._walked(wanted, unwanted, first_parent=first_parent))
        if wanted >= ends and not unwanted and not first_parent:
            return nodes
        return tuple(_between(nodes, wanted, unwanted, first_parent=first_parent))

    def newest(self, tips: Iterable[str], limit: int) -> tuple[Node, ...]:
        """Return at most `limit` commits, by date as git meets them, without the whole graph."""
        wanted = self._oids(tips)
        return tuple(self._walked(wanted, frozenset(), limit=limit)) if wanted else ()

    def covers(self, tips: Iterable[str]) -> bool:
        """Tell whether `reachable` would answer from memory."""
        return self._covers(self._oids(tips))

    def _oids(self, revisions: Iterable[str]) -> frozenset[str]:
        return frozenset(self.named.get(name, name) for name in map(checked, revisions))

    def _covers(self, oids: frozenset[str]) -> bool:
        return self._known.keys() >= oids

    def _extend(self, oids: frozenset[str]) -> None:
        """Walk from these commits and those that are known already, so that one order holds."""
        tips = oids | self._tips()
        begun, self._begun = self._begun, None
        if begun is not None and begun[0] == tips:
            self._nodes = tuple(_read(begun[1]))
        else:
            self._nodes = tuple(self._walked(tips, frozenset()))
        self._known = {node.oid: node for node in self._nodes}
        self._ends = tips

    def _tips(self) -> frozenset[str]:
        """Return where the usual refs and the known commits end."""
        heads = frozenset(
            oid for name, oid in self.named.items() if name == "HEAD" or name.startswith(_USUAL)
        )
        below = {parent for node in self._nodes for parent in node.parents}
        return heads | (self._known.keys() - below)

    def _walked(
        self,
        tips: frozenset[str],
        exclude: frozenset[str],
        *,
        first_parent: bool = False,
        limit: int | None = None,
    ) -> Iterator[Node]:
        arguments = ["--first-parent"] if first_parent else []
        # A limited walk is cut by date, which the order of a whole graph would not allow.
        arguments += ["--topo-order"] if limit is None else [f"--max-count={limit}"]
        with self._rev_list(*arguments, tips=tips, exclude=exclude) as process:
            yield from _read(process)

    def _rev_list(
        self, *arguments: str, tips: frozenset[str], exclude: frozenset[str] = frozenset()
    ) -> AbstractContextManager[Process]:
        asked = [*sorted(tips), *(f"^{oid}" for oid in sorted(exclude))]
        fed = "".join(f"{line}\n" for line in asked).encode("utf-8", "surrogateescape")
        return self.git.start(
            "rev-list", "--parents", "--timestamp", "--stdin", *arguments, stdin=fed
        )


def _read(process: Process) -> Iterator[Node]:
    # Each id stands in the graph many times; one string serves them all. Parents come last, so a
    # commit's own line is where its id is needed no more.
    strings: dict[str, str] = {}
    shared, last = strings.setdefault, strings.pop
    for count, line in enumerate(process.records(b"\n")):
        if count == _MOST_COMMITS:
            raise GitError(f"the history is longer than {_MOST_COMMITS:,} commits")
        moment, oid, *parents = line.decode("ascii").split(" ")
        above = tuple([shared(parent, parent) for parent in parents])
        yield Node(last(oid, oid), seconds(moment), above)
    process.finish()


def _between(
    nodes: Iterable[Node],
    wanted: frozenset[str],
    unwanted: frozenset[str],
    *,
    first_parent: bool,
) -> Iterator[Node]:
    """Yield what `wanted` reaches and `unwanted` does not, of nodes with children before parents.

    The walk ends where nothing is left to be found: of a long history often near its beginning.
    """
    # Whether a node that is still to come is left out; a child says it before its parent comes.
    left_out = dict.fromkeys(wanted, False) | dict.fromkeys(unwanted, True)
    pending = len(wanted - unwanted)
    for node in nodes:
        if not pending:
            return
        painted = left_out.pop(node.oid, None)
        if painted is None:
            continue
        if painted:
            for parent in node.parents:
                pending -= left_out.get(parent) is False
                left_out[parent] = True
            continue
        yield node
        pending -= 1
        for parent in node.parents[:1] if first_parent else node.parents:
            if parent not in left_out:
                left_out[parent] = False
                pending += 1
