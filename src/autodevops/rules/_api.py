"""How a rule is declared."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from functools import cache
from inspect import cleandoc
from typing import Any

from msgspec import Struct

from autodevops.model.finding import Outcome, Safety, Severity

Question = Callable[..., Iterable[Outcome]]
"""A generator over facts: yields violations, or what kept it from judging."""


class Tier(StrEnum):
    """Where a rule's facts come from, and so when it can answer."""

    TREE = "T"
    HISTORY = "H"
    METADATA = "G1"
    CONTENTS = "G2"
    ADMINISTRATION = "G3"


class Rule(Struct, frozen=True, kw_only=True):
    """A yes/no question about facts, with everything that explains it."""

    id: str
    """Two letters of the family and three digits; never changes meaning."""
    slug: str
    """Readable name."""
    section: str
    """Heading of the guide's section that demands it."""
    severity: Severity
    """Default severity."""
    tiers: tuple[Tier, ...]
    """Where the facts come from."""
    fix: Safety | None
    """Whether the catalogue promises a deterministic fix, and how safe."""
    defers_to: tuple[str, ...]
    """More specific rules: a place that one of them reports is left to it."""
    question: Question
    """The function itself."""

    @property
    def family(self) -> str:
        """Return the two letters of the id."""
        return self.id[:2]

    @property
    def documentation(self) -> str:
        """Return the whole docstring."""
        return _documentation(self.question)

    @property
    def title(self) -> str:
        """Return the good state: the docstring's first line."""
        return self.documentation.partition("\n")[0].rstrip(".")

    @property
    def why(self) -> str:
        """Return the paragraphs between the title and the remedy."""
        body = self.documentation.partition("\n")[2]
        return body.partition("Remedy:")[0].strip()

    @property
    def remedy(self) -> str:
        """Return what to do: the text from `Remedy:` up to the next part, on one line."""
        text = self.documentation.partition("Remedy:")[2].partition("\n\n")[0]
        return " ".join(text.split())

    @property
    def example(self) -> str:
        """Return the part from `Example:` on, as indented text; empty without one."""
        return self.documentation.partition("Example:")[2].strip("\n")


@cache
def _documentation(question: Question) -> str:
    return cleandoc(question.__doc__ or "")


def rule(
    rule_id: str,
    slug: str,
    *,
    section: str,
    severity: Severity,
    tier: str = "T",
    fix: Safety | None = None,
    defers_to: tuple[str, ...] = (),
) -> Callable[[Question], Rule]:
    """Turn a generator over facts into a `Rule`.

    The docstring is the documentation: the good state in one line, why, `Remedy:`, and where it
    helps `Example:`. The parameters' annotations name the facts and sections of the guide that the
    engine resolves; see `facts._api.fact` for how `| Unavailable` and `| NotApplicable` read.
    """

    def declare(question: Question) -> Rule:
        return Rule(
            id=rule_id,
            slug=slug,
            section=section,
            severity=severity,
            tiers=tuple(Tier(part) for part in tier.split("/")),
            fix=fix,
            defers_to=defers_to,
            question=question,
        )

    return declare


def ask(declared: Rule, *facts: Any, **named: Any) -> list[Outcome]:  # noqa: ANN401 - any fact
    """Return all that a rule yields for these facts; for tests and for the engine."""
    return list(declared.question(*facts, **named))
