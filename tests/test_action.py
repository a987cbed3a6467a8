"""The GitHub Action: its metadata, and its script in the surroundings that Actions sets."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.conftest import MakeRepo
from tests.support.memory import NOW
from tests.support.repositories import Repository

ROOT = Path(__file__).resolve().parent.parent
SCRIPT = ROOT / ".github" / "action" / "audit.sh"
README = {"README.md": "# shop\n\nSells things.\n"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """How the step ended."""

    code: int
    log: str
    outputs: dict[str, str]
    summary: str


@pytest.fixture
def runner(tmp_path: Path) -> Path:
    """The folders and files of a runner, and our program as the action installs it."""
    folder = tmp_path / "runner"
    folder.mkdir()
    (folder / "autodevops").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m autodevops "$@"\n')
    (folder / "autodevops").chmod(0o755)
    (folder / "summary").write_text("from an earlier step\n")
    return folder


def run(repo: Repository, runner: Path, **inputs: str) -> Step:
    output = runner / "output"
    output.write_text("")
    done = subprocess.run(
        ["bash", str(SCRIPT)],
        cwd=repo.path,
        env={
            **os.environ,
            "AUTODEVOPS_NOW": NOW.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "CI": "true",
            "GITHUB_ACTIONS": "true",
            "GITHUB_OUTPUT": str(output),
            "GITHUB_STEP_SUMMARY": str(runner / "summary"),
            "GITHUB_WORKSPACE": str(repo.path),
            "PROGRAM": str(runner / "autodevops"),
            "RUNNER_TEMP": str(runner),
            **inputs,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    pairs = (line.partition("=") for line in output.read_text().splitlines())
    return Step(
        code=done.returncode,
        log=done.stdout + done.stderr,
        outputs={name: value for name, _, value in pairs},
        summary=(runner / "summary").read_text(),
    )


def test_findings_become_annotations_a_summary_and_reports(
    make_repo: MakeRepo, runner: Path
) -> None:
    step = run(make_repo(README), runner, SELECT="OW,GV001")
    assert (step.code, step.outputs["exit-code"]) == (0, "1")
    assert "::error" in step.log
    assert step.summary.startswith("from an earlier step\n")
    assert "OW001" in step.summary
    report = json.loads(Path(step.outputs["json"]).read_text())
    assert float(step.outputs["conformance"]) == report["summary"]["conformance"]
    assert json.loads(Path(step.outputs["sarif"]).read_text())["version"] == "2.1.0"


def test_inputs_reach_the_audit_and_can_not_become_options(
    make_repo: MakeRepo, runner: Path
) -> None:
    repo = make_repo(README)
    step = run(repo, runner, SELECT="OW", FAIL_ON="never", ANNOTATIONS="false", SUMMARY="false")
    assert (step.outputs["exit-code"], step.log) == ("0", "")
    assert step.summary == "from an earlier step\n"
    assert run(repo, runner, TARGET="--exit-zero").outputs["exit-code"] == "3"
    assert run(repo, runner, SELECT="$(touch here)").outputs["exit-code"] == "2"
    assert not (repo.path / "here").exists()


def test_unknowns_fail_when_told_so(make_repo: MakeRepo, runner: Path) -> None:
    step = run(make_repo(README), runner, SELECT="SE014,OW001", STRICT="true", FAIL_ON="never")
    assert step.outputs["exit-code"] == "4"


@pytest.mark.parametrize(
    ("program", "code"),
    [("exit 3", "3"), ("exit 70", "70"), ("kill -9 $$", "137")],
)
def test_an_audit_without_a_verdict_is_no_pass(
    make_repo: MakeRepo, runner: Path, program: str, code: str
) -> None:
    """A report of an earlier run must not stand in for it."""
    (runner / "autodevops.json").write_text('{"summary": {"conformance": 1.0}}')
    (runner / "autodevops").write_text(f"#!/bin/sh\n{program}\n")
    step = run(make_repo(README), runner)
    assert step.outputs == {"exit-code": code}
    assert "::error title=autodevops::there is no verdict" in step.log


def metadata() -> Any:
    return yaml.safe_load((ROOT / "action.yml").read_text())


def test_every_input_is_used_and_every_use_is_an_input() -> None:
    text = (ROOT / "action.yml").read_text()
    inputs = set(metadata()["inputs"])
    used = {part.split(" ")[0].split("}")[0] for part in text.split("inputs.")[1:]}
    assert used == inputs


def test_the_last_step_fails_closed() -> None:
    last = metadata()["runs"]["steps"][-1]
    for given, expected in (("0", 0), ("1", 1), ("4", 4), ("", 70)):
        done = subprocess.run(
            ["bash", "-c", last["run"]], env={**os.environ, "EXIT_CODE": given}, check=False
        )
        assert done.returncode == expected
    assert last["if"] == "${{ !cancelled() }}"


def test_expressions_stay_out_of_scripts_and_other_actions_are_pinned() -> None:
    for step in metadata()["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
        if "uses" in step:
            assert len(step["uses"].partition("@")[2]) == 40
