"""What is stored of an audit, and what became of its findings."""

import json
from pathlib import Path
from typing import Any

import pytest

from autodevops.history.database import reading
from autodevops.history.reading import SeenFinding, audits, document, findings
from autodevops.history.store import Kind
from autodevops.model.finding import Severity
from autodevops.model.report import Report
from tests.history.conftest import Query, Store
from tests.support.audits import DAY, audited, commit, large
from tests.support.samples import HOSTILE, full_report

SUBJECT = {"BR003": ["feat/x"]}


def seen(folder: Path, branch: str = "main") -> list[SeenFinding]:
    with reading(folder) as connection:
        assert connection is not None
        return list(findings(connection, 1, branch))


def only(folder: Path, branch: str = "main") -> SeenFinding:
    (finding,) = seen(folder, branch)
    return finding


def test_the_whole_report_comes_back(folder: Path, store: Store) -> None:
    report = full_report()
    identity = store(report)
    with reading(folder) as connection:
        assert connection is not None
        (audit,) = audits(connection)
        told: dict[str, Any] = json.loads(document(connection, audit))
    assert audit.id == identity
    assert (audit.name, audit.branch, audit.commit) == ("acme/shop", "main", report.target.commit)
    assert audit.critical == 1
    assert told["schema"] == "autodevops/report/v1"
    assert len(told["findings"]) == len(report.findings)


def test_verdicts_are_stored_but_for_disabled_rules(store: Store, query: Query) -> None:
    store(full_report())
    stored: dict[str, str] = dict(query("SELECT rule, status FROM verdicts"))
    assert stored["SE003"] == "fail"
    assert "disabled" not in stored.values()


def test_hostile_names_are_stored_as_text(folder: Path, store: Store) -> None:
    store(audited(branch=HOSTILE, found={"BR003": [HOSTILE, "\ud800"]}))
    with reading(folder) as connection:
        assert connection is not None
        (audit,) = audits(connection)
    subjects = {finding.subject for finding in seen(folder, audit.branch)}
    assert audit.branch.endswith("\\xff\n=1+1")
    assert subjects == {audit.branch, "\\ud800"}


def test_a_finding_is_seen_from_then_on(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1), oid=commit(1), found=SUBJECT))
    store(audited(at=DAY.format(3), oid=commit(3), found=SUBJECT, severity=Severity.HIGH))
    finding = only(folder)
    assert (finding.first_seen, finding.first_commit) == (DAY.format(1), commit(1))
    assert (finding.last_seen, finding.last_commit) == (DAY.format(3), commit(3))
    assert (finding.severity, finding.fixed_at, finding.reopened) == ("high", None, 0)


def test_a_finding_that_is_gone_is_fixed_in_the_commit(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1), oid=commit(1), found=SUBJECT))
    store(audited(at=DAY.format(2), oid=commit(2)))
    store(audited(at=DAY.format(3), oid=commit(3)))
    finding = only(folder)
    assert (finding.fixed_at, finding.fixed_in) == (DAY.format(2), commit(2))
    assert finding.last_seen == DAY.format(1)


def test_a_finding_that_comes_back_is_reopened(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1), found=SUBJECT))
    store(audited(at=DAY.format(2)))
    store(audited(at=DAY.format(3), found=SUBJECT))
    store(audited(at=DAY.format(4), found=SUBJECT))
    finding = only(folder)
    assert (finding.fixed_at, finding.fixed_in) == (None, None)
    assert (finding.reopened, finding.reopened_at) == (1, DAY.format(3))
    assert finding.first_seen == DAY.format(1)


def test_uncommitted_changes_are_no_commit(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1), oid=commit(1), dirty=True, found=SUBJECT))
    assert only(folder).first_commit is None
    store(audited(at=DAY.format(2), oid=commit(2), found=SUBJECT))
    assert only(folder).first_commit == commit(2)
    store(audited(at=DAY.format(3), oid=commit(2), dirty=True))
    assert (only(folder).fixed_at, only(folder).fixed_in) == (DAY.format(3), None)
    store(audited(at=DAY.format(4), oid=commit(4)))
    assert (only(folder).fixed_at, only(folder).fixed_in) == (DAY.format(3), commit(4))


@pytest.mark.parametrize(
    "later",
    [
        audited(at=DAY.format(2), unknown=["BR003"]),
        audited(at=DAY.format(2), passed=["OW001"]),
        audited(at=DAY.format(2), found={"BR003": ["feat/x"]}, waived=["feat/x"]),
    ],
    ids=["unknown", "not asked", "waived"],
)
def test_what_was_not_judged_or_only_set_aside_is_not_fixed(
    folder: Path, store: Store, later: Report
) -> None:
    store(audited(at=DAY.format(1), found=SUBJECT))
    store(later)
    assert only(folder).fixed_at is None


def test_a_rule_that_judged_a_part_fixes_nothing(folder: Path, store: Store) -> None:
    report = full_report()
    store(report)
    (half,) = (rule for rule in report.rules if rule.id == "BR004")
    assert half.reason is not None
    store(audited(at=DAY.format(30), found={"BR004": ["feature/other"]}))
    gone = {finding.subject: finding.fixed_at for finding in seen(folder)}
    assert gone["feature/login"] == DAY.format(30)


def test_branches_don_t_fix_each_other(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1), found=SUBJECT))
    store(audited(at=DAY.format(2), branch="fix/names"))
    assert only(folder).fixed_at is None
    assert seen(folder, "fix/names") == []


def test_a_commit_of_choice_changes_no_life(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1), found=SUBJECT))
    store(audited(at=DAY.format(2), oid=commit(0)), kind=Kind.REVISION)
    assert only(folder).fixed_at is None


def test_an_audit_that_was_overtaken_changes_no_life(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(1), found=SUBJECT))
    store(audited(at=DAY.format(3)))
    store(audited(at=DAY.format(2), found=SUBJECT))
    assert only(folder).fixed_at == DAY.format(3)


def test_only_an_audit_of_the_same_branch_as_it_stood_overtakes(folder: Path, store: Store) -> None:
    store(audited(at=DAY.format(3), branch="zz"))
    store(audited(at=DAY.format(3)), kind=Kind.REVISION)
    store(audited(at=DAY.format(2), found=SUBJECT))
    assert only(folder).first_seen == DAY.format(2)


def test_clones_of_one_address_are_one_target(store: Store, query: Query) -> None:
    store(audited(name="acme/shop"))
    store(audited(name="Acme/Shop"))
    store(audited(name="acme/billing"))
    assert query("SELECT name FROM targets ORDER BY id") == [("Acme/Shop",), ("acme/billing",)]


def test_a_report_costs_a_tenth_of_its_size(store: Store, query: Query) -> None:
    store(large(1000))
    ((size,),) = query("SELECT length(content) FROM documents")
    assert size < 100_000
