"""SARIF that the schema and GitHub code scanning accept."""

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from autodevops.model.finding import Location, Severity, in_commit, in_file
from autodevops.model.report import Result
from autodevops.render import Format, RenderOptions, render, sarif
from autodevops.rules._api import rule
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

SCHEMA = Path(__file__).parent.parent / "data" / "sarif" / "sarif-2.1.0.json"


@cache
def validator() -> jsonschema_rs.Draft202012Validator:
    return jsonschema_rs.Draft202012Validator(json.loads(SCHEMA.read_text()), validate_formats=True)


def as_sarif(*results: Result, batch: bool = False) -> dict[str, Any]:
    log: dict[str, Any] = json.loads(render(results, Format.SARIF, RenderOptions(batch=batch)))
    validator().validate(log)
    return log


def run_of(*results: Result) -> dict[str, Any]:
    (run,) = as_sarif(*results)["runs"]
    return dict(run)


def test_the_schema_is_the_strict_one() -> None:
    with pytest.raises(jsonschema_rs.ValidationError):
        validator().validate({"version": "2.1.0", "runs": [{"tool": {}}]})


@few(50)
@given(st.lists(reports | failures, max_size=2))
def test_any_report_is_valid(results: list[Result]) -> None:
    as_sarif(*results)


def test_results_point_to_their_rules() -> None:
    run = run_of(full_report())
    rules = run["tool"]["driver"]["rules"]
    assert run["results"]
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


def test_rules_that_did_not_apply_are_left_out() -> None:
    ids = [each["id"] for each in run_of(full_report())["tool"]["driver"]["rules"]]
    assert ids == ["SE002", "SE003", "BR003", "BR004", "BR005", "CI001", "CI002", "CI005", "GV003"]


def test_a_rule_carries_its_documentation(monkeypatch: pytest.MonkeyPatch) -> None:
    @rule("BR003", "branch-name", section="Release Branches Policy", severity=Severity.MEDIUM)
    def branch_name() -> Any:
        """Every branch has a name of the guide.

        Names tell people and machines what a branch is for.

        Remedy: rename it.
        """

    monkeypatch.setattr("autodevops.rules.catalog.RULES", (branch_name,))
    (described,) = run_of(report([verdict()]))["tool"]["driver"]["rules"]
    assert described["help"]["text"].endswith("what a branch is for.\n\nRemedy: rename it.")
    assert described["help"]["markdown"].startswith("# BR003 branch-name\n")
    assert described["helpUri"].startswith("https://")
    assert described["shortDescription"] == {"text": "Every branch has a name of the guide."}


@pytest.mark.parametrize(
    ("severity", "level", "score"),
    [
        (Severity.CRITICAL, "error", "9.5"),
        (Severity.HIGH, "error", "8.0"),
        (Severity.MEDIUM, "warning", "5.5"),
        (Severity.LOW, "note", "3.0"),
        (Severity.INFO, "note", "0.5"),
    ],
)
def test_severities_in_sarifs_words(severity: Severity, level: str, score: str) -> None:
    run = run_of(
        report(
            [verdict("SE003", severity=severity), verdict("BR003", severity=severity)],
            [finding("SE003", severity=severity)],
        )
    )
    secret, branch = run["tool"]["driver"]["rules"]
    assert run["results"][0]["level"] == level
    assert secret["defaultConfiguration"]["level"] == level
    assert secret["properties"]["security-severity"] == score
    assert "security" in secret["properties"]["tags"]
    assert "security-severity" not in branch["properties"]


def test_fingerprints_tell_alerts_at_the_same_place_apart() -> None:
    results = run_of(report([verdict()], [finding(subject="a"), finding(subject="b")]))["results"]
    assert len({each["partialFingerprints"]["autodevops/v1"] for each in results}) == 2
    assert len({each["partialFingerprints"]["primaryLocationLineHash"] for each in results}) == 2


def place_of(location: Location) -> dict[str, Any]:
    run = run_of(report([verdict()], [finding("BR003", "x", location)]))
    return dict(run["results"][0]["locations"][0])


def test_a_file_is_a_percent_encoded_relative_uri() -> None:
    place = place_of(in_file("docs/a b#1:\udcff.md", 3, 5, 4))["physicalLocation"]
    assert place == {
        "artifactLocation": {"uri": "docs/a%20b%231%3A%FF.md", "uriBaseId": "%SRCROOT%"},
        "region": {"startLine": 3, "startColumn": 5, "endLine": 4},
    }


