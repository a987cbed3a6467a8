"""The contract of `autodevops audit`, held from outside."""

import os
import re
from pathlib import Path

import pytest

from tests.cli.owned import NO_OWNERS, OWNED
from tests.conftest import MakeRepo
from tests.support.command import CLOCK, autodevops

REPORT_KEYS = [
    "schema",
    "tool",
    "target",
    "guide",
    "started_at",
    "seconds",
    "summary",
    "rules",
    "findings",
]


def test_findings_at_the_threshold_end_in_1(make_repo: MakeRepo) -> None:
    done = autodevops("audit", "--select", "OW001", cwd=make_repo(NO_OWNERS).path)
    assert done.code == 1
    assert "codeowners-missing" in done.out
    assert done.err == ""


def test_nothing_at_the_threshold_ends_in_0(make_repo: MakeRepo) -> None:
    done = autodevops("audit", "--select", "OW001", cwd=make_repo(OWNED).path)
    assert done.code == 0


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--fail-on", "critical"], 0),
        (["--fail-on", "never"], 0),
        (["--exit-zero"], 0),
        (["--fail-on", "high"], 1),
        (["--fail-on", "info"], 1),
    ],
)
def test_the_threshold_is_an_option(make_repo: MakeRepo, options: list[str], code: int) -> None:
    repo = make_repo(NO_OWNERS)
    assert autodevops("audit", "--select", "OW001", *options, cwd=repo.path).code == code


def test_the_configuration_sets_the_threshold_and_the_option_wins(make_repo: MakeRepo) -> None:
    repo = make_repo({**NO_OWNERS, "autodevops.toml": 'fail-on = "never"\nselect = ["OW001"]\n'})
    assert autodevops("audit", cwd=repo.path).code == 0
    assert autodevops("audit", "--fail-on", "high", cwd=repo.path).code == 1


def test_a_configuration_counts_before_it_is_tracked(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    repo.write({"autodevops.toml": 'ignore = ["OW001"]\n'})
    assert autodevops("audit", "--select", "OW", cwd=repo.path).code == 0


@pytest.mark.parametrize("is_tracked", [True, False])
def test_a_configuration_that_is_a_link_is_refused(make_repo: MakeRepo, is_tracked: bool) -> None:
    repo = make_repo({**NO_OWNERS, "shared.toml": 'ignore = ["OW001"]\n'})
    repo.link("autodevops.toml", "shared.toml")
    if is_tracked:
        repo.git("add", "autodevops.toml")

    done = autodevops("audit", "--select", "OW", cwd=repo.path)

    assert (done.code, done.out) == (2, "")
    assert "autodevops.toml" in done.err
    assert "--config PATH" in done.err


def test_a_configuration_that_is_a_pipe_is_refused(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    os.mkfifo(repo.path / ".autodevops.toml")

    assert autodevops("audit", "--select", "OW", cwd=repo.path).code == 2


def test_a_pyproject_that_is_a_link_leaves_the_audit_incomplete(make_repo: MakeRepo) -> None:
    repo = make_repo(OWNED)
    repo.link("pyproject.toml", "elsewhere.toml")
    repo.git("add", "pyproject.toml")

    done = autodevops("audit", "--select", "OW001", "-f", "json", cwd=repo.path)

    assert (done.code, done.json["summary"]["complete"]) == (0, False)


def test_a_pyproject_that_is_too_large_leaves_the_audit_incomplete(make_repo: MakeRepo) -> None:
    repo = make_repo({**OWNED, "pyproject.toml": "#" * (1 << 20) + "\n\n"})
    done = autodevops("audit", "--select", "OW001", "-f", "json", cwd=repo.path)
    assert (done.code, done.json["summary"]["complete"]) == (0, False)
    assert "pyproject.toml" in done.json["notes"][0]


def test_unknown_rules_end_in_4_only_when_strict(make_repo: MakeRepo) -> None:
    repo = make_repo(OWNED)
    assert autodevops("audit", "--select", "OW006", cwd=repo.path).code == 0
    assert autodevops("audit", "--select", "OW006", "--strict", cwd=repo.path).code == 4


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--fail-on", "hgh"], "high"),
        (["--format", "jsn"], "json"),
        (["--select", "OX001"], "OW001"),
        (["--nosuch"], "--nosuch"),
        (["--staged", "--rev", "HEAD"], "--staged"),
        (["-f", "json", "-f", "sarif"], "same place"),
        (["--guide", "staff-enginer"], "staff-engineer"),
        (["--baseline", "nowhere.json"], "nowhere.json"),
        (["--config", "nowhere.toml"], "nowhere.toml"),
    ],
)
def test_wrong_usage_ends_in_2_and_says_what_is_right(
    make_repo: MakeRepo, arguments: list[str], said: str
) -> None:
    done = autodevops("audit", *arguments, cwd=make_repo(OWNED).path)
    assert done.code == 2
    assert said in done.err
    assert done.out == ""
    assert "Traceback" not in done.err


