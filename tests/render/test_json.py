"""The JSON report is the contract, and reads back as it was."""

import json
from types import MappingProxyType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from autodevops.errors import ConfigurationError
from autodevops.model.finding import Plain
from autodevops.model.report import Report, Result
from autodevops.render import Format, RenderOptions, render
from autodevops.render.saved import read_reports
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


def as_json(*results: Result, batch: bool = False) -> str:
    return render(results, Format.JSON, RenderOptions(batch=batch))


def test_keys_and_values_are_those_of_the_contract() -> None:
    data = json.loads(as_json(full_report()))
    assert list(data) == [
        "schema",
        "tool",
        "target",
        "guide",
        "started_at",
        "seconds",
        "summary",
        "rules",
        "findings",
        "notes",
    ]
    assert data["schema"] == "autodevops/report/v1"
    assert data["tool"] == {"name": "autodevops", "version": "0.1.0"}
    assert data["target"] == {
        "kind": "local",
        "name": "acme/shop",
        "path": ".",
        "url": "https://github.com/acme/shop",
        "commit": COMMIT,
        "branch": "main",
        "dirty": False,
    }
    assert list(data["guide"]) == ["name", "version", "digest"]
    assert data["started_at"] == "2026-11-22T10:00:00Z"
    assert data["seconds"] == 0.412
    assert list(data["summary"]) == ["conformance", "coverage", "complete", "rules", "findings"]
    assert data["summary"]["conformance"] == 0.7778
    assert data["summary"]["rules"] == {
        "pass": 1,
        "fail": 4,
        "unknown": 3,
        "not_applicable": 1,
        "disabled": 1,
        "error": 1,
    }
    assert data["summary"]["findings"] == {
        "critical": 1,
        "high": 0,
        "medium": 3,
        "low": 1,
        "info": 0,
        "waived": 1,
        "baselined": 1,
    }
    assert next(iter(data["summary"]["findings"])) == "critical"


def test_every_rule_has_every_key() -> None:
    keys = "id slug family title guide_section severity status reason needs findings seconds"
    for rule in json.loads(as_json(full_report()))["rules"]:
        assert list(rule) == keys.split()


def test_every_finding_and_place_has_every_key() -> None:
    keys = (
        "id rule slug severity confidence subject message evidence locations remediation docs_url "
        "fix status waiver"
    )
    data = json.loads(as_json(full_report()))
    for found in data["findings"]:
        assert list(found) == keys.split()
        for place in found["locations"]:
            assert list(place) == ["path", "line", "column", "end_line", "commit", "ref", "setting"]
    assert data["findings"][0]["fix"] == {"title": "Stop tracking .env", "safety": "unsafe"}
    assert data["findings"][0]["evidence"] == {
        "keys": ["A", "B"],
        "values": 4,
        "ratio": 0.5,
        "first": None,
    }
    assert list(data["findings"][-1]["waiver"]) == ["reason", "expires", "approved_by", "source"]


def test_evidence_of_any_shape_is_plain_data() -> None:
    evidence: dict[str, Plain] = {
        "frozen": MappingProxyType({"a": (1, 2.5)}),
        "endless": float("inf"),
    }
    data = json.loads(as_json(report([], [finding(evidence=evidence)])))
    assert data["findings"][0]["evidence"] == {"frozen": {"a": [1, 2.5]}, "endless": None}


def test_nothing_judged_is_null() -> None:
    data = json.loads(as_json(report(conformance=None, coverage=None)))
    assert data["summary"]["conformance"] is None
    assert data["summary"]["coverage"] is None


def test_several_results_come_in_an_envelope_in_their_order() -> None:
    data = json.loads(as_json(report(of=target("b")), failure(), report(of=target("a"))))
    assert data["schema"] == "autodevops/reports/v1"
    assert [each["target"]["name"] for each in data["reports"]] == ["b", "acme/gone", "a"]
    failed = data["reports"][1]
    assert failed["schema"] == "autodevops/failure/v1"
    assert failed["error"] == {
        "code": 3,
        "message": "there is no such repository",
        "advice": "Look at the name, or give a token that may see it.",
    }


@pytest.mark.parametrize("results", [(), (report(),), (failure(),)])
def test_a_batch_always_has_the_envelope(results: tuple[Result, ...]) -> None:
    data = json.loads(as_json(*results, batch=True))
    assert data["schema"] == "autodevops/reports/v1"
    assert len(data["reports"]) == len(results)


def test_hostile_names_stay_data_and_drive_no_terminal() -> None:
    text = as_json(report([], [finding(subject=HOSTILE)]))
    text.encode()
    assert "\x1b" not in text
    assert "\u202e" not in text
    assert json.loads(text)["findings"][0]["subject"] == HOSTILE.replace("\udcff", r"\xff")


def test_only_time_tells_two_runs_apart() -> None:
    first = full_report()
    second = replace(first, started_at="2026-11-23T11:00:00Z", seconds=9.0)
    different = [
        line
        for line, other in zip(
            as_json(first).splitlines(), as_json(second).splitlines(), strict=True
        )
        if line != other
    ]
    assert [line.split(":")[0].strip() for line in different] == ['"started_at"', '"seconds"']


@given(st.lists(reports | failures, max_size=2))
def test_saved_reports_read_back_the_same(results: list[Report]) -> None:
    saved = as_json(*results, batch=True)
    again = read_reports(saved.encode(), "saved.json")
    assert as_json(*again, batch=True) == saved


def test_a_clean_report_reads_back_equal() -> None:
    whole = replace(
        full_report(),
        seconds=0.5,
        rules=(verdict(),),
        summary=replace(full_report().summary, conformance=0.5, coverage=None),
    )
    whole = replace(whole, rules=(replace(verdict(), seconds=0.001),))
    (again,) = read_reports(as_json(whole).encode(), "saved.json")
    assert again == whole


def test_a_later_versions_keys_are_passed_over() -> None:
    data = json.loads(as_json(full_report())) | {"mood": "good"}
    (again,) = read_reports(json.dumps(data).encode(), "saved.json")
    assert isinstance(again, Report)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "saved.json: is not JSON"),
        (b"{", "saved.json: is not JSON"),
        (b"\xff\xfe", "saved.json: is not JSON"),
        (b"[" * 100_000, "saved.json: is not"),
        (b"[]", "autodevops/report/v1"),
        (b'{"schema": "autodevops/report/v2"}', "autodevops/report/v2"),
        (b"{}", "`schema`"),
        (b'{"schema": "autodevops/report/v1"}', "`tool`"),
        (b'{"schema": "autodevops/reports/v1", "reports": [{"schema": 1}]}', "$.reports[0]"),
    ],
)
def test_what_is_no_report_is_an_error_that_names_the_file(content: bytes, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read_reports(content, "saved.json")
    assert caught.value.message
    assert says in str(caught.value)
    assert caught.value.advice


@pytest.mark.parametrize(
    ("key", "value"),
    [("seconds", "long"), ("rules", None), ("notes", [1]), ("summary", {})],
)
def test_a_wrong_type_is_an_error_that_names_the_key(key: str, value: object) -> None:
    data = json.loads(as_json(full_report())) | {key: value}
    with pytest.raises(ConfigurationError, match=rf"\$\.{key}"):
        read_reports(json.dumps(data).encode(), "saved.json")


def test_an_unknown_severity_is_an_error() -> None:
    data = json.loads(as_json(full_report()))
    data["findings"][0]["severity"] = "awful"
    with pytest.raises(ConfigurationError, match=r"findings.*severity|awful"):
        read_reports(json.dumps(data).encode(), "saved.json")
