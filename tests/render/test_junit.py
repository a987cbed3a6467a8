"""JUnit XML that continuous integration servers read."""

import xml.etree.ElementTree as ET
from functools import cache
from pathlib import Path

import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st

from autodevops.model.finding import Severity
from autodevops.model.report import Result
from autodevops.model.verdict import Status
from autodevops.render import Format, render
from tests.support.examples import few
from tests.support.made_up import failures, reports
from tests.support.samples import failure, finding, full_report, report, verdict

SCHEMA = Path(__file__).parent.parent / "data" / "junit" / "junit-10.xsd"


@cache
def schema() -> xmlschema.XMLSchema:
    return xmlschema.XMLSchema(str(SCHEMA))


def as_junit(*results: Result) -> ET.Element:
    text = render(results, Format.JUNIT)
    root = ET.fromstring(text)  # noqa: S314 - our own text
    schema().validate(root)
    return root


def test_the_schema_is_a_real_one() -> None:
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        schema().validate(ET.fromstring("<testsuite/>"))  # noqa: S314 - our own text


def test_sections_are_suites_and_rules_are_cases() -> None:
    suites = as_junit(full_report()).findall("testsuite")
    assert [suite.get("name") for suite in suites] == [
        "acme/shop: Environment & Secret Management",
        "acme/shop: Release Branches Policy",
        "acme/shop: CI Pipelines Per Service",
        "acme/shop: Quick Reference: File Locations",
    ]
    cases = [case.get("name") for case in suites[1].findall("testcase")]
    assert cases[0] == "BR003 branch-name: Every branch has a name of the guide"
    assert len(cases) == 3


def test_counts_are_those_of_the_cases() -> None:
    for suite in as_junit(full_report(), failure()).findall("testsuite"):
        cases = suite.findall("testcase")
        assert suite.get("tests") == str(len(cases))
        for attribute, tag in (
            ("failures", "failure"),
            ("errors", "error"),
            ("skipped", "skipped"),
        ):
            assert suite.get(attribute) == str(len([c for c in cases if c.find(tag) is not None]))


@pytest.mark.parametrize(
    ("status", "tag", "message"),
    [
        (Status.UNKNOWN, "skipped", "unknown: because; needs a token"),
        (Status.NOT_APPLICABLE, "skipped", "not applicable: because; needs a token"),
        (Status.DISABLED, "skipped", "disabled: because; needs a token"),
        (Status.ERROR, "error", "because"),
    ],
)
def test_what_was_not_judged_never_passes(status: Status, tag: str, message: str) -> None:
    root = as_junit(report([verdict(status=status, reason="because", needs="a token")]))
    outcome = root.find(f"testsuite/testcase/{tag}")
    assert outcome is not None
    assert outcome.get("message") == message


def test_a_rule_whose_findings_are_all_set_aside_passes() -> None:
    root = as_junit(full_report())
    (case,) = [c for c in root.iter("testcase") if "BR004" in str(c.get("name"))]
    assert len(case) == 0


def test_a_failure_tells_every_finding_with_place_and_remedy() -> None:
    root = as_junit(full_report())
    failed = [c.find("failure") for c in root.iter("testcase") if "CI001" in str(c.get("name"))]
    assert failed[0] is not None
    assert failed[0].get("type") == "medium"
    assert str(failed[0].get("message")).startswith("2 findings: actions/checkout@v4")
    assert failed[0].text == (
        "MEDIUM .github/workflows/ci.yml:12:9: actions/checkout@v4 is not pinned to a commit\n"
        "  Pin it to a full commit id.\n"
        "MEDIUM old.yml:4 in 0123456: actions/cache@v3 is not pinned to a commit\n"
        "  Pin it to a full commit id."
    )


def test_a_target_that_could_not_be_audited_is_an_error() -> None:
    error = as_junit(failure()).find("testsuite/testcase/error")
    assert error is not None
    assert error.get("type") == "exit-code-3"


def test_findings_of_a_rule_that_the_report_lacks_fail_too() -> None:
    root = as_junit(report([], [finding("XX001", "x", severity=Severity.HIGH)]))
    assert root.find("testsuite/testcase/failure") is not None


@few(60)
@given(st.lists(reports | failures, max_size=2))
def test_any_report_is_valid(results: list[Result]) -> None:
    as_junit(*results)
