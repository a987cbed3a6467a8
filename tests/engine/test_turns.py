"""Rules that wait for nothing are asked first; facts are made once, whoever asks for them."""

from threading import Event, Thread

import pytest
from msgspec import Struct
from msgspec.structs import replace

from autodevops.engine.needs import needed
from autodevops.engine.resolve import Resolved, Resolver
from autodevops.engine.turns import Turn, ahead, begin_search, turns
from autodevops.facts._api import fact
from autodevops.facts.catalog import FACTS
from autodevops.guide.waivers import WaiverUse
from autodevops.model.snapshot import Snapshot
from autodevops.rules.catalog import RULES
from tests.engine.support import planned
from tests.support.memory import snapshot_of


class Walked(Struct, frozen=True):
    """What takes git a while."""


class Counted(Struct, frozen=True):
    """What needs it."""

    walked: Walked


class Git:
    """Makes a fact that is only ready once it is told to go on."""

    def __init__(self) -> None:
        self.begun, self.may_end, self.times = Event(), Event(), 0

        @fact
        def walked(_snapshot: Snapshot) -> Walked:
            self.times += 1
            self.begun.set()
            assert self.may_end.wait(60)
            return Walked()

        @fact
        def counted(walked: Walked) -> Counted:
            return Counted(walked)

        self.walked = walked
        self.resolver = Resolver(snapshot_of({}), {}, (walked, counted))


def test_a_fact_is_made_once_for_all_threads() -> None:
    git = Git()
    got: list[Resolved] = []
    with ahead(git.resolver, [git.walked]):
        assert git.begun.wait(60)
        others = [Thread(target=lambda: got.append(git.resolver.get(Counted))) for _ in range(3)]
        for other in others:
            other.start()
        git.may_end.set()
    for other in others:
        other.join(60)
    assert git.times == 1
    assert [one.value for one in got] == [Counted(Walked())] * 3


def test_at_the_end_everything_is_made() -> None:
    git = Git()
    git.may_end.set()
    with ahead(git.resolver, [git.walked]):
        pass
    assert git.times == 1
    assert git.resolver.get(Walked).value == Walked()


def test_who_is_interrupted_waits_for_nothing() -> None:
    git = Git()
    with pytest.raises(KeyboardInterrupt), ahead(git.resolver, [git.walked]):
        raise KeyboardInterrupt
    git.may_end.set()


def test_what_nobody_makes_fails_for_the_one_who_asks() -> None:
    git = Git()
    git.may_end.set()
    resolver = Resolver(snapshot_of({}), {}, ())
    with ahead(resolver, [git.walked]):
        pass
    with pytest.raises(LookupError):
        resolver.get(Walked)


@pytest.mark.parametrize(
    ("rule", "turn"),
    [
        ("LA001", Turn.FIRST),
        ("SE001", Turn.FIRST),
        ("BR003", Turn.AFTER_HISTORY),
        ("MR002", Turn.AFTER_HISTORY),
        ("SE002", Turn.AFTER_HISTORY),
        ("MR001", Turn.AFTER_GITHUB),
        ("GV006", Turn.LAST),
    ],
)
def test_rules_come_when_what_they_need_is_there(rule: str, turn: Turn) -> None:
    snapshot = replace(snapshot_of({}), settings=lambda: pytest.fail("nobody asked"))
    assert turns(planned(*RULES), snapshot, FACTS, [WaiverUse])[rule] is turn


class Ready:
    """Looks for secrets, and says whether it was told to make ready."""

    begun = False

    def begin(self, _snapshot: Snapshot) -> None:
        self.begun = True


@pytest.mark.parametrize(("rules", "begun"), [(["SE001", "BR001"], True), (["BR001"], False)])
def test_the_search_for_secrets_is_begun_if_a_rule_needs_it(rules: list[str], begun: bool) -> None:
    scanner = Ready()
    snapshot = replace(snapshot_of({}), secrets=scanner)
    begin_search(snapshot, needed((rule.question for rule in RULES if rule.id in rules), FACTS))
    assert scanner.begun is begun


def test_without_a_scanner_no_search_is_begun() -> None:
    begin_search(snapshot_of({}), FACTS)
