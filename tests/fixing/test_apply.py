"""Files are written in one step, inside the repository, and with the permissions they had."""

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from autodevops.errors import OutputError
from autodevops.fixing.apply import obstacles, write_edits
from autodevops.model.edit import Edit


def test_files_are_written_changed_and_deleted(tmp_path: Path) -> None:
    (tmp_path / "old.md").write_text("old")
    (tmp_path / "gone.md").write_text("gone")
    (tmp_path / "kept.md").write_text("kept")
    edits = [
        Edit(path="old.md", content=b"new"),
        Edit(path="a/b/c.md", content=b"c"),
        Edit(path="gone.md", content=None),
        Edit(path="kept.md", content=None, keep=True),
    ]
    write_edits(tmp_path, edits)
    left = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*") if p.is_file())
    assert left == ["a/b/c.md", "kept.md", "old.md"]
    assert (tmp_path / "old.md").read_text() == "new"


def test_permissions_stay(tmp_path: Path) -> None:
    place = tmp_path / "a"
    place.write_text("a")
    place.chmod(0o755)
    write_edits(tmp_path, [Edit(path="a", content=b"b")])
    assert stat.S_IMODE(place.stat().st_mode) == 0o755


def test_a_new_script_is_executable_for_those_who_may_read_it(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        write_edits(tmp_path, [Edit(path="run.sh", content=b"#!/bin/sh\n", executable=True)])
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "run.sh").stat().st_mode) == 0o750


@pytest.mark.parametrize("path", ["link/new.md", "file-link", "../out", ".git/config"])
def test_nothing_is_written_through_a_link_or_outside(tmp_path: Path, path: str) -> None:
    outside, top = tmp_path / "outside", tmp_path / "top"
    outside.mkdir()
    (top / ".git").mkdir(parents=True)
    (outside / "victim").write_text("untouched")
    (top / "link").symlink_to(outside)
    (top / "file-link").symlink_to(outside / "victim")
    with pytest.raises(OutputError):
        write_edits(top, [Edit(path=path, content=b"x")])
    assert [p.name for p in outside.iterdir()] == ["victim"]
    assert (outside / "victim").read_text() == "untouched"
    assert not list((top / ".git").iterdir())


def test_a_write_that_fails_leaves_what_was_there_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    (tmp_path / "a.md").write_text("old")
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match=r"could not write a\.md: No space left"):
        write_edits(tmp_path, [Edit(path="a.md", content=b"new")])
    assert [path.name for path in tmp_path.iterdir()] == ["a.md"]
    assert (tmp_path / "a.md").read_text() == "old"


def test_what_is_in_the_way_is_said_beforehand(tmp_path: Path) -> None:
    (tmp_path / "untracked.md").write_text("mine")
    (tmp_path / "link").symlink_to("/")
    (tmp_path / "folder").mkdir()
    edits = [
        Edit(path="untracked.md", content=b"x"),
        Edit(path="link/etc/x", content=b"x"),
        Edit(path="folder", content=b"x"),
        Edit(path="fine/new.md", content=b"x"),
    ]
    said = list(obstacles(tmp_path, edits, ()))
    assert [one.split()[0] for one in said] == ["untracked.md", "link/etc/x", "folder"]


def test_a_kill_in_the_middle_leaves_whole_files(tmp_path: Path) -> None:
    old, new = b"old\n" * 50_000, b"new!\n" * 50_000
    names = [f"{at}.txt" for at in range(40)]
    for name in names:
        (tmp_path / name).write_bytes(old)
    program = (
        "import sys, pathlib\n"
        "from autodevops.fixing.apply import write_edits\n"
        "from autodevops.model.edit import Edit\n"
        "edits = [Edit(path=f'{at}.txt', content=b'new!\\n' * 50_000) for at in range(40)]\n"
        "print('go', flush=True)\n"
        "write_edits(pathlib.Path(sys.argv[1]), edits)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)], stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        while (tmp_path / names[3]).read_bytes() == old and process.poll() is None:
            pass
        process.send_signal(signal.SIGKILL)
    contents = {(tmp_path / name).read_bytes() for name in names}
    assert contents <= {old, new}
