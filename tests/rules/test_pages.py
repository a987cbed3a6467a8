"""A rule's page says everything that its declaration says."""

from collections.abc import Iterator

import pytest

from autodevops.model.finding import Safety, Severity, Violation
from autodevops.rules._api import rule
from autodevops.rules.pages import index, page


@rule(
    "ZZ001",
    "tidy-desk",
    section="Desks",
    severity=Severity.LOW,
    tier="H/G1",
    fix=Safety.SAFE,
    defers_to=("ZZ002",),
)
def tidy_desk() -> Iterator[Violation]:
    """Desks are tidy.

    A tidy desk is found again.

    Remedy: clear it
    with both hands.

    Example:
        before: full
          after: empty
    """
    yield from ()


@rule("ZZ002", "own-desk", section="Desks", severity=Severity.HIGH)
def own_desk() -> Iterator[Violation]:
    """Everyone has a desk.

    Remedy: buy one.
    """
    yield from ()


@rule("YY001", "lamp", section="Lamps", severity=Severity.INFO)
def lamp() -> Iterator[Violation]:
    """There is light.

    Remedy: switch it on.
    """
    yield from ()


@pytest.mark.parametrize(
    "part",
    [
        "# ZZ001 tidy-desk\n\nDesks are tidy.\n",
        "| Guide section | Desks |",
        "| Severity | low |",
        "| Answers from | git refs and history or GitHub, with metadata access |",
        "| Fix | safe |",
        "| Leaves a place to | ZZ002 |",
        "## Why\n\nA tidy desk is found again.\n",
        "## Remedy\n\nClear it with both hands.\n",
        "## Example\n\n```text\nbefore: full\n  after: empty\n```\n",
    ],
)
def test_page_holds_each_part_of_the_declaration(part: str) -> None:
    assert part in page(tidy_desk)


def test_page_leaves_out_what_a_rule_does_not_have() -> None:
    text = page(own_desk)
    assert "| Fix | none |" in text
    assert "Example" not in text
    assert "Leaves a place to" not in text


def test_index_links_rules_under_their_family() -> None:
    text = index([tidy_desk, own_desk, lamp])
    assert text.count("## ZZ · Desks") == 1
    assert "| [ZZ002](ZZ002.md) | own-desk | Everyone has a desk | high |" in text
    assert text.index("ZZ002.md") < text.index("## YY · Lamps") < text.index("YY001.md")
