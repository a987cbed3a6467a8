"""Small rules and facts for tests of the engine."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autodevops.engine.plan import Planned
from autodevops.facts._api import fact
from autodevops.model.finding import NotApplicable, Outcome, Severity, Violation, in_file
from autodevops.model.snapshot import Snapshot, Unavailable
from autodevops.rules._api import Question, Rule, rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Count:
    count: int


@fact
def words(snapshot: Snapshot) -> Words:
    text = snapshot.text("words.txt", limit=100) or ""
    return Words(words=tuple(text.split()))


@fact
def count(words: Words) -> Count:
    return Count(count=len(words.words))


@dataclass(frozen=True, slots=True, kw_only=True)
class Absent:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    pass


@fact
def absent(words: Words) -> Absent | NotApplicable:
    return NotApplicable(reason=f"nothing to see among {len(words.words)} words")


@fact
def hidden(words: Words) -> Hidden | Unavailable:
    return Unavailable(f"{len(words.words)} words hide it", "more light")


@fact
def broken(words: Words) -> Broken:
    raise ValueError(" ".join(words.words))


FACTS = (words, count, absent, hidden, broken)


def forbids_bad(words: Words) -> Iterator[Outcome]:
    """No word is bad.

    Bad words spread.

    Remedy: take it out.
    """
    for word in words.words:
        if word.startswith("bad"):
            yield Violation(subject=word, message=f"{word} is bad", at=in_file("words.txt", 1))


def make(
    question: Question = forbids_bad,
    *,
    rule_id: str = "XX001",
    severity: Severity = Severity.MEDIUM,
    defers_to: tuple[str, ...] = (),
) -> Rule:
    return rule(
        rule_id,
        f"rule-{rule_id.lower()}",
        section="Words",
        severity=severity,
        defers_to=defers_to,
    )(question)


def planned(*rules: Rule) -> Iterable[Planned]:
    return tuple(Planned(rule=each, disabled=None) for each in rules)
