"""What goes up of a report."""

import json
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autodevops.model.finding import AppliedWaiver, FindingStatus, in_file
from autodevops.model.verdict import Status
from autodevops.sync.payload import prepare
from autodevops.sync.report import NotAReportError
from tests.support import samples
from tests.support.examples import few
from tests.sync.reports import as_json, identity


def _sent(report: bytes) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(prepare(identity(1), report).whole)
    return content


def test_the_targets_path_stays_on_this_machine() -> None:
    report = samples.report([], [], of=samples.target(path="/home/ada/secret-project"))
    assert b"/home/ada" not in prepare(identity(1), as_json(report)).whole


def test_all_that_a_finding_shows_goes_up() -> None:
    finding = samples.finding(
        "SE001",
        "app/x.py",
        in_file("app/x.py", 3),
        evidence={"masked": "ghp_****"},
        status=FindingStatus.WAIVED,
        waiver=AppliedWaiver(reason="ours", expires="2027-01-01", approved_by="a", source="x:1"),
    )
    content = _sent(
        as_json(samples.report([samples.verdict("SE001", "s", Status.FAIL)], [finding]))
    )
    (found,) = content["findings"]
    assert found == {
        "id": finding.id,
        "rule": "SE001",
        "severity": "medium",
        "confidence": "high",
        "subject": "app/x.py",
        "message": finding.message,
        "remedy": 0,
        "status": "waived",
        "evidence": {"masked": "ghp_****"},
        "locations": [{"path": "app/x.py", "line": 3}],
        "waiver": {"reason": "ours", "expires": "2027-01-01", "approved_by": "a", "source": "x:1"},
    }
    assert content["remedies"] == [finding.remediation]


@pytest.mark.parametrize(
    ("status", "reason", "findings", "whole"),
    [
        ("pass", None, 0, True),
        ("pass", "all that breaks it is waived or in the baseline", 2, True),
        ("pass", "nothing staged breaks it; 3 findings elsewhere are left out", 0, False),
        ("fail", None, 2, True),
        ("fail", "a workflow could not be read", 2, False),
        ("not_applicable", "there is no Dockerfile", 0, True),
        ("unknown", "no permission", 0, False),
        ("disabled", "--select", 0, False),
        ("error", "a bug", 0, False),
    ],
)
def test_a_rule_is_whole_when_it_saw_all_of_its_subject(
    status: str, reason: str | None, findings: int, whole: bool
) -> None:
    report = json.loads(as_json(samples.report([samples.verdict("X", "x", Status.PASS)], [])))
    report["rules"][0] |= {"status": status, "reason": reason, "findings": findings}
    (rule,) = _sent(json.dumps(report).encode())["rules"]
    assert rule["whole"] is whole


@pytest.mark.parametrize(
    "report",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b"\xff",
        b'{"schema": "autodevops/failure/v1"}',
        b"[" * 100_000,
        b'{"schema": 1}',
    ],
)
def test_what_is_no_report_is_told(report: bytes) -> None:
    with pytest.raises(NotAReportError):
        prepare(identity(1), report)


def test_another_version_is_told() -> None:
    report = as_json(samples.report([], [])).replace(b"report/v1", b"report/v2")
    with pytest.raises(NotAReportError, match="report/v2"):
        prepare(identity(1), report)


def test_nul_does_not_keep_an_audit_from_a_database() -> None:
    report = json.loads(as_json(samples.report([samples.verdict("X", "x", Status.FAIL)], [])))
    report["notes"] = ["a\0b", "a\\u0000b"]
    content = _sent(json.dumps(report).encode())
    assert content["notes"] == ["a\N{REPLACEMENT CHARACTER}b", "a\\u0000b"]


@given(sizes=st.lists(st.integers(0, 300), max_size=40), limit=st.integers(200, 2_000))
@settings(few(50), suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_parts_hold_every_finding_once_in_order_and_keep_to_the_limit(
    sizes: list[int], limit: int
) -> None:
    findings = [
        samples.finding("X", f"s{number}", message="m" * size) for number, size in enumerate(sizes)
    ]
    whole = prepare(
        identity(1), as_json(samples.report([samples.verdict("X", "x", Status.FAIL)], findings))
    )
    parts = list(whole.parts(limit))
    together = [each for part in parts for each in json.loads(part)]
    assert together == json.loads(msgspec.json.encode(whole.findings))
    assert all(len(part) <= limit or len(json.loads(part)) == 1 for part in parts)


def test_an_upload_is_named_by_what_is_in_it() -> None:
    def name(subject: str, limit: int) -> str:
        report = samples.report(
            [samples.verdict("X", "x", Status.FAIL)], [samples.finding("X", subject)]
        )
        return prepare(identity(1), as_json(report)).upload(limit)

    assert name("a", 10) == name("a", 10)
    assert len({name("a", 10), name("b", 10), name("a", 20)}) == 3
