"""Readers of repository text need time that grows with its length, whatever somebody wrote."""

from collections.abc import Callable
from time import process_time

import pytest

from autodevops.facts._link_finder import Surroundings, relative_links
from autodevops.facts._markdown import parse as parse_markdown
from autodevops.facts._metric_code import read_metrics
from autodevops.facts._placeholders import unwritten


def read_links(text: str) -> None:
    around = Surroundings(text)
    assert all(map(around.is_link, relative_links(text)))


def read_unwritten(text: str) -> None:
    unwritten(text, parse_markdown(text[:100]))


def read_empty_headings(text: str) -> None:
    unwritten(text, parse_markdown(text))


def read_metrics_of_web(text: str) -> None:
    read_metrics("a.ts", text)


@pytest.mark.parametrize(
    ("read", "text"),
    [
        (read_links, "[a](b.md)\n" * 80_000),
        (read_unwritten, "check TODO " * 60_000),
        (read_empty_headings, "# a\n\n## b\n\n" + "<!--" * 200_000),
        (read_metrics_of_web, "a.createHistogram('m');\n" * 60_000),
    ],
)
def test_a_flood_takes_no_longer_than_seconds(read: Callable[[str], None], text: str) -> None:
    began = process_time()
    read(text)
    assert process_time() - began < 5  # far above what it takes, for slow machines
