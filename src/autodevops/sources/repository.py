"""A local repository in quarantine: located, allowed, copied, its refs listed."""

import os
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from autodevops.errors import UnreadableTargetError
from autodevops.model.snapshot import Unavailable
from autodevops.sources import quarantine
from autodevops.sources.configuration import Configuration, read_configuration
from autodevops.sources.git import Git, find_git
from autodevops.sources.history import LocalHistory
from autodevops.sources.locating import Location, locate
from autodevops.sources.objects import Objects
from autodevops.sources.ownership import refuse_foreign
from autodevops.sources.process import GitError
from autodevops.sources.quarantine import Copied
from autodevops.sources.refs import list_refs
from autodevops.sources.stores import usable_objects
from autodevops.sources.walks import Walks
from autodevops.temporary import temporary_folder


class Repository(Struct, frozen=True, kw_only=True):
    """A repository in quarantine."""

    location: Location
    """Where its parts are."""
    git: Git
    """Runs in the quarantine, without a working tree."""
    objects: Objects
    """The object store."""
    configuration: Configuration
    """The target's configuration, as data."""
    history: LocalHistory | Unavailable
    """Refs and commits, or why no object may be read."""
    head: str | None
    """Full name of the checked-out branch; None when detached."""
    commit: str | None
    """The commit at HEAD; None before the first one."""
    notes: tuple[str, ...]
    """What was left out."""


def enter(path: str, folder: Path) -> Repository:
    """Return the repository that holds the folder `path`; the empty `folder` is the quarantine.

    Raises a `TargetError` when it can't be read or must not be.
    """
    location = locate(path)
    quarantine.prepare(folder)
    program = find_git(outside=location.top, folder=folder)
    git = Git(program=program, folder=folder, objects=folder / "objects", work_tree=None)
    refuse_foreign(location, git)
    try:
        configuration = read_configuration(git, location.git_folder, location.common)
        configuration.refuse_unknown_format(location.common)
        location = _settled(location, configuration)
        quarantine.configure(folder, configuration)
        copied = quarantine.copy_refs(location, folder)
        store = usable_objects(location)
    except OSError as problem:
        raise UnreadableTargetError(
            f"{problem.filename or path} can't be read: {problem.strerror}",
            advice="run as a user who may read it",
        ) from problem
    git = git if isinstance(store, Unavailable) else replace(git, objects=store)
    head = git.run("rev-parse", "--verify", "--quiet", "HEAD", expected=(0, 1)).decode().strip()
    seen = Repository(
        location=location,
        git=git,
        objects=Objects(git),
        configuration=configuration,
        history=Unavailable("the history was not looked at"),
        head=copied.head,
        commit=head or None,
        notes=_stray_working_tree(location, configuration),
    )
    if isinstance(store, Unavailable):
        note = f"history and stored files can't be read: {store.reason}"
        return replace(seen, history=store, notes=(*seen.notes, note))
    return _with_history(seen, copied, store)


def value_in_force(location: Location, name: str) -> str | None:
    """Return a setting of the target, or else of its user; None when neither says anything.

    Files that the target's configuration includes are not read. Raises a `TargetError`, also when
    the git folder is another repository's.
    """
    with temporary_folder() as folder:
        quarantine.prepare(folder)
        program = find_git(outside=location.top, folder=folder)
        git = Git(program=program, folder=folder, objects=folder / "objects", work_tree=None)
        configuration = read_configuration(git, location.git_folder, location.common)
        _settled(location, configuration)
        own = configuration.get(name.lower())
        (folder / "config").write_bytes(b"")  # what we set for ourselves is no answer
        theirs = git.user_values(name)
    return own if own is not None or not theirs else theirs[-1]


def _with_history(seen: Repository, copied: Copied, store: Path) -> Repository:
    try:
        refs, broken = list_refs(seen.git, seen.objects, copied)
    except GitError as problem:
        # A damaged commit or tag ends git's every answer about refs; the files are there still.
        damaged = Unavailable(f"the history is damaged: {problem.message}", problem.advice)
        return replace(seen, history=damaged, notes=(*seen.notes, damaged.reason))
    named = {ref.name: ref.commit for ref in refs if ref.commit}
    if seen.commit:
        named["HEAD"] = seen.commit
    partial = seen.configuration.partial or any((store / "pack").glob("*.promisor"))
    history = LocalHistory(
        git=seen.git,
        objects=seen.objects,
        found=refs,
        head=seen.head,
        init_default_branch=seen.configuration.get("init.defaultbranch"),
        boundary=_boundary(seen.git.folder),
        partial=partial,
        walks=Walks(git=seen.git, named=named),
    )
    return replace(seen, history=history, notes=(*seen.notes, *broken))


def _settled(location: Location, configuration: Configuration) -> Location:
    """Return the location with what only the configuration tells."""
    if not location.vouched:
        named = configuration.get("core.worktree") or ""
        if Path(os.path.realpath(location.git_folder / named)) != location.top:
            raise UnreadableTargetError(
                f"{location.top}/.git names {location.git_folder}, which does not name it back",
                advice=f"audit the git folder itself: `autodevops audit {location.git_folder}`",
            )
    linked = location.git_folder != location.common
    return replace(
        location, bare=location.bare or (configuration.is_true("core.bare") and not linked)
    )


def _stray_working_tree(location: Location, configuration: Configuration) -> tuple[str, ...]:
    named = configuration.get("core.worktree")
    if named is None or location.bare:
        return ()
    place = os.path.realpath(location.git_folder / named)
    if Path(place) == location.top:
        return ()
    return (f"the repository names {place} as its working tree; {location.top} was read instead",)


def _boundary(folder: Path) -> frozenset[str]:
    try:
        return frozenset((folder / "shallow").read_text(encoding="ascii").split())
    except (FileNotFoundError, UnicodeDecodeError):
        return frozenset()
