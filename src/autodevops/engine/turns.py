"""When each rule is asked: first those that wait for nothing, while what others need is made."""

from collections.abc import Container, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import IntEnum
from threading import Thread

from autodevops.engine.needs import depending_on
from autodevops.engine.plan import Planned
from autodevops.engine.resolve import Resolver, parameters, provided_type
from autodevops.facts._api import Provider
from autodevops.model.snapshot import Snapshot, Unavailable


class Turn(IntEnum):
    """What a rule comes after."""

    FIRST = 0
    AFTER_HISTORY = 1
    AFTER_GITHUB = 2
    LAST = 3


def turns(
    planned: Iterable[Planned],
    snapshot: Snapshot,
    providers: tuple[Provider, ...],
    late: Iterable[type],
) -> Mapping[str, Turn]:
    """Return each planned rule's turn by its id; `late` are the facts about the audit itself."""
    from autodevops.facts.reads import HISTORY, SETTINGS

    github = depending_on(SETTINGS, providers) if callable(snapshot.settings) else frozenset()
    after = (
        (Turn.LAST, frozenset(late)),
        (Turn.AFTER_GITHUB, github),
        (Turn.AFTER_HISTORY, depending_on(HISTORY, providers)),
    )

    def turn(entry: Planned) -> Turn:
        wanted = {one.wanted for one in parameters(entry.rule.question)}
        return next((turn for turn, kinds in after if wanted & kinds), Turn.FIRST)

    return {
        entry.rule.id: Turn.FIRST if entry.disabled is not None else turn(entry)
        for entry in planned
    }


def worth_beginning(snapshot: Snapshot, wanted: Container[Provider]) -> list[Provider]:
    """Return the wanted makers that wait for git's walks."""
    if isinstance(snapshot.history, Unavailable):
        return []
    from autodevops.facts.reads import AHEAD

    return [provider for provider in AHEAD if provider in wanted]


def begin_search(snapshot: Snapshot, wanted: Container[Provider]) -> None:
    """Have what looks for secrets make ready, if their makers are wanted."""
    from autodevops.facts.reads import SECRETS

    if not isinstance(snapshot.secrets, Unavailable) and any(map(wanted.__contains__, SECRETS)):
        snapshot.secrets.begin(snapshot)


@contextmanager
def ahead(resolver: Resolver, wanted: Iterable[Provider]) -> Iterator[None]:
    """Make facts in another thread for the length of a `with`, at whose end they are made.

    Where the `with` is left by an exception nobody waits: the thread ends with the program, or with
    git, whose processes end when the target is closed.
    """
    kinds = [provided_type(provider) for provider in wanted]

    def make() -> None:
        # What fails here fails again for the rule that asks, which tells it.
        with suppress(Exception):
            for kind in kinds:
                resolver.get(kind)

    thread = Thread(target=make, name="facts of the history", daemon=True)
    thread.start()
    yield
    thread.join()
