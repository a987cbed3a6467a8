"""Reports of earlier batches that still stand: nothing that they depend on has changed.

Compared are the branches and tags of the repository, GitHub's answers about it, the options, the
guide and the program. What only time changes, such as the age of a branch, is judged anew after
`STANDS` at the latest.
"""

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from msgspec import Struct

from autodevops.batch.files import make_folder, put_on_disk, read_whole
from autodevops.batch.folder import Entry, Run
from autodevops.batch.job import Answer
from autodevops.batch.signature import Signature, digest
from autodevops.errors import OutputError
from autodevops.exit_codes import DONE
from autodevops.folders import state_folder
from autodevops.sources.github.names import RepositoryName

if TYPE_CHECKING:
    from autodevops.inquiries import Foretold
    from autodevops.model.snapshot import Unavailable

STANDS = timedelta(days=7)
"""So long a report of an unchanged repository is as good as a new one."""


class _Last(msgspec.Struct, frozen=True, kw_only=True):
    """Where the last report of a repository is, and what it was made of."""

    state: str
    file: str
    known_by: str
    fail_on: str | None
    at: str


class State(Struct, frozen=True, kw_only=True):
    """What a repository was like when it was looked at, just before its audit."""

    name: RepositoryName
    """The repository."""
    digest: str
    """Differs when anything of it or of the questions does."""


def state_of(
    name: RepositoryName, refs: str, settings: "Foretold | Unavailable | None", by: Signature
) -> State:
    """Return the state of a repository whose refs and settings have these values."""
    told = msgspec.json.encode(settings, order="deterministic", enc_hook=str)
    return State(name=name, digest=digest(name.key, refs, told.decode(), by.whole))


def still_stands(state: State, by: Signature, now: datetime) -> Answer | None:
    """Return the report of the same state, None where there is none."""
    try:
        last = msgspec.json.decode(_path(state.name, by).read_bytes(), type=_Last)
        age = now - datetime.fromisoformat(last.at)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    if last.state != state.digest or not timedelta() <= age <= STANDS:
        return None
    document = read_whole(Path(last.file), last.known_by)
    if document is None:
        return None
    return Answer(
        document=document, is_report=True, code=DONE, fail_on=last.fail_on, ended_early=False
    )


def remember_state(state: State, by: Signature, now: datetime, run: Run, entry: Entry) -> None:
    """Keep where the report of a state is; a disk that takes no more costs an audit next time."""
    if not entry.is_final:
        return
    path = _path(state.name, by)
    if entry.is_reused:
        # The report is as old as it was; only its place is a new one.
        with suppress(OSError, ValueError, RecursionError):
            last = msgspec.json.decode(path.read_bytes(), type=_Last)
            now = datetime.fromisoformat(last.at)
    last = _Last(
        state=state.digest,
        file=str(run.path_of(entry.number).absolute()),
        known_by=entry.known_by,
        fail_on=entry.fail_on,
        at=now.astimezone(UTC).isoformat(),
    )
    with suppress(OutputError):
        put_on_disk(make_folder(path.parent) / path.name, msgspec.json.encode(last))


def _path(name: RepositoryName, by: Signature) -> Path:
    key = digest(name.key, by.options, by.guide)[:32]
    return state_folder() / "batches" / "last" / f"{key}.json"