def test_a_mistake_in_the_configuration_ends_in_2_with_its_place(make_repo: MakeRepo) -> None:
    repo = make_repo({**OWNED, "autodevops.toml": '\nfail-onn = "high"\n'})
    done = autodevops("audit", cwd=repo.path)
    assert done.code == 2
    assert "autodevops.toml:2" in done.err
    assert "fail-on" in done.err


@pytest.mark.parametrize(
    "moment", ["yesterday", "0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00Z"]
)
def test_a_broken_clock_ends_in_2(make_repo: MakeRepo, moment: str) -> None:
    done = autodevops("audit", cwd=make_repo(OWNED).path, environment={"AUTODEVOPS_NOW": moment})
    assert (done.code, "AUTODEVOPS_NOW" in done.err) == (2, True)


def test_a_folder_that_is_no_repository_ends_in_3(tmp_path: Path) -> None:
    done = autodevops("audit", cwd=tmp_path)
    assert done.code == 3
    assert "is not inside a git repository" in done.err


def test_no_such_path_ends_in_3(tmp_path: Path) -> None:
    done = autodevops("audit", "nowhere", cwd=tmp_path)
    assert (done.code, "nowhere" in done.err) == (3, True)


def test_no_such_revision_ends_in_3(make_repo: MakeRepo) -> None:
    done = autodevops("audit", "--rev", "v9", cwd=make_repo(OWNED).path)
    assert (done.code, "v9" in done.err) == (3, True)


def test_no_git_on_path_ends_in_3(make_repo: MakeRepo) -> None:
    done = autodevops("audit", cwd=make_repo(OWNED).path, environment={"PATH": "/nowhere"})
    assert (done.code, "git" in done.err) == (3, True)


def test_the_json_has_every_key_of_the_contract(make_repo: MakeRepo) -> None:
    report = autodevops("audit", "--format", "json", cwd=make_repo(NO_OWNERS).path).json
    assert [key for key in report if key in REPORT_KEYS] == REPORT_KEYS
    assert report["schema"] == "autodevops/report/v1"
    assert report["started_at"] == CLOCK
    assert re.fullmatch("[0-9a-f]{64}", report["guide"]["digest"])
    finding = next(one for one in report["findings"] if one["rule"] == "OW001")
    assert finding["severity"] == "high"
    assert finding["status"] == "open"
    assert set(finding["locations"][0]) == {
        "path",
        "line",
        "column",
        "end_line",
        "commit",
        "ref",
        "setting",
    }
    verdicts = {rule["id"]: rule for rule in report["rules"]}
    assert verdicts["OW001"]["status"] == "fail"
    assert verdicts["BR008"]["status"] == "unknown"
    assert verdicts["BR008"]["needs"]


def test_two_runs_give_the_same_json(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    texts = []
    for seed in ("1", "2"):
        done = autodevops(
            "audit", "-f", "json", cwd=repo.path, environment={"PYTHONHASHSEED": seed}
        )
        texts.append(re.sub(r'"seconds": [0-9.e-]+', '"seconds": 0', done.out))
    assert texts[0] == texts[1]


def test_each_format_goes_to_the_output_after_it(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo(NO_OWNERS)
    places = [tmp_path / "report.json", tmp_path / "report.sarif"]
    done = autodevops(
        "audit",
        *("--format", "text"),
        *("--format", "json", "--output", places[0]),
        *("--format", "sarif", "--output", places[1]),
        cwd=repo.path,
    )
    assert done.out.count("codeowners-missing") == 1
    assert '"autodevops/report/v1"' in places[0].read_text()
    assert '"2.1.0"' in places[1].read_text()


def test_an_output_that_cannot_be_written_ends_in_3(make_repo: MakeRepo, tmp_path: Path) -> None:
    done = autodevops(
        "audit", "-f", "json", "-o", tmp_path / "no" / "x.json", cwd=make_repo(OWNED).path
    )
    assert (done.code, "x.json" in done.err) == (3, True)
