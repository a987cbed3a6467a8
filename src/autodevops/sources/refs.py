"""The refs of a repository, the broken ones among them left out and named."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from autodevops.model.history import Commit, Ref
from autodevops.sources.commits import parse_commit
from autodevops.sources.git import Git
from autodevops.sources.moments import seconds
from autodevops.sources.objects import Objects
from autodevops.sources.process import GitError
from autodevops.sources.quarantine import Copied

_FIELDS = (
    "refname",
    "objectname",
    "objecttype",
    "*objectname",
    "*objecttype",
    "symref",
    "committerdate:unix",
    "*committerdate:unix",
    "taggerdate:unix",
)
_NAMED_AT_MOST = 5


class _Line(NamedTuple):
    """One line of `for-each-ref`, in the order of `_FIELDS`."""

    name: str
    oid: str
    kind: str
    inner_oid: str
    inner_kind: str
    symref: str
    committed_at: str
    inner_committed_at: str
    tagged_at: str


def list_refs(
    git: Git, objects: Objects, copied: Copied
) -> tuple[tuple[Ref, ...], tuple[str, ...]]:
    """Return every ref sorted by name, and notes about those that are broken.

    Symbolic refs that lead nowhere are left out without a note: they lose nothing.
    """
    broken = set(copied.left_out)
    try:
        lines = _lines(git)
    except GitError:
        # One ref whose object is missing fails the whole list.
        missing = _without_object(git, objects)
        _forget(git, missing)
        broken |= missing
        lines = _lines(git)
    broken |= copied.loose - {line.name for line in lines}
    refs = _refs(lines, objects)
    return refs, _notes(broken)


def _lines(git: Git) -> list[_Line]:
    form = "%00".join(f"%({field})" for field in _FIELDS)
    printed = git.run("for-each-ref", f"--format={form}").decode("utf-8", "surrogateescape")
    return [_Line(*line.split("\0")) for line in printed.split("\n") if line]


def _refs(lines: Iterable[_Line], objects: Objects) -> tuple[Ref, ...]:
    lines = tuple(lines)
    # Git peels a tag once; older ones stop at a tag of a tag.
    peeled = _peel([line.oid for line in lines if line.inner_kind == "tag"], objects)
    return tuple(sorted(_ref(line, peeled) for line in lines))


def _ref(line: _Line, peeled: Mapping[str, Commit]) -> Ref:
    symref = line.symref or None
    if line.kind == "commit":
        return Ref(line.name, line.oid, line.kind, line.oid, symref, seconds(line.committed_at))
    if line.inner_kind == "commit":
        moment = seconds(line.inner_committed_at)
        return Ref(line.name, line.oid, line.kind, line.inner_oid, symref, moment)
    if line.oid in peeled:
        commit = peeled[line.oid]
        return Ref(line.name, line.oid, line.kind, commit.oid, symref, commit.committed_at)
    return Ref(line.name, line.oid, line.kind, None, symref, seconds(line.tagged_at))


def _peel(oids: list[str], objects: Objects) -> dict[str, Commit]:
    if not oids:
        return {}
    found = objects.look_up(f"{oid}^{{commit}}" for oid in oids)
    commits = {oid: commit.oid for oid, commit in zip(oids, found, strict=True) if commit}
    contents = objects.contents(commits.values())
    return {
        oid: parse_commit(commit, content)
        for oid, (commit, content) in zip(commits, contents, strict=True)
    }


def _without_object(git: Git, objects: Objects) -> set[str]:
    """Return the names of refs whose object, or what a tag leads to, is missing."""
    printed = git.run("for-each-ref", "--format=%(objectname) %(refname)")
    lines = [line.partition(" ") for line in printed.decode("utf-8", "surrogateescape").split("\n")]
    named = [(oid, name) for oid, _, name in lines if name]
    found = objects.look_up(f"{oid}^{{}}" for oid, _ in named)
    return {name for (_, name), there in zip(named, found, strict=True) if there is None}


def _forget(git: Git, names: set[str]) -> None:
    """Remove refs from the quarantine, where they are ours."""
    for name in names:
        (git.folder / name).unlink(missing_ok=True)
    packed = git.folder / "packed-refs"
    if not packed.exists():
        return
    kept = []
    dropping = False
    for line in packed.read_bytes().splitlines(keepends=True):
        if not line.startswith(b"^"):
            name = line.decode("utf-8", "surrogateescape").rstrip("\n").partition(" ")[2]
            dropping = name in names
        if not dropping:
            kept.append(line)
    packed.write_bytes(b"".join(kept))


def _notes(broken: set[str]) -> tuple[str, ...]:
    if not broken:
        return ()
    named = ", ".join(sorted(broken)[:_NAMED_AT_MOST])
    more = ", ..." if len(broken) > _NAMED_AT_MOST else ""
    refs = "1 ref is" if len(broken) == 1 else f"{len(broken)} refs are"
    return (f"{refs} broken and left out: {named}{more}",)
