"""The repository's refs by what they are: the default branch, other branches, tags, the rest."""

from collections.abc import Iterable

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.model.finding import NotApplicable
from autodevops.model.history import History, Ref
from autodevops.model.snapshot import Snapshot, Unavailable

_HEADS = "refs/heads/"
_REMOTES = "refs/remotes/"
_TAGS = "refs/tags/"
# What a CI checkout of a pull request calls its merge commit is no branch of the repository.
_NOT_A_REMOTE = "pull"


class NamedBranch(Struct, frozen=True, kw_only=True):
    """One branch: the local and the remote-tracking ref of a name are the same branch."""

    name: str
    """Without `refs/...` and without the remote."""
    refs: tuple[str, ...]
    """Full names of its refs, the local one first."""
    tips: tuple[str, ...]
    """The commits that these refs hold, each once, the local one first."""

    @property
    def is_local(self) -> bool:
        """Tell whether there is a local ref."""
        return self.refs[0].startswith(_HEADS)

    @property
    def is_remote(self) -> bool:
        """Tell whether there is a remote-tracking ref."""
        return self.refs[-1].startswith(_REMOTES)


class Refs(Struct, frozen=True, kw_only=True):
    """Every ref that leads to a commit, by what it is."""

    default: NamedBranch
    """The default branch."""
    branches: tuple[NamedBranch, ...]
    """All other branches, by name."""
    tags: tuple[Ref, ...]
    """Tags, also those that lead to no commit."""
    others: tuple[Ref, ...]
    """What is neither branch nor tag: stash, `refs/original`, `refs/pull`, other remotes."""


@fact
def refs(snapshot: Snapshot) -> Refs | Unavailable | NotApplicable:
    """Return the refs.

    The default branch is `origin/HEAD`, else the repository's own `init.defaultBranch` if such a
    branch exists, else `main`, `master`, the checked-out branch, the only one. Remote-tracking
    branches count for `origin`, or for the only remote; those of further remotes are other
    people's.
    """
    if isinstance(snapshot.history, Unavailable):
        return snapshot.history
    history = snapshot.history
    listed = history.refs()
    if isinstance(listed, Unavailable):
        return listed
    if snapshot.target.commit is None and not any(ref.commit for ref in listed):
        return NotApplicable(reason="the repository has no commits yet")
    remote = _own_remote(listed)
    branches = _branches(listed, remote)
    default = _default_name(history, listed, remote, branches)
    if default is None:
        return Unavailable(
            "no branch here is known to be the default one",
            needs="a clone that holds the default branch",
        )
    own = {full for branch in branches.values() for full in branch.refs}
    own.add(f"{_REMOTES}{remote}/HEAD")
    return Refs(
        default=branches[default],
        branches=tuple(branch for name, branch in branches.items() if name != default),
        tags=tuple(ref for ref in listed if ref.name.startswith(_TAGS)),
        others=tuple(
            ref
            for ref in listed
            if ref.commit and ref.name not in own and not ref.name.startswith(_TAGS)
        ),
    )


def _own_remote(listed: Iterable[Ref]) -> str | None:
    """Return the remote whose branches are the repository's own."""
    names = {
        ref.name.removeprefix(_REMOTES).partition("/")[0]
        for ref in listed
        if ref.name.startswith(_REMOTES)
    } - {_NOT_A_REMOTE}
    if "origin" in names:
        return "origin"
    return names.pop() if len(names) == 1 else None


def _branches(listed: Iterable[Ref], remote: str | None) -> dict[str, NamedBranch]:
    """Return the branches by name, sorted; refs that lead to no commit are none."""
    tracking = f"{_REMOTES}{remote}/"
    found: dict[str, list[Ref]] = {}
    for ref in listed:
        if ref.commit is None:
            continue
        if ref.name.startswith(_HEADS):
            found.setdefault(ref.name.removeprefix(_HEADS), []).insert(0, ref)
        elif remote and ref.name.startswith(tracking) and ref.name != f"{tracking}HEAD":
            found.setdefault(ref.name.removeprefix(tracking), []).append(ref)
    return {
        name: NamedBranch(
            name=name,
            refs=tuple(ref.name for ref in found[name]),
            tips=tuple(dict.fromkeys(ref.commit for ref in found[name] if ref.commit)),
        )
        for name in sorted(found)
    }


def _default_name(
    history: History,
    listed: Iterable[Ref],
    remote: str | None,
    branches: dict[str, NamedBranch],
) -> str | None:
    tracking = f"{_REMOTES}{remote}/"
    pointed = next((ref.symref for ref in listed if ref.name == f"{tracking}HEAD"), None)
    checked_out = history.head
    candidates = (
        (pointed or "").removeprefix(tracking),
        history.init_default_branch,
        "main",
        "master",
        (checked_out or "").removeprefix(_HEADS),
        next(iter(branches)) if len(branches) == 1 else None,
    )
    return next((name for name in candidates if name and name in branches), None)
