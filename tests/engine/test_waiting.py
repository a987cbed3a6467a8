"""What GitHub says is asked for late, once, and never in the way of other rules."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from autodevops.engine.judge import Bench
from autodevops.engine.run import Outcomes, run
from autodevops.facts.settings import merging
from autodevops.guide.load import built_in_guide
from autodevops.model.finding import Outcome
from autodevops.model.settings import MergeSettings, Settings
from autodevops.model.snapshot import Unavailable
from autodevops.model.verdict import Status
from tests.engine.support import FACTS, Count, make, planned
from tests.support.memory import snapshot_of

UNREAD = Unavailable("was not read")


def asks_github(settings: MergeSettings) -> Iterator[Outcome]:
    """A rule over settings."""
    assert settings.delete_on_merge
    yield from ()


def asks_files(count: Count) -> Iterator[Outcome]:
    """A rule over files."""
    assert count.count
    yield from ()


class GitHub:
    """Stands for GitHub: keeps which rules were asked before it."""

    def __init__(self, said: Settings | Exception) -> None:
        self.said = said
        self.steps: list[str] = []
        self.asked_after: list[tuple[str, ...]] = []

    def answer(self) -> Settings:
        self.asked_after.append(tuple(self.steps))
        if isinstance(self.said, Exception):
            raise self.said
        return self.said

    def audit(self) -> Outcomes:
        """Audit with a rule over settings that comes first in the catalogue."""
        github = make(asks_github, rule_id="AA001")
        files = make(asks_files, rule_id="BB001")
        return run(
            replace(snapshot_of({"words.txt": "good"}), settings=self.answer),
            built_in_guide(),
            planned(github, files),
            bench=Bench(),
            providers=(*FACTS, merging),
            step=self.steps.append,
        )


def settings() -> Settings:
    groups = dict.fromkeys(Settings.__struct_fields__, UNREAD)
    return Settings(**{**groups, "merging": MergeSettings(delete_on_merge=True)})  # type: ignore[arg-type]


def test_rules_over_files_come_first() -> None:
    github = GitHub(settings())

    verdicts = github.audit().verdicts

    assert [(one.id, one.status) for one in verdicts] == [
        ("AA001", Status.PASS),
        ("BB001", Status.PASS),
    ]
    assert github.asked_after == [("BB001 rule-bb001", "AA001 rule-aa001")]


def test_a_bug_on_the_way_is_the_rules_error() -> None:
    github = GitHub(RuntimeError("a bug"))

    first, second = github.audit().verdicts

    assert (first.status, second.status) == (Status.ERROR, Status.PASS)


@pytest.mark.parametrize("said", [UNREAD, settings()])
def test_what_is_there_already_is_not_waited_for(said: Settings | Unavailable) -> None:
    snapshot = replace(snapshot_of({}), settings=said)

    assert snapshot.ask_settings() is said
