"""`autodevops history`, `--no-store`, and what an audit says when it can't be stored."""

import sqlite3
from typing import Any

import pytest

from autodevops.cli.app import run
from autodevops.cli.chart import HEIGHT, Reading, rows
from autodevops.folders import state_folder
from autodevops.history.database import FILE
from autodevops.recording import remember
from tests.cli.owned import NO_OWNERS
from tests.conftest import MakeRepo
from tests.support.audits import DAY, EVERYTHING, audited, commit
from tests.support.command import Done, autodevops
from tests.support.repositories import Repository
from tests.support.samples import HOSTILE


@pytest.fixture
def shop(make_repo: MakeRepo) -> Repository:
    """Return a repository whose past is one finding, then none, then another."""
    repo = make_repo(NO_OWNERS)
    repo.git("remote", "add", "origin", "git@github.com:acme/shop.git")
    found = [{"OW001": [".github/CODEOWNERS"]}, {}, {"BR003": ["feat/x", "wip"]}]
    for day, subjects in enumerate(found, 1):
        report = audited(at=DAY.format(day), oid=commit(day), found=subjects, conformance=day / 4)
        assert remember([report], EVERYTHING) is None
    return repo


@pytest.fixture
def history(
    shop: Repository, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Any:
    """Return a function that runs `autodevops history` in that repository."""
    monkeypatch.chdir(shop.path)
    monkeypatch.setenv("COLUMNS", "80")

    def call(*arguments: str) -> Done:
        capsys.readouterr()
        code = run(["history", *arguments])
        said = capsys.readouterr()
        return Done(code=code, out=said.out, err=said.err)

    return call


def test_audits_are_listed(history: Any) -> None:
    done = history("list")
    lines = done.out.splitlines()
    assert done.code == 0
    assert len(lines) == 3
    assert "2026-11-03 10:00 main 0000000" in lines[0]
    assert "75%" in lines[0]
    assert "2 medium" in lines[0]
    assert "nothing open" in lines[1]
    assert len(history("list", "--limit", "2").out.splitlines()) == 2
    assert "no audit" in history("list", "--branch", "other").out


def test_the_list_is_data(history: Any) -> None:
    told = history("list", "acme/shop", "--format", "json").json
    assert told["schema"] == "autodevops/history-list/v1"
    newest = told["audits"][0]
    assert newest["target"] == {"name": "acme/shop", "url": "https://github.com/acme/shop"}
    assert (newest["branch"], newest["commit"], newest["kind"]) == ("main", commit(3), "current")
    assert newest["findings"]["medium"] == 2


def test_targets_are_told_apart(history: Any, make_repo: MakeRepo) -> None:
    remember([audited(name="acme/billing")], EVERYTHING)
    assert len(history("list", "acme/billing").out.splitlines()) == 1
    assert "acme/billing" in history("list", "--all").out
    other = make_repo(NO_OWNERS, name="other")
    assert "no audit is stored" in history("list", str(other.path)).out
    done = history("list", "acme/nothing")
    assert (done.code, "acme/nothing" in done.err) == (2, True)


def test_a_report_is_shown_again_in_any_format(history: Any) -> None:
    identity = history("list", "--format", "json").json["audits"][2]["id"]
    assert "CODEOWNERS" in history("show", identity[:8]).out
    shown = history("show", identity, "--format", "json").json
    assert shown["schema"] == "autodevops/report/v1"
    assert shown["target"]["commit"] == commit(1)
    assert history("show", "--format", "json").json["target"]["commit"] == commit(3)
    assert "feat/x" in history("show", "--format", "markdown").out


@pytest.mark.parametrize("name", ["123", "xyzw", "0000000000", "%%%%", "____"])
def test_ids_that_name_no_audit_end_in_2(history: Any, name: str) -> None:
    done = history("show", name)
    assert (done.code, name in done.err) == (2, True)


def test_the_difference_between_two_audits(history: Any) -> None:
    ids = [audit["id"] for audit in history("list", "--format", "json").json["audits"]]
    told = history("diff", ids[2][:8], ids[1], "--format", "json").json
    assert told["schema"] == "autodevops/history-diff/v1"
    (fixed,) = told["fixed"]
    assert (fixed["rule"], fixed["first_seen"], fixed["fixed_in"]) == (
        "OW001",
        DAY.format(1),
        commit(2),
    )
    assert (told["new"], told["still_open"], told["same_guide"]) == ([], [], True)
    text = history("diff", ids[2]).out
    assert "2 new findings, 1 fixed, 0 still open" in text
    assert "fixed in 0000000 on 2026-11-02" in text
    assert history("diff").out.count("feat/x") == 1


def test_audits_of_two_targets_can_t_be_compared(history: Any) -> None:
    remember([audited(name="acme/billing")], EVERYTHING)
    ids = [audit["id"] for audit in history("list", "--all", "--format", "json").json["audits"]]
    done = history("diff", ids[0], ids[1])
    assert (done.code, "acme/billing and acme/shop" in done.err) == (2, True)


def test_findings_tell_since_when_and_which_commit_fixed_them(history: Any) -> None:
    there = history("findings").out
    assert "2 findings there" in there
    assert "feat/x since 2026-11-03" in there
    fixed = history("findings", "--fixed", "--format", "json").json
    assert fixed["schema"] == "autodevops/history-findings/v1"
    (finding,) = fixed["findings"]
    assert (finding["subject"], finding["fixed_in"]) == (".github/CODEOWNERS", commit(2))


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_the_trend_is_drawn_as_wide_as_the_screen(
    history: Any, columns: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    out = history("trend").out
    assert "acme/shop, branch main" in out
    assert "25% → 75%" in out
    assert "█" in out
    assert max(map(len, out.splitlines())) <= columns


def test_the_trend_is_data(history: Any) -> None:
    told = history("trend", "--format", "json", "--limit", "2").json
    assert told["schema"] == "autodevops/history-trend/v1"
    assert [(point["conformance"], point["open"]) for point in told["points"]] == [
        (0.5, 0),
        (0.75, 2),
    ]


def test_a_screen_without_unicode_gets_plain_signs(shop: Repository) -> None:
    done = autodevops("history", "trend", cwd=shop.path, environment={"PYTHONIOENCODING": "ascii"})
    assert done.out.isascii()
    assert "#" in done.out


def test_old_audits_are_forgotten_on_demand(history: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTODEVOPS_NOW", DAY.format(3))
    assert history("prune").code == 2
    assert history("prune", "--older-than", "1").out == "1 audit forgotten, 2 kept\n"
    monkeypatch.setenv("SUPABASE_URL", "https://acme.supabase.co")
    done = history("prune", "--keep", "1", "--format", "json")
    assert done.json == {
        "schema": "autodevops/history-prune/v1",
        "removed": 0,
        "waiting": 1,
        "left": 2,
    }
    assert "sync push" in history("prune", "--keep", "1").out
    assert history("prune", "--keep", "0", "--unsent").out == "2 audits forgotten, 0 kept\n"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        (["list"], 0, "`autodevops audit` stores one"),
        (["trend"], 0, "`autodevops audit` stores one"),
        (["findings"], 0, "`autodevops audit` stores one"),
        (["show"], 2, "`autodevops audit` stores one"),
        (["diff"], 2, "`autodevops audit` stores one"),
        (["prune", "--all", "--keep", "1"], 0, "0 audits forgotten, 0 kept"),
    ],
)
def test_without_a_past_it_says_how_to_begin(
    make_repo: MakeRepo, arguments: list[str], code: int, told: str
) -> None:
    done = autodevops("history", *arguments, cwd=make_repo(NO_OWNERS).path)
    assert done.code == code
    assert told in (done.err if code else done.out)
    assert not state_folder().exists()


def test_hostile_names_drive_no_terminal(history: Any) -> None:
    remember([audited(at=DAY.format(9), branch=HOSTILE, found={"BR003": [HOSTILE]})], EVERYTHING)
    for command in ("list", "trend", "findings"):
        out = history(command).out
        assert "\x1b" not in out
        assert "\u202e" not in out


def test_a_newer_file_ends_in_3_for_history_and_warns_an_audit(shop: Repository) -> None:
    with sqlite3.connect(state_folder() / FILE) as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    done = autodevops("history", "list", cwd=shop.path)
    assert (done.code, "newer autodevops" in done.err) == (3, True)
    done = autodevops("audit", "--select", "OW001", cwd=shop.path)
    assert (done.code, done.err.count("was not stored")) == (1, 1)


def test_a_figure_stands_until_the_next() -> None:
    readings = [Reading(0, 0.0), Reading(50, 1.0), Reading(100, 0.5)]
    drawn = rows(readings, 1, 4, unicode=False)
    assert len(drawn) == HEIGHT
    assert drawn[0] == " ## "
    assert drawn[-1] == " ###"
    assert rows([Reading(7, 0.001)], 1, 3, unicode=True)[-1] == "▁▁▁"
    assert rows([Reading(7, None)], 1, 3, unicode=True)[-1] == "   "
    assert rows([Reading(0, 0), Reading(1, 5)], 0, 2, unicode=True)[-1] == "  "
