"""The page that people open: what it says, and that data stays text."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from autodevops.model.background import Background, BranchAge
from autodevops.model.finding import Plain, Severity, in_file
from autodevops.model.report import Result
from autodevops.render import Format, RenderOptions, html_batch, render
from tests.render.pages import as_html, hostile_report, whole_page
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


def text_of(page: str) -> str:
    """Return what the page shows, white space made even."""
    without_code = re.sub(r"<(style|script)\b.*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", without_code)).split())


def test_the_page_loads_nothing_from_anywhere() -> None:
    for page in (as_html(full_report()), as_html(full_report(), failure())):
        assert not re.search(r"<(link|img|iframe|object|embed)\b", page)
        assert not re.search(r"<script[^>]*\bsrc=", page)
        assert "@import" not in page
        assert "url(" not in page
        assert "default-src 'none'" in unescape(page)


def test_the_numbers_are_at_the_top() -> None:
    text = text_of(as_html(full_report()))
    assert "Conformance 78% 1 pass, 4 fail" in text
    assert "Coverage 91% 3 unknown, 1 crashed" in text
    assert "critical 1 high 0 medium 3 low 1 info 0" in text


def test_sections_are_a_table_with_headers() -> None:
    page = as_html(full_report())
    assert page.count('<th scope="col"') >= 8
    assert "Environment &amp; Secret Management</a></th>" in page
    text = text_of(page)
    assert "Release Branches Policy 0% 0 2 1 0 2 1 medium, 1 low" in text
    assert "CI Pipelines Per Service 50% 1 1 0 1 2 2 medium" in text


def test_findings_are_grouped_worst_first_with_remedy_and_link() -> None:
    page = as_html(full_report())
    text = text_of(page)
    findings = text[text.index("Findings Search") :]
    order = ["critical SE003 env-file", "medium BR003", "low BR003", "medium CI001"]
    assert sorted(order, key=findings.index) == order
    assert f'<a href="https://github.com/acme/shop/blob/{COMMIT}/.env#L3">' in page
    assert "Rename it: <code>git branch -m OLD NEW</code>." in page
    assert '"ratio": 0.5' in text


def test_a_remedy_of_its_own_stands_with_its_finding() -> None:
    found = [finding(subject=name, remediation=f"Delete {name}.") for name in ("a", "b")]
    text = text_of(as_html(report([verdict()], found)))
    assert text.index("Delete a.") < text.index("b has no prefix") < text.index("Delete b.")


def test_set_aside_unknown_and_crashed_are_told() -> None:
    text = text_of(as_html(full_report()))
    assert "Waived until 2027-01-01, approved by Ada: long migration ( autodevops.toml:12 )" in text
    assert "Accepted in the baseline." in text
    assert "2 rules need a GitHub token with metadata read : no token was given" in text
    assert "1 rule needs a run without --no-history" in text
    assert "CI005 cache crashed and judged nothing: ZeroDivisionError in cache" in text
    assert "big.bin is larger than 5242880 bytes" in text


def test_further_messages_and_many_places_are_told() -> None:
    also: dict[str, Plain] = {"also": ["it is old too"]}
    places = [in_file("ci.yml", line) for line in range(1, 31)]
    text = text_of(as_html(report([verdict()], [finding("BR003", "x", *places, evidence=also)])))
    assert "also it is old too" in text
    assert "… and 10 more places" in text


def test_a_clean_and_an_unjudged_repository_read_differently() -> None:
    clean = text_of(as_html(report([verdict()], conformance=1.0, coverage=1.0)))
    nothing = text_of(as_html(report(conformance=None, coverage=None)))
    assert "Findings No findings." in clean
    assert "Findings No rule could be judged." in nothing
    assert "Conformance n/a" in nothing


def test_several_targets_are_compared() -> None:
    good = report([verdict()], conformance=0.95, of=target("acme/good"))
    text = text_of(as_html(full_report(), good, failure()))
    assert "3 targets 2 audited, 1 not audited" in text
    assert "acme/gone : there is no such repository" in text
    assert "Median conformance 86%" in text
    assert "acme/shop 78% 91% 5 0 0 50 -" in text
    assert "acme/good 95% 91% 0 - 100 - -" in text
    assert "SE003 env-file Every branch has a name of the guide critical 1 1" in text


def test_a_batch_in_which_all_failed_is_a_page_too() -> None:
    text = text_of(as_html(failure(), batch=True))
    assert "1 targets 0 audited, 1 not audited" in text


def test_findings_that_a_large_batch_leaves_out_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(html_batch, "MOST_FINDINGS", 6)
    many = [report([verdict()], [finding(subject=f"b{n}") for n in range(5)]) for _ in range(2)]
    assert "4 findings of least importance are left out" in text_of(as_html(*many))


@pytest.mark.parametrize("several", [False, True])
def test_a_hostile_name_stays_text(several: bool) -> None:
    more = (failure(HOSTILE),) if several else ()
    page = as_html(hostile_report(), *more)
    assert "<script>alert" not in page
    assert page.count("<script") == (2 if several else 1)
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert r"\x1b[31m\u202e::error::x`|[red]@all\xff\n=1+1" in text_of(page)


def test_a_finding_shows_its_lines_as_text() -> None:
    page = whole_page()
    assert '<span class="line guilty"><span class="at">3</span>  test: &lt;b&gt;' in page
    assert "Lines 2 to 4" in page


def test_branches_are_drawn_against_their_limits() -> None:
    text = text_of(whole_page())
    assert "feature/old 9 (over) 3" in text
    assert "feature/new 1 3" in text


def test_the_trend_is_drawn_and_told_as_a_table() -> None:
    page = whole_page()
    assert '<polyline points="0.0,80.0 300.0,80.0 600.0,80.0">' in page
    assert f"2026-11-01 {COMMIT[:7]} 50% 1" in text_of(page)


def test_one_audit_is_no_trend() -> None:
    assert "polyline" not in whole_page(points=1).partition("<body>")[2]


def test_only_the_oldest_branches_are_drawn() -> None:
    many = tuple(BranchAge(f"feature/{n}", 100 - n, 3) for n in range(40))
    page = render([report()], Format.HTML, RenderOptions(background=Background(branches=many)))
    assert "feature/24" in page
    assert "feature/25" not in page
    assert "and 15 younger ones" in page


def test_addresses_that_are_no_web_pages_are_not_linked() -> None:
    bad = replace(finding("BR003", "x", in_file("a.py", 1)), docs_url="javascript:alert(1)")
    page = as_html(report([verdict()], [bad], of=target(url="javascript:alert(1)")))
    assert "javascript:" not in page


@few(60)
@given(st.lists(reports | failures, min_size=1, max_size=3))
def test_any_report_makes_a_page(results: list[Result]) -> None:
    page = as_html(*results)
    page.encode()
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", page)


def test_severities_have_the_words_of_the_contract() -> None:
    page = as_html(report([verdict()], [finding(subject=s, severity=s) for s in Severity]))
    for severity in Severity:
        assert f'<span class="badge {severity}">{severity}</span>' in page
