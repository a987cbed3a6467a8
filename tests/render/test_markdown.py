"""Markdown for pull requests and job summaries."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from autodevops.model.finding import Plain, in_commit, in_file
from autodevops.model.report import Result
from autodevops.model.verdict import Status
from autodevops.render import Format, RenderOptions, markdown, render
from tests.support.examples import few
from tests.support.made_up import failures, reports
from tests.support.samples import (
    COMMIT,
    HOSTILE,
    failure,
    finding,
    full_report,
    report,
    target,
    verdict,
)


def as_markdown(*results: Result, **options: object) -> str:
    return render(results, Format.MARKDOWN, RenderOptions(**options))  # type: ignore[arg-type]


def as_html(text: str) -> str:
    return str(MarkdownIt("gfm-like", {"html": True, "linkify": False}).render(text))


def test_the_numbers_come_first() -> None:
    lines = as_markdown(full_report()).splitlines()
    assert lines[0] == "## autodevops: 5 findings in acme/shop"
    assert lines[2] == (
        "**Conformance 78%** (1 pass, 4 fail) · coverage 91%"
        " · 1 critical, 3 medium, 1 low, 1 waived, 1 baselined"
    )


def test_the_worst_section_is_open_and_the_others_fold() -> None:
    text = as_markdown(full_report())
    folds = re.findall(r"<details( open)?><summary>(.*)</summary>", text)
    assert folds == [
        (" open", "CRITICAL · Environment &amp; Secret Management: 1 finding"),
        ("", "MEDIUM · Release Branches Policy: 2 findings"),
        ("", "MEDIUM · CI Pipelines Per Service: 2 findings"),
        ("", "3 rules unknown, and what would answer them"),
    ]
    assert text.count("</details>") == 4


def test_files_link_to_the_commit_that_was_audited() -> None:
    link = f"([`.env:3`](https://github.com/acme/shop/blob/{COMMIT}/.env#L3))"
    assert link in as_markdown(full_report())


def test_a_place_in_history_links_to_its_own_commit() -> None:
    old = "f" * 40
    text = as_markdown(report([verdict()], [finding("BR003", "x", in_commit(old, "a b.md", 2))]))
    assert f"([`a b.md:2 in fffffff`](https://github.com/acme/shop/blob/{old}/a%20b.md#L2))" in text


@pytest.mark.parametrize(
    "url", [None, "https://git.example.org/acme/shop", 'https://github.com/"x']
)
def test_without_a_page_on_github_files_are_named_only(url: str | None) -> None:
    one = report([verdict()], [finding("BR003", "x", in_file(".env", 3))], of=target(url=url))
    assert "(`.env:3`)" in as_markdown(one)


def test_a_remedys_backticks_are_code() -> None:
    assert "Rename it: `git branch -m OLD NEW`." in as_markdown(full_report())
    odd = report([verdict()], [finding(remediation="one ` only")])
    assert r"one \` only" in as_markdown(odd)


def test_further_messages_are_told() -> None:
    also: dict[str, Plain] = {"also": ["it is old too"]}
    assert "<br>also it is old too" in as_markdown(report([verdict()], [finding(evidence=also)]))


def test_many_findings_of_a_rule_are_counted() -> None:
    many = report([verdict()], [finding(subject=f"wip{n}") for n in range(31)])
    assert "- … and 21 more\n" in as_markdown(many)
    assert "wip30 has" in as_markdown(many, verbose=True)


def test_a_clean_repository_has_no_folds() -> None:
    text = as_markdown(report([verdict()], conformance=1.0, coverage=1.0))
    assert text.startswith("## autodevops: no findings in acme/shop\n")
    assert "<details" not in text
    assert "no findings" in text


def test_what_is_incomplete_is_said_above_the_findings() -> None:
    text = as_markdown(full_report())
    assert text.index("big.bin is larger") < text.index("<details")
    assert "CI005 crashed and judged nothing" in text


def test_several_targets_start_with_a_table() -> None:
    text = as_markdown(full_report(), failure(), report(of=target("a|b")))
    assert "## autodevops: 3 targets, 1 not audited" in text
    html = as_html(text)
    assert html.count("<tr>") == 4
    assert "<td>a|b</td>" in html
    assert "### acme/gone could not be audited" in text


def test_it_never_grows_over_githubs_limit_and_says_what_is_missing() -> None:
    sections = [verdict(f"BR{n:03}", section=f"Section {n}") for n in range(100)]
    many = [
        finding(f"BR{n:03}", f"branch/{n}/{m}", remediation="x" * 100)
        for n in range(100)
        for m in range(30)
    ]
    text = as_markdown(report(sections, many), verbose=True)
    assert 60_000 < len(text) <= markdown.LIMIT
    assert text.count("<details") == text.count("</details>")
    shown = text.count("has no prefix of the guide")
    assert f"**Cut to fit: {3000 - shown} findings left out.**" in text


def test_a_large_batch_is_cut_too() -> None:
    many = [report([verdict()], [finding()], of=target(f"acme/{n}")) for n in range(3000)]
    text = as_markdown(*many)
    assert len(text) <= markdown.LIMIT
    assert "rows of the overview" in text


def test_a_hostile_name_makes_no_markup() -> None:
    bad = finding("BR003", HOSTILE, in_file(HOSTILE, 1), message=HOSTILE, remediation=HOSTILE)
    whole = report(
        [verdict(section=HOSTILE), verdict("BR009", status=Status.UNKNOWN, needs=HOSTILE)],
        [bad],
        notes=(HOSTILE,),
        of=target(HOSTILE, branch=HOSTILE),
    )
    text = as_markdown(whole, failure(HOSTILE), full_report())
    html = as_html(text)
    assert "<script" not in html
    assert "\x1b" not in text
    assert "\u202e" not in text
    outside_code = re.sub(r"`+.*?`+(?=[\])*, ])", "", text)
    assert "@all" not in outside_code


@few(60)
@given(st.lists(reports | failures, min_size=1, max_size=2))
def test_any_report_makes_balanced_markdown(results: list[Result]) -> None:
    text = as_markdown(*results)
    text.encode()
    assert len(text) <= markdown.LIMIT
    html = as_html(text)
    tags = set(re.findall(r"<([a-z]\w*)", html))
    assert tags <= {
        "h2", "h3", "p", "strong", "sub", "code", "blockquote", "ul", "li", "br", "details",
        "summary", "a", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
