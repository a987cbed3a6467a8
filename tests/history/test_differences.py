"""Two audits side by side."""

import pytest

from autodevops.history.differences import Differences, differences
from autodevops.model.report import Report
from tests.support.audits import audited


def told(earlier: Report, later: Report) -> dict[str, list[str]]:
    found = differences(earlier, later)
    named = {name: getattr(found, name) for name in Differences.__struct_fields__}
    return {name: [each.subject for each in named[name]] for name in named if named[name]}


@pytest.mark.parametrize(
    ("earlier", "later", "expected"),
    [
        (audited(), audited(found={"BR003": ["x"]}), {"new": ["x"]}),
        (audited(found={"BR003": ["x"]}), audited(), {"fixed": ["x"]}),
        (
            audited(found={"BR003": ["x", "y"]}),
            audited(found={"BR003": ["y", "z"]}),
            {"new": ["z"], "fixed": ["x"], "still_open": ["y"]},
        ),
        (audited(found={"BR003": ["x"]}), audited(unknown=["BR003"]), {"unjudged": ["x"]}),
        (audited(unknown=["BR003"]), audited(found={"BR003": ["x"]}), {"unjudged": ["x"]}),
        (audited(found={"BR003": ["x"]}), audited(passed=[]), {"unjudged": ["x"]}),
        (
            audited(found={"BR003": ["x"]}),
            audited(found={"BR003": ["x"]}, waived=["x"]),
            {"set_aside": ["x"]},
        ),
        (
            audited(found={"BR003": ["x"]}, waived=["x"]),
            audited(found={"BR003": ["x"]}),
            {"new": ["x"]},
        ),
        (audited(found={"BR003": ["x"]}, waived=["x"]), audited(), {}),
    ],
    ids=[
        "new",
        "fixed",
        "mixed",
        "unknown later",
        "unknown earlier",
        "not asked later",
        "waived since",
        "no longer waived",
        "waived and gone",
    ],
)
def test_each_open_finding_is_told_once(
    earlier: Report, later: Report, expected: dict[str, list[str]]
) -> None:
    assert told(earlier, later) == expected