@pytest.mark.parametrize(
    ("location", "logical"),
    [
        (Location(ref="feat/x"), {"name": "feat/x", "kind": "ref"}),
        (Location(setting="wiki"), {"name": "wiki", "kind": "setting"}),
        (in_commit(COMMIT), {"name": COMMIT, "kind": "commit"}),
    ],
)
def test_what_is_at_no_file_is_shown_at_the_readme(
    location: Location, logical: dict[str, str]
) -> None:
    place = place_of(location)
    assert place["physicalLocation"]["artifactLocation"]["uri"] == "README.md"
    assert place["physicalLocation"]["region"] == {"startLine": 1}
    assert place["logicalLocations"] == [logical]


def test_a_finding_without_a_place_has_one_all_the_same() -> None:
    bare = replace(finding(), locations=())
    run = run_of(report([verdict()], [bare]))
    assert run["results"][0]["locations"][0]["physicalLocation"]


def test_further_places_are_related_and_limited() -> None:
    places = [in_file("ci.yml", line) for line in range(1, 151)]
    (result,) = run_of(report([verdict()], [finding("BR003", "x", *places)]))["results"]
    assert len(result["locations"]) == 1
    assert len(result["relatedLocations"]) == 99
    assert result["relatedLocations"][0]["message"] == {"text": "ci.yml:2"}
    assert result["properties"]["placesLeftOut"] == 50


def test_what_was_set_aside_is_suppressed_with_its_reason() -> None:
    results = run_of(full_report())["results"]
    suppressed = {
        each["ruleId"]: each["suppressions"] for each in results if "suppressions" in each
    }
    assert suppressed == {
        "CI001": [
            {"kind": "external", "status": "accepted", "justification": "accepted in the baseline"}
        ],
        "BR004": [
            {
                "kind": "external",
                "status": "accepted",
                "justification": (
                    "long migration (autodevops.toml:12, until 2027-01-01, approved by Ada)"
                ),
            }
        ],
    }


def test_the_invocation_says_what_stayed_open() -> None:
    (invocation,) = run_of(full_report())["invocations"]
    assert invocation["executionSuccessful"] is True
    assert invocation["startTimeUtc"] == "2026-11-22T10:00:00.000Z"
    assert invocation["endTimeUtc"] == "2026-11-22T10:00:00.412Z"
    told = [
        (each["level"], each.get("associatedRule", {}).get("id"), each["message"]["text"])
        for each in invocation["toolExecutionNotifications"]
    ]
    assert (
        "note",
        "BR005",
        "Unknown: no token was given. It needs a GitHub token with metadata read.",
    ) in told
    assert ("error", "CI005", "The rule crashed: ZeroDivisionError in cache.") in told
    assert ("warning", None, "big.bin is larger than 5242880 bytes and was not read") in told


def test_provenance_is_told_where_it_is_known() -> None:
    assert run_of(full_report())["versionControlProvenance"] == [
        {
            "repositoryUri": "https://github.com/acme/shop",
            "revisionId": COMMIT,
            "branch": "main",
            "mappedTo": {"uriBaseId": "%SRCROOT%"},
        }
    ]
    assert "versionControlProvenance" not in run_of(report(of=target(url=None)))


def test_several_targets_have_categories_of_their_own() -> None:
    log = as_sarif(report(of=target("acme/a")), report(of=target("acme/b")), failure())
    assert [run["automationDetails"]["id"] for run in log["runs"]] == [
        "autodevops/acme/a/",
        "autodevops/acme/b/",
        "autodevops/acme/gone/",
    ]
    assert run_of(full_report())["automationDetails"]["id"] == "autodevops/"


def test_a_target_that_could_not_be_audited_is_no_success() -> None:
    (invocation,) = run_of(failure())["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3


def test_the_most_important_come_first_and_the_cut_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    run = run_of(full_report())
    assert [each["properties"]["severity"] for each in run["results"]] == ["critical", "medium"]
    told = run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]
    assert told == "5 findings of least importance left out to keep to GitHub's limits."


def test_too_large_a_file_is_cut_until_it_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_BYTES", 6_000)
    many = report([verdict()], [finding(subject=f"b{n}") for n in range(400)])
    run = run_of(many)
    assert 0 < len(run["results"]) < 400
    assert "left out" in run["invocations"][0]["toolExecutionNotifications"][-1]["message"]["text"]


def test_a_message_holds_no_link_that_data_made() -> None:
    bad = finding(message="[click](https://evil.example) is wrong")
    (result,) = run_of(report([verdict()], [bad]))["results"]
    assert result["message"]["text"].startswith(r"\[click\](https://evil.example) is wrong.")


def test_a_hostile_name_stays_data() -> None:
    run = run_of(report([verdict()], [finding("BR003", HOSTILE, in_file(HOSTILE, 1))]))
    assert run["results"][0]["properties"]["subject"] == HOSTILE.replace("\udcff", r"\xff")
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    assert uri.isascii()
    assert "<" not in uri
