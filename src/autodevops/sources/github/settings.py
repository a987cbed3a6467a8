"""Reads GitHub's settings of repositories, as few requests as it takes, into `Settings`.

GraphQL tells of several repositories at once; REST adds what it leaves out (classic protection
that GraphQL may hide, secrets' names, runs, scanning). What a token can't see, what failed and
what the budget of calls left out is `Unavailable`, group by group.
"""

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec import Struct

from autodevops.model.moments import days_before
from autodevops.model.settings import CiLimit, Settings
from autodevops.model.snapshot import Unavailable
from autodevops.sources.github import asking, secret_names
from autodevops.sources.github.anonymous import read_anonymously
from autodevops.sources.github.answers import GraphAnswer
from autodevops.sources.github.client import GitHub
from autodevops.sources.github.gathering import gather, nothing
from autodevops.sources.github.graph_repository import Commits
from autodevops.sources.github.groups import Group
from autodevops.sources.github.names import RepositoryName
from autodevops.sources.github.permissions import TokenKind
from autodevops.sources.github.query import (
    alias,
    settings_query,
    settings_variables,
    trunk_query,
)
from autodevops.sources.github.seen import Seen, seen
from autodevops.sources.github.shared_secrets import SharedSecrets

MOST_OF_ONE = 8
"""Requests that the settings of one repository may cost."""
MOST_ON_AVERAGE = 4.8
"""Requests that one of many may cost on average; what lists them needs a few, too: five in all."""
TOGETHER = 5
"""Repositories that share one GraphQL query; GitHub gives up on larger ones."""
WINDOW = timedelta(days=90)
"""How far back the trunk's commits are read."""
SLOW = CiLimit(duration=timedelta(minutes=30), newest=100)
"""From when on a run's jobs are worth a look."""
_MARGIN = timedelta(days=1)
_THREADS = 4
_PAGES = 2
"""Further pages of a trunk that budget is kept for."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What is read of each repository."""

    groups: frozenset[Group]
    """Only these."""
    since: datetime
    """Trunk commits from then on."""
    slow: CiLimit
    """From when on a run's jobs are worth a look."""


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One repository on its way."""

    name: RepositoryName
    seen: Seen
    answers: asking.Answers = field(default_factory=asking.Answers)
    pages: list[Commits] = field(default_factory=list)
    spent: int = 0

    @property
    def goes_on(self) -> bool:
        """Whether the trunk has commits beyond the pages that were read."""
        return bool(self.pages) and self.pages[-1].page_info.has_next_page


def read_settings(
    client: GitHub,
    names: Sequence[RepositoryName],
    groups: frozenset[Group],
    *,
    now: datetime | None = None,
    window: timedelta = WINDOW,
    slow: CiLimit = SLOW,
    shared: SharedSecrets | None = None,
) -> dict[RepositoryName, Settings]:
    """Return the settings of each repository, only the groups that are asked for.

    `now` is the audit's clock; `window` and `slow` are the guide's (how far back commits must have
    come by pull request, how long CI may take). `shared` keeps what organisations share from one
    call to the next. Raises UnauthorizedError when GitHub does not accept the token.
    """
    since = days_before(now or datetime.now(UTC), (window + _MARGIN).days)
    wanted = Wanted(groups=groups, since=since, slow=slow)
    if not groups:
        return {name: nothing("no selected rule asks GitHub") for name in names}
    if client.rights.kind is TokenKind.NONE:
        return {name: read_anonymously(client, name, groups, slow=slow) for name in names}
    unique = list(dict.fromkeys(names))
    if shared is None and len(unique) > 1:
        shared = SharedSecrets(client)
    found: dict[RepositoryName, Settings] = {}
    for start in range(0, len(unique), TOGETHER):
        found |= _read_chunk(client, unique[start : start + TOGETHER], wanted, shared)
    return found


def _read_chunk(
    client: GitHub,
    names: Sequence[RepositoryName],
    wanted: Wanted,
    shared: SharedSecrets | None,
) -> dict[RepositoryName, Settings]:
    found: dict[RepositoryName, Settings] = {}
    readings: list[_Reading] = []
    for name, shown in _show(client, names, wanted):
        if isinstance(shown, Unavailable):
            found[name] = nothing(shown.reason, shown.needs)
            continue
        pages = [shown.commits] if isinstance(shown.commits, Commits) else []
        spent = 1 if shared is None else 0  # of many, the query is nobody's own
        readings.append(_Reading(name=name, seen=shown, pages=pages, spent=spent))
    with ThreadPoolExecutor(max_workers=_THREADS, thread_name_prefix="github") as pool:
        first = [
            (reading, ask)
            for reading in readings
            for ask in asking.first_round(client, reading.name, reading.seen, wanted.groups)
        ]
        _ask(pool, first)
        _ask(pool, list(_second(client, readings, wanted, shared)))
    for reading in readings:
        if shared is None:
            _read_on(client, reading, wanted)
        found[reading.name] = gather(
            reading.seen,
            reading.answers,
            client.rights,
            wanted.groups,
            pages=reading.pages,
            since=wanted.since,
            slow=wanted.slow,
        )
    return found


def _show(
    client: GitHub, names: Sequence[RepositoryName], wanted: Wanted
) -> Iterator[tuple[RepositoryName, Seen | Unavailable]]:
    """Yield what GraphQL shows of each; a query that failed as a whole is asked one by one."""
    answer = _query(client, names, wanted)
    if answer.unavailable is not None and len(names) > 1 and client.limited is None:
        for name in names:
            yield name, seen(_query(client, [name], wanted), alias(0))
        return
    for at, name in enumerate(names):
        yield name, seen(answer, alias(at))


def _query(client: GitHub, names: Sequence[RepositoryName], wanted: Wanted) -> GraphAnswer:
    since = wanted.since.isoformat() if Group.TRUNK_COMMITS in wanted.groups else None
    return client.graphql(settings_query(names, wanted.groups), settings_variables(names, since))


def _second(
    client: GitHub,
    readings: Sequence[_Reading],
    wanted: Wanted,
    shared: SharedSecrets | None,
) -> Iterator[tuple[_Reading, asking.Ask]]:
    """Yield the second round of all, as far as the budget goes, the same on every run."""
    left = MOST_OF_ONE if shared is None else int(MOST_ON_AVERAGE * len(readings)) - 1
    left -= sum(reading.spent for reading in readings)
    if shared is None:
        left -= sum(_PAGES for reading in readings if reading.goes_on)
    elif Group.SECRETS in wanted.groups:
        left -= _share(readings, shared)
    waiting = [(reading, list(_more(client, reading, wanted))) for reading in readings]
    for rank in range(max((len(asks) for _, asks in waiting), default=0)):
        for reading, asks in waiting:
            if rank < len(asks) and left > 0 and reading.spent + rank < MOST_OF_ONE:
                left -= 1
                yield reading, asks[rank]


def _share(readings: Sequence[_Reading], shared: SharedSecrets) -> int:
    """Take what organisations share with repositories from their own lists; return the calls."""
    before = shared.calls
    for reading in readings:
        about = reading.seen.about
        if not about.is_in_organization or not asking.sees_secrets(reading.answers):
            continue
        for kind in (asking.SECRETS, asking.VARIABLES):
            found = shared.of(reading.name.owner, kind, private=about.is_private)
            if found is not None:
                reading.answers.by_key[kind, secret_names.ORGANIZATION] = found
    return shared.calls - before


def _more(client: GitHub, reading: _Reading, wanted: Wanted) -> Iterable[asking.Ask]:
    return asking.second_round(
        client, reading.name, reading.seen, wanted.groups, reading.answers, wanted.slow
    )


def _ask(pool: ThreadPoolExecutor, asks: Sequence[tuple[_Reading, asking.Ask]]) -> None:
    """Ask side by side, and keep the answers."""
    running = [(reading, ask, pool.submit(ask.call)) for reading, ask in asks]
    for reading, ask, answer in running:
        reading.answers.by_key[ask.key] = answer.result()
        reading.spent += 1


def _read_on(client: GitHub, reading: _Reading, wanted: Wanted) -> None:
    """Read further pages of the trunk with what is left of the budget."""
    while reading.goes_on and reading.spent < MOST_OF_ONE:
        answer = client.graphql(
            trunk_query(),
            {
                "owner": reading.name.owner,
                "name": reading.name.name,
                "since": wanted.since.isoformat(),
                "after": reading.pages[-1].page_info.end_cursor,
            },
        )
        reading.spent += 1
        more = answer.read(Commits, "repository", "defaultBranchRef", "target", "history")
        if isinstance(more, Unavailable):
            return
        reading.pages.append(more)
