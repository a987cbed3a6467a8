"""A repository on this machine: its working tree, its index or one of its commits.

Nothing of the target is executed and no byte of it is changed.
"""

import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime
from pathlib import Path

from msgspec.structs import replace

from autodevops.errors import TargetNotFoundError, UnreadableTargetError
from autodevops.model.report import Target
from autodevops.model.snapshot import Listing, Snapshot, Unavailable
from autodevops.sources import quarantine
from autodevops.sources.checkout import State, index, working_tree
from autodevops.sources.comparisons import comparisons
from autodevops.sources.files import Files
from autodevops.sources.history import LocalHistory
from autodevops.sources.interruption import interruptible
from autodevops.sources.listing import list_tree
from autodevops.sources.locating import Location
from autodevops.sources.modes import Index, Mode, Revision, WorkingTree
from autodevops.sources.process import GitError, end_in
from autodevops.sources.readers import ObjectReader
from autodevops.sources.reading_ahead import ReadingAhead
from autodevops.sources.remembering import RememberingReader
from autodevops.sources.remotes import addresses, hosted
from autodevops.sources.repository import Repository, enter
from autodevops.temporary import temporary_folder

_WORKING_TREE = WorkingTree()


@contextmanager
def open_local(
    path: str,
    *,
    now: datetime,
    mode: Mode = _WORKING_TREE,
    ahead: bool = False,
    cache: Path | None = None,
) -> Iterator[Snapshot]:
    """Open the repository that holds a folder, for the length of a `with`.

    With `ahead` git walks the history before anybody asks, for those who will ask anyway; in the
    folder `cache` is kept what the next audit need not compare again.
    Raises `TargetNotFoundError`, `NotARepositoryError`, `UnreadableTargetError` or
    `GitUnavailableError`.
    """
    with interruptible(), ExitStack() as stack:
        quarantined = stack.enter_context(temporary_folder())
        # Another thread may still wait for git when this one is interrupted.
        stack.callback(end_in, quarantined)
        repository = enter(path, quarantined)
        stack.callback(repository.objects.close)
        history = _remembering(repository, cache)
        if ahead and not isinstance(history, Unavailable):
            history.walks.begin(stack)
        state = _state(repository, mode, stack)
        reader = RememberingReader(reader=state.reader)
        stack.callback(reader.forget)
        yield Snapshot(
            target=_target(repository, path, mode, state),
            now=now,
            listing=Listing(state.entries),
            reader=reader,
            history=history,
            remotes=addresses(repository.configuration.remotes()),
            scope=state.scope,
            notes=(*repository.notes, *state.notes),
        )


def _remembering(repository: Repository, cache: Path | None) -> LocalHistory | Unavailable:
    """Return the history with what is known of its commits; a partial clone may yet gain some."""
    history = repository.history
    if cache is None or isinstance(history, Unavailable) or history.partial:
        return history
    return replace(history, compared=comparisons(cache, repository.location.common))


def _state(repository: Repository, mode: Mode, stack: ExitStack) -> State:
    location = repository.location
    match mode:
        case Revision():
            _require_objects(repository)
            return _stored(repository, _commit_named(repository, mode.name))
        case Index():
            _require_objects(repository)
            if location.bare:
                raise UnreadableTargetError(
                    f"{location.top} is a bare repository and has no index",
                    advice="audit a commit: `--rev HEAD`",
                )
            quarantine.copy_index(location, repository.git.folder, index=_index_of_hook(location))
            return index(repository.git, repository.objects, repository.commit)
        case WorkingTree():
            return _on_disk(repository, stack)


def _on_disk(repository: Repository, stack: ExitStack) -> State:
    location = repository.location
    if location.bare:
        return _stored(repository, repository.commit)
    if not quarantine.copy_index(location, repository.git.folder) and repository.commit:
        note = "there is no index: the commit at HEAD was read instead of the working tree"
        return replace(_stored(repository, repository.commit), notes=(note,))
    files = stack.enter_context(Files(location.top))
    git = replace(repository.git, work_tree=location.top)
    return working_tree(git, files, repository.objects)


def _stored(repository: Repository, commit: str | None) -> State:
    _require_objects(repository)
    entries = () if commit is None else list_tree(repository.git, commit)
    stored = ObjectReader(objects=repository.objects)
    return State(entries=entries, reader=ReadingAhead(stored=stored, entries=entries))


def _require_objects(repository: Repository) -> None:
    if isinstance(repository.history, Unavailable):
        raise UnreadableTargetError(
            repository.history.reason, advice=repository.history.needs or "clone it again"
        )


def _commit_named(repository: Repository, name: str) -> str:
    arguments = ("rev-parse", "--verify", "--quiet", "--end-of-options", name)
    # In two steps, because `:/text` takes everything behind it for text.
    with suppress(GitError):
        oid = repository.git.run(*arguments).decode().strip()
        for found in repository.objects.look_up([f"{oid}^{{commit}}"]):
            if found is not None:
                return found.oid
    raise TargetNotFoundError(
        f"there is no commit {name!r} in {repository.location.top}",
        advice="`git log --all --oneline` lists commits; `git fetch` brings the remote's",
    )


def _index_of_hook(location: Location) -> Path | None:
    """Return the index that git tells its hooks to look at, as for `git commit --all`."""
    named = os.environ.get("GIT_INDEX_FILE")
    if not named:
        return None
    place = Path(os.path.realpath(location.top / named))
    return place if place.parent == location.git_folder and place.is_file() else None


def _target(repository: Repository, path: str, mode: Mode, state: State) -> Target:
    hosting = hosted(repository.configuration.remotes())
    top = repository.location.top
    commit, branch = repository.commit, (repository.head or "").removeprefix("refs/heads/")
    if isinstance(mode, Revision):
        commit = _commit_named(repository, mode.name)
        branch = branch if commit == repository.commit else ""
    return Target(
        kind="local",
        name=hosting.name if hosting else top.name.removesuffix(".git") or str(top),
        path=path,
        url=hosting.url if hosting else None,
        commit=commit,
        branch=branch or None,
        dirty=state.dirty,
    )
