"""The contract of `autodevops audit`, held from outside."""

import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import MakeRepo
from tests.support.command import CLOCK, autodevops

NO_OWNERS = {"README.md": "# shop\n\nSells things.\n"}
OWNED = {**NO_OWNERS, ".github/CODEOWNERS": "* @ada\n"}

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


def test_an_empty_repository_is_audited(make_repo: MakeRepo) -> None:
    done = autodevops("audit", "--format", "json", cwd=make_repo().path)
    assert done.code in {0, 1}
    assert done.json["target"]["commit"] is None


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


def test_several_targets_are_reported_together_and_a_failed_one_does_not_stop_them(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    make_repo(OWNED, name="one")
    done = autodevops("audit", "one", "two", "--select", "OW001", "-f", "json", cwd=tmp_path)
    assert done.code == 4
    one, two = done.json["reports"]
    assert one["schema"] == "autodevops/report/v1"
    assert (two["schema"], two["error"]["code"]) == ("autodevops/failure/v1", 3)
    assert "two" in done.err


def test_when_no_target_can_be_audited_it_ends_in_3(tmp_path: Path) -> None:
    assert autodevops("audit", "one", "two", cwd=tmp_path).code == 3


def test_staged_looks_at_the_index_and_reports_what_is_staged(make_repo: MakeRepo) -> None:
    repo = make_repo(OWNED)
    repo.write({"dump.sql.bak": "x\n"})
    assert autodevops("audit", "--staged", "--select", "LA", cwd=repo.path).code == 0
    repo.add("dump.sql.bak")
    repo.write({"dump.sql.bak": None})
    done = autodevops(
        "audit", "--staged", "--select", "LA", "--fail-on", "low", "-f", "json", cwd=repo.path
    )
    assert done.code == 1
    places = [place["path"] for one in done.json["findings"] for place in one["locations"]]
    assert set(places) == {"dump.sql.bak"}


def test_staged_leaves_history_alone(make_repo: MakeRepo) -> None:
    repo = make_repo(OWNED)
    repo.branch("nonsense")
    report = autodevops("audit", "--staged", "-f", "json", cwd=repo.path).json
    verdicts = {rule["id"]: rule for rule in report["rules"]}
    assert verdicts["BR003"]["status"] == verdicts["SE002"]["status"] == "unknown"
    assert "--staged" in verdicts["BR003"]["reason"]


def test_rev_looks_at_that_commit(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    repo.commit("chore: own it", OWNED)
    assert autodevops("audit", "--select", "OW001", cwd=repo.path).code == 0
    assert autodevops("audit", "--select", "OW001", "--rev", "HEAD~1", cwd=repo.path).code == 1


def test_a_subfolder_means_its_repository(make_repo: MakeRepo) -> None:
    repo = make_repo({**NO_OWNERS, "docs/a.md": "# a\n"})
    done = autodevops("audit", "--select", "OW001", "-f", "json", cwd=repo.path / "docs")
    assert done.json["target"]["name"] == "shop"


def test_the_report_survives_a_reader_that_leaves(make_repo: MakeRepo) -> None:
    repo = make_repo(NO_OWNERS)
    with subprocess.Popen(
        [sys.executable, "-m", "autodevops", "audit", "-f", "json"],
        cwd=repo.path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        said = process.stderr.read()
        assert process.wait() in {0, 1}
    assert said == b""


def test_an_interrupted_audit_ends_in_130(make_repo: MakeRepo, tmp_path: Path) -> None:
    # A git that never answers keeps the audit going until the signal comes.
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    marker = tmp_path / "started"
    slow = bin_folder / "git"
    real = shutil.which("git")
    slow.write_text(
        "#!/bin/sh\n"
        f'case "$*" in --version|*config*) exec {real} "$@";; esac\n'
        f"touch {marker}\nexec sleep 60\n"
    )
    slow.chmod(0o755)
    repo = make_repo(NO_OWNERS)
    with subprocess.Popen(
        [sys.executable, "-m", "autodevops", "audit"],
        cwd=repo.path,
        env={**os.environ, "PATH": f"{bin_folder}:{os.environ['PATH']}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        deadline = time.monotonic() + 30
        while not marker.exists() and time.monotonic() < deadline:
            time.sleep(0.02)
        process.terminate()
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert b"Traceback" not in said


def test_a_closed_standard_output_ends_in_3(make_repo: MakeRepo) -> None:
    command = f'"{sys.executable}" -m autodevops audit >&-'
    done = subprocess.run(
        ["sh", "-c", command],
        cwd=make_repo(OWNED).path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "standard output is closed" in done.stderr) == (3, True)


def test_a_very_wide_screen_does_not_blow_the_report_up(make_repo: MakeRepo) -> None:
    done = autodevops("audit", cwd=make_repo(OWNED).path, environment={"COLUMNS": "9" * 5000})
    assert done.code in {0, 1}
    assert max(map(len, done.out.splitlines())) <= 1000


def test_modules_in_the_current_folder_shadow_none_of_ours(
    make_repo: MakeRepo, tmp_path: Path
) -> None:
    mark = tmp_path / "imported"
    names = ("rich", "yaml", "typing", "typer", "msgspec", "json", "click", "shutil")
    traps = {f"{name}.py": f"open({str(mark)!r}, 'w').write({name!r})\n" for name in names}
    done = autodevops("audit", cwd=make_repo({**OWNED, **traps}).path)
    assert done.code in {0, 1}
    assert not mark.exists(), mark.read_text()
