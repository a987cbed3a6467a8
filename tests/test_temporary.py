"""Temporary folders are gone when the process is, whatever came between."""

import subprocess
import sys
from pathlib import Path

import pytest

from autodevops.temporary import temporary_folder

_FAILING = """
import shutil
from autodevops.temporary import temporary_folder
remove = shutil.rmtree
def fails(place, **more):
    shutil.rmtree = remove
    FAULT
shutil.rmtree = fails
with temporary_folder() as folder:
    (folder / "file").write_text("x")
    print(folder)
"""
_FORKING = """
import atexit, os
from autodevops.temporary import temporary_folder
with temporary_folder() as folder:
    if os.fork() == 0:
        atexit._run_exitfuncs()
        os._exit(0)
    os.wait()
    print(folder.exists())
"""


def ran(script: str, folder: Path) -> str:
    return subprocess.run(
        [sys.executable, "-c", script],
        env={"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=False,
    ).stdout.strip()


def test_a_folder_is_private_and_gone_after_its_use() -> None:
    with temporary_folder() as folder:
        (folder / "file").write_text("x")
        assert folder.stat().st_mode & 0o777 == 0o700
    assert not folder.exists()


@pytest.mark.parametrize("fault", ["pass", "raise KeyboardInterrupt"])
def test_what_could_not_be_removed_is_removed_at_the_end(tmp_path: Path, fault: str) -> None:
    assert Path(ran(_FAILING.replace("FAULT", fault), tmp_path)).parent == tmp_path
    assert list(tmp_path.iterdir()) == []


def test_a_child_removes_nothing_of_its_parent(tmp_path: Path) -> None:
    assert ran(_FORKING, tmp_path) == "True"
