"""A batch from its list to its results: the one place that puts the parts together."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct

from autodevops.batch.asking import Asker
from autodevops.batch.executors import Workers, cluster, default_jobs, threads
from autodevops.batch.folder import Entry, Plan, Run, new_run, old_run, sweep
from autodevops.batch.listing import Listed, is_on_github, read_lines, unique
from autodevops.batch.resume import Sought, to_resume
from autodevops.batch.run import Batch, Finished
from autodevops.batch.signature import Signature, digest, signature
from autodevops.batch.stored import StoredResults
from autodevops.errors import UnreachableError, UsageError
from autodevops.folders import cache_folder
from autodevops.policy import guide_outside
from autodevops.request import Request, clock
from autodevops.targets import github_token

if TYPE_CHECKING:
    from autodevops.sources.github.budget import Usage
    from autodevops.sources.github.client import GitHub

_LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")


class Wanted(Struct, frozen=True, kw_only=True):
    """What a batch is to do."""

    request: Request
    """What is audited of each target, and how."""
    file: str | None = None
    """Names the list; `-` is standard input."""
    organisations: tuple[str, ...] = ()
    """Whose repositories are audited, too."""
    include_archived: bool = False
    """Whether archived ones of theirs are."""
    include_forks: bool = False
    """Whether forks of theirs are."""
    resume: bool = False
    """Whether to go on where a batch was interrupted."""
    force: bool = False
    """Whether reports of before don't count."""
    jobs: int | None = None
    """How many audits run side by side; None for as many as pays."""
    output_dir: str | None = None
    """Folder for the report of each target; None for one of our own."""
    cluster: str | None = None
    """Address of a Dask scheduler; None to stay on this machine."""

    @property
    def names_targets(self) -> bool:
        """Tell whether it says what is audited; otherwise it can only go on with what was."""
        return self.file is not None or bool(self.organisations)


class Audience(Protocol):
    """Who watches a batch."""

    def note(self, text: str) -> None:
        """Hear something that is not about one target."""
        ...

    def began(self, total: int, left: int, usage: "Callable[[], Usage | None]") -> None:
        """Hear how many targets there are, how many are left, and how to ask for the budget."""
        ...

    def finished(self, one: Finished) -> None:
        """Hear of a target that is done."""
        ...


class Done(Struct, frozen=True, kw_only=True):
    """A batch that came to its end."""

    results: StoredResults
    """In the order of the list."""
    entries: tuple[Entry, ...]
    """What is known of each without reading it."""


@contextmanager
def performed(wanted: Wanted, audience: Audience) -> Iterator[Done]:
    """Give the results of a batch, once it is done, for the length of a `with`.

    Raises an AutodevopsError when there is nothing that could be audited, and lets an interruption
    through; what was done by then is kept for `resume`.
    """
    with ExitStack() as stack:
        in_force = guide_outside(wanted.request)
        signed = signature(wanted.request, in_force)
        lines = () if wanted.file is None else read_lines(wanted.file)
        client = _client(wanted, lines, audience.note, stack)
        run, targets = _run(wanted, lines, signed, client, audience, stack)
        named = sum(one.name is not None for one in targets)
        asker = Asker(
            request=wanted.request,
            in_force=in_force,
            signature=signed,
            now=clock(),
            client=client,
            several=named > 1,
        )
        audience.began(len(targets), len(run.left), lambda: asker.usage)
        with _workers(wanted) as workers:
            Batch(
                run=run,
                targets=targets,
                asker=asker,
                workers=workers,
                tell=audience.finished,
                force=wanted.force,
            ).work()
        sweep(run)
        entries = tuple(run.entries[number] for number in range(len(targets)))
        yield Done(results=StoredResults(run), entries=entries)


def _run(
    wanted: Wanted,
    lines: tuple[str, ...],
    signed: Signature,
    client: "GitHub | None",
    audience: Audience,
    stack: ExitStack,
) -> tuple[Run, tuple[Listed, ...]]:
    """Return the run to do, old or new, and its targets."""
    reports = "" if wanted.output_dir is None else str(Path(wanted.output_dir).absolute())
    options = (str(wanted.include_archived), str(wanted.include_forks))
    source = digest(*lines, "organisations", *wanted.organisations, *options)
    if wanted.resume:
        sought = Sought(
            source=source if wanted.names_targets else None,
            lines=None if wanted.organisations else [one.target for one in unique(lines)[0]],
            signature=signed,
            reports=reports,
        )
        found = to_resume(sought)
        if found is not None:
            targets, _ = unique(found[1].targets)
            return stack.enter_context(old_run(*found)), targets
        audience.note("there is no batch to resume: this one begins anew")
    targets = _targets(wanted, lines, client, audience)
    plan = Plan(
        targets=tuple(one.target for one in targets),
        options=signed.options,
        guide=signed.guide,
        program=signed.program,
        source=source,
        reports=reports,
    )
    return stack.enter_context(new_run(plan)), targets


def _targets(
    wanted: Wanted, lines: tuple[str, ...], client: "GitHub | None", audience: Audience
) -> tuple[Listed, ...]:
    """Return the targets of a new run; raises UsageError without any."""
    if not wanted.names_targets:
        raise UsageError(
            "a batch needs targets",
            advice="name a file with one target a line, `-` for standard input, or --org ORG",
        )
    targets, note = unique((*lines, *_owned(wanted, client, audience)))
    if note is not None:
        audience.note(note)
    if not targets:
        raise UsageError("there are no targets in the list", advice="write one a line")
    return targets


def _owned(wanted: Wanted, client: "GitHub | None", audience: Audience) -> list[str]:
    if not wanted.organisations:
        return []
    if client is None:
        raise UnreachableError(
            "--offline keeps from asking GitHub what an organisation owns",
            advice="leave one of the two out, or list the targets in a file",
        )
    from autodevops.batch.organisations import repositories_of

    names: list[str] = []
    for login in wanted.organisations:
        if _LOGIN.fullmatch(login) is None:
            raise UsageError(
                f"--org takes no {login!r}", advice="give the name alone, as in github.com/NAME"
            )
        found = repositories_of(
            client, login, archived=wanted.include_archived, forks=wanted.include_forks
        )
        audience.note(found.note(login))
        names += [f"{client.at.server}/{name}" for name in found.names]
    return names


def _client(
    wanted: Wanted, lines: tuple[str, ...], say: Callable[[str], None], stack: ExitStack
) -> "GitHub | None":
    """Return who asks GitHub; None where nobody may, or where there are only folders."""
    may_be_there = wanted.organisations or wanted.resume
    if wanted.request.offline or not (may_be_there or any(map(is_on_github, lines))):
        return None
    from autodevops.sources.github.client import GitHub
    from autodevops.sources.github.endpoints import endpoints
    from autodevops.sources.github.etags import Etags

    etags = Etags(cache_folder())
    return stack.enter_context(GitHub(github_token(), at=endpoints(), etags=etags, say=say))


def _workers(wanted: Wanted) -> AbstractContextManager[Workers]:
    if wanted.cluster is not None:
        return cluster(wanted.cluster, wanted.jobs)
    return threads(wanted.jobs or default_jobs())
