"""Audits find their way into the history, and never fail by it."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from autodevops.cli.reports import Destination
from autodevops.cli.storing import keep, with_trend
from autodevops.folders import state_folder
from autodevops.history.database import FILE, reading
from autodevops.history.reading import StoredAudit, audits
from autodevops.model.report import Report
from autodevops.past import find_target, list_audits
from autodevops.recording import remember, trend_with
from autodevops.render import DEFAULTS, Format
from autodevops.request import Request
from tests.conftest import MakeRepo
from tests.support.audits import DAY, EVERYTHING, audited, commit


def stored() -> tuple[StoredAudit, ...]:
    return list_audits(None, branch=None, limit=10)


def local(path: Path, report: Report) -> Report:
    """Return a report of a repository that is hosted nowhere."""
    return replace(report, target=replace(report.target, url=None, path=str(path), name=path.name))


@pytest.mark.parametrize(
    ("request_", "kind", "whole"),
    [
        (EVERYTHING, "current", True),
        (Request(rev="HEAD"), "revision", True),
        (Request(select=("BR",)), "current", False),
        (Request(ignore=("BR",)), "current", False),
        (Request(history=False, offline=True), "current", True),
    ],
)
def test_what_was_audited_is_stored(request_: Request, kind: str, whole: bool) -> None:
    assert remember([audited()], request_) is None
    (audit,) = stored()
    assert (audit.kind, bool(audit.whole)) == (kind, whole)


def test_what_is_staged_is_not_stored() -> None:
    assert remember([audited()], Request(staged=True)) is None
    assert not state_folder().exists()


def test_worktrees_share_a_past_and_namesakes_don_t(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo({"README.md": "# shop\n"})
    other = make_repo({"README.md": "# shop\n"}, name="elsewhere/shop")
    repo.git("worktree", "add", "-q", str(tmp_path / "second"), "-b", "second")
    for place in (repo.path, tmp_path / "second", other.path):
        assert remember([local(place, audited())], EVERYTHING) is None
    assert len({audit.target for audit in stored()}) == 2
    with reading(state_folder()) as connection:
        assert connection is not None
        assert find_target(connection, str(tmp_path / "second")) == find_target(
            connection, str(repo.path)
        )


def test_a_clone_finds_the_past_of_its_address(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# shop\n"})
    repo.git("remote", "add", "origin", "https://ada:token@github.com/Acme/Shop.git")
    remember([audited()], EVERYTHING)
    assert len(list_audits(str(repo.path), branch=None, limit=9)) == 1
    assert len(list_audits("ACME/shop", branch=None, limit=9)) == 1
    assert len(list_audits("https://github.com/acme/shop", branch=None, limit=9)) == 1
    assert b"token" not in (state_folder() / FILE).read_bytes()


def test_a_problem_is_said_once_for_all_targets(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AUTODEVOPS_STATE_DIR", str(tmp_path / "file" / "state"))
    keep([audited(), audited(name="acme/billing")], EVERYTHING)
    said = capsys.readouterr().err
    assert said.count("warning: the audit was not stored") == 1
    assert "AUTODEVOPS_STATE_DIR" in said


def test_a_bug_of_ours_costs_no_audit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autodevops.history.store.follow", lambda *_: 1 // 0)
    problem = remember([audited()], EVERYTHING)
    assert problem is not None
    assert "ZeroDivisionError" in problem.message
    assert stored() == ()


def test_without_a_home_the_history_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AUTODEVOPS_STATE_DIR")
    monkeypatch.setattr("platformdirs.user_state_path", lambda *_, **__: Path("~/state"))
    problem = remember([audited()], EVERYTHING)
    assert problem is not None
    assert "no home folder" in problem.message


def test_a_page_is_given_the_trend_with_this_audit_at_its_end() -> None:
    remember([audited(at=DAY.format(1), oid=commit(1))], EVERYTHING)
    remember([audited(at=DAY.format(2), oid=commit(2))], EVERYTHING)
    now = audited(at=DAY.format(3), oid=commit(3), found={"BR003": ["x"]})
    wanted = [Destination(format=Format.HTML, path="report.html")]
    shown = with_trend(DEFAULTS, [now], wanted, EVERYTHING).trend
    assert shown is not None
    assert [(point.at, point.open) for point in shown.points] == [
        (DAY.format(1), 0),
        (DAY.format(2), 0),
        (DAY.format(3), 1),
    ]
    assert shown.points[-1].audit == ""
    text = [Destination(format=Format.TEXT, path=None)]
    assert with_trend(DEFAULTS, [now], text, EVERYTHING).trend is None


@pytest.mark.parametrize(
    "request_", [Request(staged=True), Request(rev="HEAD"), Request(select=("BR",))]
)
def test_audits_that_belong_to_no_trend_are_given_none(request_: Request) -> None:
    remember([audited()], EVERYTHING)
    assert trend_with([audited()], request_) is None
    assert trend_with([audited(), audited()], EVERYTHING) is None


def test_the_first_audit_of_a_target_has_no_trend() -> None:
    assert trend_with([audited()], EVERYTHING) is None
    remember([audited()], EVERYTHING)
    assert trend_with([audited(name="acme/billing")], EVERYTHING) is None


def test_a_past_that_can_t_be_read_is_no_trend() -> None:
    remember([audited()], EVERYTHING)
    (state_folder() / FILE).write_bytes(b"damaged " * 1000)
    assert trend_with([audited()], EVERYTHING) is None


def test_audits_are_listed_newest_first() -> None:
    remember([audited(at=DAY.format(1)), audited(at=DAY.format(2), branch="fix/x")], EVERYTHING)
    with reading(state_folder()) as connection:
        assert connection is not None
        assert [audit.started_at for audit in audits(connection)] == [DAY.format(2), DAY.format(1)]
        assert [audit.branch for audit in audits(connection, branch="fix/x")] == ["fix/x"]
