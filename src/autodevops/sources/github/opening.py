"""Opens a repository on GitHub: cloned, then read like any other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from msgspec.structs import replace

from autodevops.credentials import Credential
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.sources.github.clone import clone
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.shapes import Depth, Shape
from autodevops.sources.interruption import interruptible
from autodevops.sources.local import open_local
from autodevops.sources.modes import Revision, WorkingTree
from autodevops.sources.scratch import scratch_folder

_NOT_FETCHED = Unavailable("the history was not fetched: no selected rule reads it")


@contextmanager
def open_github(
    name: RepositoryName,
    *,
    now: datetime,
    token: Credential | None,
    shape: Shape,
    rev: str | None = None,
    say: Callable[[str], None] | None = None,
) -> Iterator[Snapshot]:
    """Open a repository on GitHub for the length of a `with`.

    `shape` says what is fetched; `rev` names a commit instead of the default branch's. Raises a
    `TargetError` when it can't be had or read.
    """
    if rev is not None:
        shape = max(shape, Shape(Depth.COMMITS))
    with interruptible(), scratch_folder("clones") as folder:
        here = clone(name, folder, token=token, shape=shape, rev=rev, say=say)
        mode = WorkingTree() if rev is None or here.commit is None else Revision(here.commit)
        ahead = shape.depth is Depth.CONTENTS
        with open_local(str(here.path), now=now, mode=mode, ahead=ahead) as snapshot:
            target = replace(
                snapshot.target, kind="github", name=str(here.name), path=None, url=here.name.url
            )
            history = _NOT_FETCHED if shape.depth is Depth.TIP else snapshot.history
            yield replace(snapshot, target=target, history=history)
