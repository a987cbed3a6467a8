"""The table for a spreadsheet."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from autodevops.model.report import Result
from autodevops.render import Format, render
from autodevops.render.csv import COLUMNS
from autodevops.render.escape import terminal
from tests.support.examples import few
from tests.support.made_up import failures, reports
from tests.support.samples import failure, finding, full_report, report, verdict


def rows(*results: Result) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render(results, Format.CSV), newline="")))


def test_findings_unanswered_rules_and_failed_targets_are_rows() -> None:
    statuses = [row["status"] for row in rows(full_report(), failure())]
    assert statuses == [
        *["open"] * 5,
        "baselined",
        "waived",
        *["unknown"] * 2,
        "error",
        "unknown",
        "not_audited",
    ]


def test_a_row_has_the_finding_in_columns() -> None:
    row = rows(full_report())[0]
    assert tuple(row) == COLUMNS
    assert row["target"] == "acme/shop"
    assert row["rule"] == "SE003"
    assert row["section"] == "Environment & Secret Management"
    assert (row["path"], row["line"], row["column"]) == (".env", "3", "")
    assert len(row["fingerprint"]) == 32


def test_no_cell_is_a_formula() -> None:
    (row,) = rows(report([verdict()], [finding(subject="=HYPERLINK(1)", message="-2+3")]))
    assert row["subject"] == "'=HYPERLINK(1)"
    assert row["message"] == "'-2+3"


@few(60)
@given(st.lists(reports | failures, max_size=2))
def test_any_report_reads_back(results: list[Result]) -> None:
    read = rows(*results)
    for row in read:
        assert None not in row
        assert not any(str(cell).startswith(("=", "+", "-", "@")) for cell in row.values())
    names = [terminal(result.target.name) for result in results]
    assert all(
        row["target"].removeprefix("'") in [n.removeprefix("'") for n in names] for row in read
    )
