"""The page in a real browser: filters, links, print, access, speed. Skipped without Chromium."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from autodevops.model.finding import Severity, in_file
from autodevops.model.verdict import Status
from tests.render import browser
from tests.render.pages import as_html, hostile_report, whole_page
from tests.support.samples import failure, finding, full_report, report, target, verdict


def answered(folder: Path, page: str, script: str, *flags: str) -> Any:
    return json.loads(browser.asked(folder, page, f"answer(JSON.stringify({script}))", *flags))


VISIBLE = '[...document.querySelectorAll(".section .finding")].filter((e) => e.offsetParent).length'


def test_all_findings_are_shown_at_first(tmp_path: Path) -> None:
    document = browser.opened(tmp_path, as_html(full_report()))
    assert "5 of 5 findings" in document


SHOWN = {
    "#?severity=critical": 1,
    "#?severity=low,medium": 4,
    "#?q=checkout": 1,
    "#?q=RENAME%20wip": 1,
    "#?section=s-2": 2,
    "#?section=s-2&q=feat": 0,
    "#?severity=critical&section=nowhere": 1,
    "#findings": 5,
}
"""How many findings each link shows."""


@pytest.fixture(scope="module")
def linked(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """Return what each link shows of a page under the page's own policy."""
    page = as_html(full_report())
    documents = browser.opened_each(tmp_path_factory.mktemp("linked"), page, list(SHOWN))
    return dict(zip(SHOWN, documents, strict=True))


@pytest.mark.parametrize("fragment", SHOWN)
def test_a_link_keeps_a_selection(linked: Mapping[str, str], fragment: str) -> None:
    assert "Content-Security-Policy" in linked[fragment]
    assert f"{SHOWN[fragment]} of 5 findings" in linked[fragment]


def test_choosing_filters_and_changes_the_link(tmp_path: Path) -> None:
    choose = 'document.querySelector("[value=medium]").click()'
    got = answered(tmp_path, as_html(full_report()), f"({choose}, [{VISIBLE}, location.hash])")
    assert got[0] == 2
    assert got[1] == "#?severity=critical%2Chigh%2Clow%2Cinfo"


def test_a_hostile_name_runs_nothing(tmp_path: Path) -> None:
    for page in (as_html(hostile_report()), as_html(hostile_report(), failure())):
        # An alert would stop the page; an element of its name would be a script.
        scripts = answered(tmp_path, page, "[...document.scripts].map((e) => e.textContent)")
        assert not [each for each in scripts if each.startswith("alert")]


def test_it_prints(tmp_path: Path) -> None:
    path, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    path.write_text(as_html(full_report()), encoding="utf-8")
    browser.run(tmp_path, path.as_uri(), f"--print-to-pdf={printed}")
    content = printed.read_bytes()
    assert content.startswith(b"%PDF")
    assert len(re.findall(rb"/Type\s*/Page\b", content)) >= 2


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_accessible(tmp_path: Path, scheme: str) -> None:
    pages = [
        page.replace("</head>", f"<script>{browser.axe()}</script></head>")
        for page in (
            as_html(full_report()),
            as_html(full_report(), failure(), full_report()),
            whole_page(),
        )
    ]
    flags = ["--blink-settings=preferredColorScheme=0"] if scheme == "dark" else []
    script = "axe.run().then((got) => answer(JSON.stringify(got.violations)))"
    for said in browser.asked_each(tmp_path, pages, script, *flags):
        violations = json.loads(said)
        assert [(each["id"], each["nodes"][0]["html"]) for each in violations] == []


def test_a_targets_findings_unfold(tmp_path: Path) -> None:
    page = as_html(full_report(), report(of=target("acme/other")))
    document = browser.opened(tmp_path, page, "#t-0")
    assert document.count('<li class="finding">') == 5
    assert "2 of 2 targets" in document


def test_ten_thousand_findings_are_all_shown(tmp_path: Path) -> None:
    rules = [verdict(f"BR{n:03}", section=f"Section {n // 10}") for n in range(145)]
    many = [
        finding(
            f"BR{n % 145:03}",
            f"feature/{n}",
            in_file(f"src/module_{n % 700}/file_{n}.py", n % 900 + 1),
            severity=list(Severity)[n % 145 % 5],
            evidence={"age_days": n, "limit_days": 3},
        )
        for n in range(10_000)
    ]
    assert answered(tmp_path, as_html(report(rules, many)), VISIBLE) == 10_000


def test_a_thousand_targets_are_all_shown(tmp_path: Path) -> None:
    answers = [Status.PASS, Status.FAIL, Status.PASS, Status.UNKNOWN]
    rules = [
        verdict(f"R{n // 10:x}{n:03}", status=answers[n % 4], section=f"Section {n // 10}")
        for n in range(145)
    ]
    found = [finding(rule.id) for rule in rules if rule.status is Status.FAIL]
    many = [report(rules, found, of=target(f"acme/{n}")) for n in range(1_000)]
    rows = 'document.querySelectorAll(".heat tr").length'
    assert answered(tmp_path, as_html(*many), rows) == 1_001
