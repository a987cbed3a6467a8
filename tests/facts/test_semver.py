"""Semantic versions: the grammar and the order of semver.org."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autodevops.facts.semver import parse_version

NUMBERS = st.integers(0, 10**6).map(str)
WORDS = st.from_regex(r"[0-9]{0,3}[A-Za-z-][0-9A-Za-z-]{0,5}", fullmatch=True)
IDENTIFIERS = st.lists(NUMBERS | WORDS, max_size=3).map(".".join)


@given(st.tuples(NUMBERS, NUMBERS, NUMBERS), IDENTIFIERS, IDENTIFIERS)
def test_what_the_grammar_makes_is_read_back(
    numbers: tuple[str, str, str], pre: str, build: str
) -> None:
    text = ".".join(numbers) + (f"-{pre}" if pre else "") + (f"+{build}" if build else "")
    version = parse_version(text)
    assert version is not None
    assert str(version) == text
    assert bool(version.pre) is bool(pre)


@given(st.text(max_size=30))
def test_any_text_is_a_version_or_not(text: str) -> None:
    version = parse_version(text)
    assert version is None or str(version) == text


@pytest.mark.parametrize(
    "text",
    [
        "1",
        "1.2",
        "1.2.3.4",
        "01.2.3",
        "1.2.3-01",
        "1.2.3-",
        "1.2.3+",
        "1.2.3-a..b",
        "v1.2.3",
        "1.2.3 ",
        "1.2.3\n",
        "1.2.3-\u0661",
        "\u0661.2.3",
        "-1.2.3",
        "1" * 19 + ".0.0",
        "1.2.3-" + "a" * 200,
    ],
)
def test_what_is_none(text: str) -> None:
    assert parse_version(text) is None


def test_the_order_of_the_specification() -> None:
    names = [
        "0.9.9",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0",
        "1.0.1",
        "1.2.0",
        "1.10.0",
        "2.0.0-0",
        "2.0.0",
    ]
    versions = [version for name in names if (version := parse_version(name))]
    assert [str(version) for version in sorted(versions, key=lambda v: v.precedence)] == names


def test_build_metadata_does_not_order() -> None:
    one, other = parse_version("1.0.0+1"), parse_version("1.0.0+2")
    assert one is not None
    assert other is not None
    assert one.precedence == other.precedence
