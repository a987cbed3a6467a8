"""A fresh clone of a repository on GitHub, laid out as `git clone` does and then sealed.

What the selected rules read is fetched in bulk, in one or two steps; what they don't read stays
away. Afterwards nothing in the clone names a place that could be asked for more.
"""

import shutil
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from autodevops.credentials import Credential
from autodevops.errors import TargetNotFoundError, UnreadableTargetError
from autodevops.sources.github.failures import refusal_in
from autodevops.sources.github.fetching import Fetcher, Limits, fetcher
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.renames import new_name
from autodevops.sources.github.shapes import Depth, Shape
from autodevops.sources.process import GitError

_RENAMES = 3
_PROPOSALS = "+refs/pull/*/head:refs/pull/*/head"
_HARDENED = ("--no-local", "--template=", "--no-recurse-submodules", "--no-checkout", "--quiet")
_BY_DEPTH = {
    Depth.TIP: ("--depth=1", "--single-branch", "--no-tags"),
    Depth.COMMITS: ("--filter=blob:none",),
    Depth.CONTENTS: (),
}
_REFS = ("refs/heads/*", "refs/tags/*")
_DEFAULT_LIMITS = Limits()


class Clone(Struct, frozen=True, kw_only=True):
    """A clone on this machine."""

    path: Path
    """The git folder."""
    name: RepositoryName
    """What the repository is called now."""
    commit: str | None
    """The commit that is to be read; None in an empty repository."""


def clone(
    name: RepositoryName,
    into: Path,
    *,
    token: Credential | None,
    shape: Shape,
    rev: str | None = None,
    say: Callable[[str], None] | None = None,
    limits: Limits = _DEFAULT_LIMITS,
) -> Clone:
    """Clone a repository into an empty folder of ours.

    `rev` names the commit to read instead of the default branch's; it needs a shape with commits.
    Raises a `TargetError` when the repository can't be had, `RateLimitError` when not now.
    """
    git = fetcher(into, server=name.server, token=token, limits=limits)
    for _ in range(_RENAMES):
        found = _cloned(git, name, shape, say or _nobody)
        if found is None:
            break
        name = found
    else:
        raise UnreadableTargetError(
            f"{name.server} moves {name} around in a circle", advice="look at its page"
        )
    path = into / "repository.git"
    (into / "clone" / ".git").rename(path)
    try:
        commit = _commit(git, path, rev)
        if commit is None and rev is not None:
            raise TargetNotFoundError(
                f"there is no commit {rev!r} in {name}",
                advice="name a branch, a tag or the id of a commit that one of them holds",
            )
        if commit is not None and shape.depth is Depth.COMMITS:
            _bring_files(git, path, commit)
    except GitError as problem:
        raise refusal_in(problem).error(name, token) from problem
    _seal(path, name)
    return Clone(path=path, name=name, commit=commit)


def refs_digest(
    name: RepositoryName, *, token: Credential | None, into: Path, proposals: bool = False
) -> str:
    """Return a digest of all branches and tags, with one question to the server.

    As long as it stays the same, so does all that a clone of the repository holds; with `proposals`
    the commits of pull requests, too. `into` is an empty folder of ours. Raises like `clone`.
    """
    git = fetcher(into, server=name.server, token=token, limits=_DEFAULT_LIMITS)
    refs = (*_REFS, "refs/pull/*/head") if proposals else _REFS
    try:
        printed = git.ask("ls-remote", "--symref", name.clone_url, "HEAD", *refs)
    except GitError as problem:
        refusal = refusal_in(problem)
        if refusal.has_moved:
            moved = new_name(name, token)
            return refs_digest(moved, token=token, into=into, proposals=proposals)
        raise refusal.error(name, token) from problem
    return sha256(printed).hexdigest()


def _nobody(_text: str) -> None:
    """Take note of nothing."""


def _cloned(
    git: Fetcher, name: RepositoryName, shape: Shape, say: Callable[[str], None]
) -> RepositoryName | None:
    """Clone; return the repository's new name when it has moved, None when the clone is there."""
    proposals = ("--config", f"remote.origin.fetch={_PROPOSALS}") if shape.proposals else ()
    command = ("clone", *_HARDENED, *_BY_DEPTH[shape.depth], *proposals)
    place = git.folder / "clone"
    for left in reversed(range(git.limits.tries)):
        try:
            git.fetch(*command, "--", name.clone_url, str(place))
        except GitError as problem:
            shutil.rmtree(place, ignore_errors=True)
            refusal = refusal_in(problem)
            if refusal.has_moved:
                return new_name(name, git.token)
            if not left or not refusal.is_passing:
                raise refusal.error(name, git.token) from problem
            say(f"fetching {name} again: the connection broke off")
            time.sleep(git.limits.pause * 2 ** (git.limits.tries - 1 - left))
        else:
            break
    return None


def _commit(git: Fetcher, path: Path, rev: str | None) -> str | None:
    """Return the commit that a name means; branches are named with or without `origin/`."""
    for written in ("HEAD",) if rev is None else (rev, f"refs/remotes/origin/{rev}"):
        with suppress(GitError):
            found = git.read(
                f"--git-dir={path}",
                "rev-parse",
                "--verify",
                "--quiet",
                "--end-of-options",
                f"{written}^{{commit}}",
            )
            return found.decode().strip()
    return None


def _bring_files(git: Fetcher, path: Path, commit: str) -> None:
    """Fetch all files of a commit at once."""
    listed = git.read(f"--git-dir={path}", "ls-tree", "-r", "-z", commit).split(b"\0")
    columns = (entry.partition(b"\t")[0].split(b" ") for entry in listed if entry)
    wanted = sorted({oid for _, kind, oid in columns if kind == b"blob"})
    if wanted:
        git.fetch(
            f"--git-dir={path}",
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--refmap=",
            "--filter=blob:none",
            "--stdin",
            "origin",
            stdin=b"".join(oid + b"\n" for oid in wanted),
        )


def _seal(path: Path, name: RepositoryName) -> None:
    """Forget that anybody could be asked for more objects."""
    for marker in (path / "objects" / "pack").glob("*.promisor"):
        marker.unlink()
    configuration = (path / "config").read_text(encoding="utf-8").lower()
    has_sha256 = "objectformat = sha256" in configuration
    (path / "config").write_text(
        f"[core]\n\trepositoryformatversion = {int(has_sha256)}\n\tbare = true\n"
        + ("[extensions]\n\tobjectFormat = sha256\n" if has_sha256 else "")
        + f'[remote "origin"]\n\turl = {name.clone_url}\n',
        encoding="utf-8",
    )
