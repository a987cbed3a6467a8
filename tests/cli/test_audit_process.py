"""An audit as a process: readers that leave, interruptions, closed streams, shadowed modules."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.cli.owned import NO_OWNERS, OWNED
from tests.conftest import MakeRepo
from tests.support.command import autodevops


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
