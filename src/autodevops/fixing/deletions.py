"""Branches that a finding wants gone (BR002, BR005): the commands, and the way back.

Nothing is deleted but on request, and then only while the branch still stands at the commit that
was judged.
"""

from collections.abc import Iterable, Iterator
from shlex import quote

from msgspec import Struct
from msgspec.structs import replace

from autodevops.facts.branches import Branch, Branches
from autodevops.fixing.beyond_files import deletable
from autodevops.model.finding import Finding, FindingStatus

_LOCAL = "refs/heads/"
_REMOTE = "refs/remotes/"


class Deletion(Struct, frozen=True, kw_only=True):
    """One branch to delete."""

    finding: Finding
    """The finding that wants it gone."""
    branch: str
    """Its name."""
    commit: str
    """Where it stands: what restores it."""
    is_local: bool
    """Whether it is here."""
    remotes: tuple[str, ...]
    """Names of remotes that have it."""
    loses: int
    """Commits that nothing else of the trunk holds; 0 for a merged branch."""
    done: bool = False
    """Whether that was carried out."""

    @property
    def commands(self) -> tuple[str, ...]:
        """Return what deletes it."""
        remote = [f"git push {quote(one)} --delete {quote(self.branch)}" for one in self.remotes]
        return (*remote, *([f"git branch -D {quote(self.branch)}"] if self.is_local else []))

    @property
    def restore(self) -> tuple[str, ...]:
        """Return what brings it back."""
        name = quote(f"refs/heads/{self.branch}")
        there = (f"git push {quote(one)} {self.commit}:{name}" for one in self.remotes)
        here = f"git branch {quote(self.branch)} {self.commit}"
        return (*([here] if self.is_local else []), *there)


def split_cautiously(one: Deletion) -> tuple[Deletion | None, Deletion | None]:
    """Return what may be done without being named, and the rest: remotes, and what loses work."""
    if not one.is_local or one.loses:
        return None, one
    rest = replace(one, is_local=False) if one.remotes else None
    return replace(one, remotes=()), rest


def deletions(
    findings: Iterable[Finding],
    branches: Branches | None,
    *,
    rules: frozenset[str] | None,
    current: str | None,
) -> Iterator[Deletion]:
    """Yield the branches to delete, by name; never the one that is checked out."""
    known = {} if branches is None else {branch.name: branch for branch in branches.others}
    wanted: dict[str, Finding] = {}
    for finding in findings:
        is_wanted = rules is None or finding.rule in rules
        if finding.status is FindingStatus.OPEN and is_wanted and deletable(finding):
            wanted.setdefault(finding.subject, finding)
    for name, finding in sorted(wanted.items()):
        branch = known.get(name)
        if branch is not None and name != current and not name.startswith("-"):
            yield _deletion(finding, branch)


def _deletion(finding: Finding, branch: Branch) -> Deletion:
    remotes = [
        ref.removeprefix(_REMOTE).removesuffix(f"/{branch.name}")
        for ref in branch.refs
        if ref.startswith(_REMOTE) and ref.endswith(f"/{branch.name}")
    ]
    return Deletion(
        finding=finding,
        branch=branch.name,
        commit=branch.tip,
        is_local=any(ref.startswith(_LOCAL) for ref in branch.refs),
        remotes=tuple(remotes),
        loses=0 if branch.is_merged else branch.ahead,
    )
