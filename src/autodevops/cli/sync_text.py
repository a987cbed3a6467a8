"""What `sync` says: what became of audits, how a backend stands, migrations."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from autodevops.cli.reports import write
from autodevops.errors import OutputError
from autodevops.exit_codes import DONE, IN_PART
from autodevops.render.escape import json_text, terminal
from autodevops.render.json_text import encode
from autodevops.sharing import Standing
from autodevops.sync.push import NOTHING, Pushed
from autodevops.sync.schema import Migration

SCHEMA = "autodevops/sync-status/v1"
"""What the JSON form of a status says about itself."""


def as_lines(documents: Iterable[bytes]) -> None:
    """Print one JSON object a line, one at a time: an outbox may hold years."""
    for document in documents:
        write(json_text(document.decode()) + "\n", None)


def told(pushed: Pushed) -> Iterator[str]:
    """Yield what became of an outbox, a sentence a line."""
    arrived = pushed.stored + pushed.known
    if pushed == NOTHING:
        yield "nothing waits to be pushed"
    if arrived:
        had = f", {pushed.known} of them had arrived before" if pushed.known else ""
        yield f"pushed {_audits(arrived)}{had}"
    for each in pushed.refused:
        yield f"refused: audit {each.audit_id}: {each.reason}"
    for each in pushed.postponed:
        yield f"still waits: audit {each.audit_id}: {each.reason}"
    if pushed.stopped is not None:
        yield f"error: {pushed.stopped.message}"
        yield f"  {pushed.stopped.advice}"


def exit_code(pushed: Pushed) -> int:
    """Return 0 when all arrived, 3 when nothing could be sent, 4 when some did not arrive."""
    if pushed.stopped is not None and not pushed.stored + pushed.known:
        return pushed.stopped.exit_code
    return IN_PART if pushed.stopped or pushed.refused or pushed.postponed else DONE


def standing_as_json(found: Standing) -> str:
    """Return how a backend stands as one JSON object."""
    return encode(
        {
            "schema": SCHEMA,
            "backend": found.backend,
            "pending": found.counts.pending,
            "acknowledged": found.counts.acknowledged,
            "last_push": found.last_push,
            "refused": [
                {"audit": each.audit_id, "reason": each.reason, "at": each.at}
                for each in found.refused
            ],
        }
    )


def standing_as_text(found: Standing) -> str:
    """Return how a backend stands, a line a fact."""
    counts = found.counts
    lines = [
        f"backend    {found.backend}",
        f"waiting    {_audits(counts.pending)}",
        f"arrived    {_audits(counts.acknowledged)}, the last at {found.last_push}"
        if found.last_push
        else "arrived    none yet",
    ]
    lines.extend(f"refused    audit {each.audit_id}: {each.reason}" for each in found.refused)
    return "".join(f"{terminal(line)}\n" for line in lines)


def _audits(count: int) -> str:
    return "1 audit" if count == 1 else f"{count} audits"


def migrations_as_text(steps: Iterable[Migration]) -> str:
    """Return migrations as one SQL text, each under the name of its file."""
    return "\n".join(f"-- {step.name} (version {step.number})\n\n{step.sql}" for step in steps)


def write_migrations(steps: Iterable[Migration], folder: str) -> Iterator[str]:
    """Write each migration into a folder and yield what was done.

    One that is there already is left alone: migrations are never rewritten. Raises OutputError.
    """
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
        for step in steps:
            path = Path(folder) / step.name
            try:
                with path.open("x", encoding="utf-8", newline="\n") as file:
                    file.write(step.sql)
                yield f"wrote {path}"
            except FileExistsError:
                yield f"{path} is there already"
    except OSError as error:
        raise OutputError(
            f"the migrations can't be written to {folder}: {error.strerror}",
            advice="name another folder",
        ) from None
