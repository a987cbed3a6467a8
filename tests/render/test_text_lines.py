"""What the lines of the terminal's report are like: width, colour, signs, hostile names."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from autodevops.model.finding import in_file
from autodevops.model.report import Result
from autodevops.model.verdict import Status
from tests.render.terminal import as_text
from tests.support.made_up import reports
from tests.support.samples import (
    HOSTILE,
    failure,
    finding,
    full_report,
    report,
    target,
    verdict,
)

ANSI = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", [40, 60, 100])
def test_lines_keep_to_the_width_but_words_stay_whole(width: int) -> None:
    path = "a/very/long/path/that/is/longer/than/any/of/the/widths/" + "x" * 60 + ".yml"
    long = full_report()
    text = as_text(
        long, report([verdict()], [finding("BR003", "x", in_file(path, 12))]), width=width
    )
    assert f"{path}:12" in text
    for line in text.splitlines():
        assert cell_len(line) <= width or " " not in line.strip()


def test_wide_characters_count_as_two_columns() -> None:
    text = as_text(
        report([verdict()], [finding(message="分支名称 不符合 规范 的 要求 请 修改")]), width=24
    )
    assert all(cell_len(line) <= 24 for line in text.splitlines())


def test_colour_changes_nothing_but_the_colour() -> None:
    colored = as_text(full_report(), color=True)
    assert "\x1b[" in colored
    assert ANSI.sub("", colored) == as_text(full_report())


def test_without_unicode_all_is_ascii() -> None:
    text = as_text(full_report(), report([], [finding(subject="größe")]), unicode=False)
    assert text.isascii()
    assert r"gr\xf6\xdfe" in text
    assert "-> Rename it" in text


@pytest.mark.parametrize("color", [False, True])
def test_a_hostile_name_is_shown_not_obeyed(color: bool) -> None:
    bad = finding("BR003", HOSTILE, in_file(HOSTILE, 1), remediation=HOSTILE)
    whole = report(
        [
            verdict(section=HOSTILE, status=Status.FAIL, reason=HOSTILE),
            verdict("BR009", HOSTILE, Status.UNKNOWN, needs=HOSTILE),
        ],
        [bad],
        notes=(HOSTILE,),
        of=target(HOSTILE, branch=HOSTILE),
    )
    text = as_text(whole, failure(HOSTILE), color=color, verbose=True)
    plain = ANSI.sub("", text)
    assert "\x1b" not in plain
    assert "\u202e" not in plain
    assert not [line for line in plain.splitlines() if line.startswith(("::", "=1"))]
    assert "<script>alert(1)</script>\\x1b[31m\\u202e::error::x`|[red]@all\\xff\\n=1+1" in plain


@given(st.lists(reports, min_size=1, max_size=2), st.integers(1, 120), st.booleans())
def test_any_report_makes_printable_text(results: list[Result], width: int, unicode: bool) -> None:
    for verbose in (False, True):
        text = as_text(*results, width=width, unicode=unicode, verbose=verbose)
        assert text.replace("\n", "").isprintable()
        text.encode()
