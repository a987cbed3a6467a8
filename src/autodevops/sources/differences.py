"""What `git diff-tree` says about many pairs of trees or commits, in one process."""

import itertools
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import IO

from autodevops.model.history import Arrival, Change, CommitChanges, Difference, Node
from autodevops.sources.comparisons import digest
from autodevops.sources.git import Git
from autodevops.sources.moments import seconds
from autodevops.sources.process import GitError
from autodevops.sources.shares import in_shares

_RAW = ("-r", "--raw", "-z", "--no-renames", "--no-abbrev", "--ignore-submodules=none")
_PATCH = (
    *("-r", "-p", "--full-index", "--no-renames", "--no-ext-diff", "--no-textconv"),
    *("--no-color", "--unified=3", "--ignore-submodules=none"),
)
_SUBMODULE = b"160000"
_MEMORY = 400 << 20
"""Git keeps all paths of one comparison: a million, unless a tree holds itself ten times over."""
_FEWEST_COMPARED = 1_000
_FEWEST_PATCHES = 50
_PAIR = re.compile(rb"\n[0-9a-f]{40,64} [0-9a-f]{40,64}(?=\n|\Z)")

Pair = tuple[str, str]
"""Object ids of the old and the new commit, or of their trees."""


def commit_changes(
    git: Git, commits: Sequence[tuple[str, str | None]], paths: Sequence[str]
) -> Iterator[CommitChanges]:
    """Yield what commits changed against a parent, given as (commit, parent or None for a root).

    Commits that change none of the paths (any path, when there are none) are left out.
    """
    asked = "".join(f"{oid} {parent}\n" if parent else f"{oid}\n" for oid, parent in commits)
    arguments = ("diff-tree", "--stdin", "--root", *_RAW, "--format=%H %ct %ae", "--", *paths)
    header = ""
    changes: list[Change] = []
    records = git.records(*arguments, stdin=asked.encode(), memory_limit=_MEMORY)
    for record in records:
        text = record.decode("utf-8", "surrogateescape").removeprefix("\n")
        if text.startswith(":"):
            changes.append(_change(text, records))
            continue
        if changes:
            yield _commit(header, changes)
        header, changes = text, []
    if changes:
        yield _commit(header, changes)


def arrivals(git: Git, commits: Iterable[Node]) -> Iterator[Arrival]:
    """Yield the blobs that commits bring against their first parent, or that they remove."""
    arguments = ("diff-tree", "--stdin", "--root", *_RAW, "--format=%H")
    with tempfile.TemporaryFile(dir=git.folder) as asked:
        for node in commits:
            asked.write(f"{' '.join((node.oid, *node.parents[:1]))}\n".encode())
        asked.seek(0)
        with git.start(*arguments, stdin=asked, memory_limit=_MEMORY) as process:
            yield from _arrived(process.records(b"\0"))
            process.finish()


def _arrived(records: Iterator[bytes]) -> Iterator[Arrival]:
    commit = ""
    for record in records:
        described = record.removeprefix(b"\n")
        if not described.startswith(b":"):
            commit = described.decode("ascii", "replace")
            continue
        written = next(records)
        _, mode, _, oid, status = described.split(b" ")
        if mode == _SUBMODULE:
            continue
        path = written.decode("utf-8", "surrogateescape")
        yield Arrival(commit, path, "" if status == b"D" else oid.decode("ascii", "replace"))


def of_commits(git: Git, pairs: Sequence[Pair]) -> Mapping[Pair, Difference]:
    """Return what differs between the commits of each pair (old, new), given by object id."""
    parts = in_shares(partial(_compared, git), pairs, fewest=_FEWEST_COMPARED)
    return {pair: difference for part in parts for pair, difference in part.items()}


def _compared(git: Git, pairs: Sequence[Pair]) -> Mapping[Pair, Difference]:
    asked = "".join(f"{new} {old}\n" for old, new in pairs)
    paths: list[list[bytes]] = []
    described: list[list[bytes]] = []
    # Each pair is headed by its new commit, also where nothing differs: so it is the next one.
    arguments = ("diff-tree", "--stdin", "--always", *_RAW)
    records = git.records(*arguments, stdin=asked.encode(), memory_limit=_MEMORY)
    for record in records:
        if record.startswith(b":"):
            described[-1].append(record)
            paths[-1].append(next(records))
            continue
        expected = pairs[len(paths)][-1] if len(paths) < len(pairs) else ""
        if record.decode("ascii", "replace") != expected:
            raise GitError(f"commit {expected} can't be compared")
        paths.append([])
        described.append([])
    if len(paths) != len(pairs):
        raise GitError("git compared fewer commits than it was asked about")
    return {
        pair: Difference(digest(of), digest(how))
        for pair, of, how in zip(pairs, paths, described, strict=True)
    }


def patch_ids(git: Git, pairs: Sequence[Pair]) -> Mapping[Pair, str]:
    """Return git's stable patch id of each pair that differs in text."""
    parts = in_shares(partial(_patch_ids, git), pairs, fewest=_FEWEST_PATCHES)
    return {pair: patch for part in parts for pair, patch in part.items()}


def _patch_ids(git: Git, pairs: Sequence[Pair]) -> Mapping[Pair, str]:
    asked = "".join(f"{old} {new}\n" for old, new in pairs)
    with tempfile.TemporaryFile(dir=git.folder) as numbered:
        arguments = ("diff-tree", "--stdin", *_PATCH)
        with git.start(*arguments, stdin=asked.encode(), memory_limit=_MEMORY) as process:
            _number(process.chunks(), numbered)
            process.finish()
        numbered.seek(0)
        printed = git.run("patch-id", "--stable", stdin=numbered).decode("ascii")
    found = {}
    for line in printed.splitlines():
        patch_id, _, number = line.partition(" ")
        found[pairs[int(number, 16) - 1]] = patch_id
    return found


def _number(chunks: Iterable[bytes], to: IO[bytes]) -> None:
    """Replace the line that heads each pair by one that `patch-id` tells apart: its number.

    Every line of a patch begins with a word, a blank, a sign or `@`, never with two object ids.
    """
    numbers = itertools.count(1)
    rest = b"\n"
    for chunk in chunks:
        block, end, rest = (rest + chunk).rpartition(b"\n")
        rest = end + rest
        to.write(_PAIR.sub(lambda _: b"\ncommit %040x" % next(numbers), block))
    to.write(rest)


def _commit(header: str, changes: Iterable[Change]) -> CommitChanges:
    oid, _, rest = header.partition(" ")
    moment, _, email = rest.partition(" ")
    return CommitChanges(oid, seconds(moment), email, tuple(changes))


def _change(described: str, records: Iterator[bytes]) -> Change:
    _, _, old_oid, new_oid, status = described.split(" ")
    path = next(records).decode("utf-8", "surrogateescape")
    return Change(status[:1], path, old_oid, new_oid)
