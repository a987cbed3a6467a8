"""Folders that are gone at the end, however it comes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from autodevops.sources.scratch import scratch_folder

_HOLD = """
import sys
from autodevops.sources.scratch import scratch_folder
with scratch_folder("clones") as folder:
    (folder / "pack").write_text("much")
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a cache folder of the test's own."""
    monkeypatch.setenv("AUTODEVOPS_CACHE_DIR", str(tmp_path / "cache"))
    return tmp_path / "cache"


def test_it_is_empty_and_then_gone(cache: Path) -> None:
    with scratch_folder("clones") as folder:
        assert folder.is_dir()
        assert folder.stat().st_mode & 0o077 == 0
        (folder / "a").mkdir()
        (folder / "a" / "b").write_text("")

    assert list((cache / "clones").iterdir()) == []


def test_it_is_gone_after_an_error(cache: Path) -> None:
    with pytest.raises(KeyboardInterrupt), scratch_folder("clones"):
        raise KeyboardInterrupt

    assert list((cache / "clones").iterdir()) == []


def test_two_at_once_leave_each_other_alone() -> None:
    with scratch_folder("clones") as one:
        (one / "kept").write_text("")
        with scratch_folder("clones") as other:
            assert one != other
        assert (one / "kept").exists()


def test_what_a_killed_process_left_is_swept_and_what_a_living_one_uses_is_not(
    cache: Path,
) -> None:
    started = [
        subprocess.Popen(
            [sys.executable, "-c", _HOLD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(2)
    ]
    folders = [Path(one.stdout.readline().strip()) for one in started if one.stdout]
    dead, alive = started
    os.kill(dead.pid, signal.SIGKILL)
    dead.communicate()
    assert (folders[0] / "pack").exists()

    with scratch_folder("clones"):
        assert not folders[0].exists()
        assert (folders[1] / "pack").exists()

    alive.communicate("")
    assert list((cache / "clones").iterdir()) == []


def test_without_a_cache_it_is_a_temporary_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("AUTODEVOPS_CACHE_DIR", str(tmp_path / "file"))

    with scratch_folder("clones") as folder:
        assert folder.is_dir()
    assert not folder.exists()
