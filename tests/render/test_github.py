"""Annotations of a GitHub Actions run, read as the runner reads them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from autodevops.model.finding import Severity, in_file
from autodevops.model.report import Result
from autodevops.render import Format, render
from tests.support.examples import few
from tests.support.made_up import failures, reports
from tests.support.samples import HOSTILE, failure, finding, full_report, report, target, verdict

COMMAND = re.compile(r"::(\w+)(?: (.*?))?::(.*)")


def unescaped(text: str) -> str:
    for code, char in (("%0A", "\n"), ("%0D", "\r"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def commands(text: str) -> list[tuple[str, dict[str, str], str]]:
    """Return the commands that the runner finds: name, properties, message."""
    found = []
    for line in text.splitlines():
        assert "##[" not in line
        if match := COMMAND.match(line.lstrip()):
            name, given_properties, message = match.groups()
            pairs = [pair.partition("=") for pair in (given_properties or "").split(",") if pair]
            found.append((name, {k: unescaped(v) for k, _, v in pairs}, unescaped(message)))
    return found


def annotations(*results: Result) -> list[tuple[str, dict[str, str], str]]:
    text = render(results, Format.GITHUB)
    return [each for each in commands(text) if each[0] in {"error", "warning", "notice"}]


def test_a_finding_is_shown_at_its_line() -> None:
    shown = annotations(full_report())
    assert (
        "warning",
        {
            "file": ".github/workflows/ci.yml",
            "line": "12",
            "endLine": "12",
            "col": "9",
            "title": "CI001 pinned-action (medium)",
        },
        "actions/checkout@v4 is not pinned to a commit\nPin it to a full commit id.",
    ) in shown


def test_a_place_in_history_is_at_no_line_of_today() -> None:
    (old,) = [each for each in annotations(full_report()) if "cache@v3" in each[2]]
    assert "file" not in old[1]


def test_severities_are_githubs_kinds() -> None:
    found = [finding(subject=severity, severity=severity) for severity in reversed(Severity)]
    kinds = [kind for kind, _, _ in annotations(report([verdict()], found))]
    assert kinds == ["error", "error", "warning", "notice", "notice"]


def test_crashes_gaps_and_failed_targets_are_told() -> None:
    titles = [properties["title"] for _, properties, _ in annotations(full_report(), failure())]
    assert "CI005 cache crashed" in titles
    assert "The audit is incomplete" in titles
    assert "acme/gone could not be audited" in titles


def test_set_aside_findings_are_not_shown() -> None:
    assert not [each for each in annotations(full_report()) if "feature/login" in each[2]]


def test_no_more_of_a_kind_than_github_shows_and_the_rest_is_counted() -> None:
    found = [finding(subject=f"wip{n}") for n in range(31)]
    text = render([report([verdict()], found)], Format.GITHUB)
    shown = [each for each in commands(text) if each[0] == "warning"]
    assert len(shown) == 10
    assert shown[-1][2].startswith("22 more warnings: GitHub shows 10 a step.")
    assert "MEDIUM BR003 branch-name: wip30 has" in text


def test_the_log_is_a_group_with_everything() -> None:
    text = render([full_report()], Format.GITHUB)
    head = "::group::acme/shop: 5 findings, 3 rules unknown, conformance 78%25, coverage 91%25\n"
    assert head in text
    assert text.endswith("::endgroup::\n")
    assert "UNKNOWN BR005 GV003: needs a GitHub token with metadata read\n" in text


def test_a_hostile_name_gives_no_command() -> None:
    bad = finding("BR003", HOSTILE, in_file(HOSTILE, 1), message="::error::x\n::set-env::y ##[add]")
    whole = report([verdict()], [bad], of=target("::warning::x"))
    shown = annotations(whole, failure("::error::x"))
    assert len(shown) == 2
    assert shown[1][1]["file"].startswith("feature/<script>")


@few(100)
@given(st.lists(reports | failures, max_size=2))
def test_data_never_adds_a_command(results: list[Result]) -> None:
    text = render(results, Format.GITHUB)
    names = [name for name, _, _ in commands(text)]
    assert set(names) <= {"error", "warning", "notice", "group", "endgroup"}
    assert names.count("group") == names.count("endgroup")
    for kind in ("error", "warning", "notice"):
        assert names.count(kind) <= 10
