"""A file is written in one step: whole or not at all, and as permitted as it was."""

import errno
import os
import resource
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from autodevops.writing import write_whole


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o027)
    yield
    os.umask(before)


def mode_of(place: Path) -> int:
    return stat.S_IMODE(place.stat().st_mode)


def contents(folder: Path) -> dict[str, bytes]:
    return {place.name: place.read_bytes() for place in folder.iterdir()}


def test_pieces_stand_one_after_the_other(tmp_path: Path) -> None:
    write_whole(tmp_path / "a", (piece for piece in (b"one, ", b"two")))
    assert contents(tmp_path) == {"a": b"one, two"}


@pytest.mark.parametrize(
    ("mode", "executable", "expected"),
    [(None, False, 0o640), (None, True, 0o750), (0o600, False, 0o600), (0o755, False, 0o755)],
)
def test_a_new_file_is_as_permitted_as_asked_for_or_as_the_umask_leaves_it(
    tmp_path: Path, mode: int | None, executable: bool, expected: int
) -> None:
    write_whole(tmp_path / "a", [b""], mode=mode, executable=executable)
    assert mode_of(tmp_path / "a") == expected


@pytest.mark.parametrize("before", [0o644, 0o600, 0o755, 0o664])
def test_the_permissions_of_a_file_that_is_there_stay(tmp_path: Path, before: int) -> None:
    place = tmp_path / "a"
    place.write_text("a")
    place.chmod(before)
    write_whole(place, [b"b"])
    assert (mode_of(place), place.read_bytes()) == (before, b"b")


def test_what_is_no_regular_file_stays(tmp_path: Path) -> None:
    aim = tmp_path / "aim"
    aim.write_bytes(b"aim")
    (tmp_path / "link").symlink_to(aim)
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    before = sorted(tmp_path.iterdir())
    for name in ("link", "dangling", "folder", "pipe"):
        with pytest.raises(OSError, match="no regular file"):
            write_whole(tmp_path / name, [b"new"])
    assert sorted(tmp_path.iterdir()) == before
    assert aim.read_bytes() == b"aim"


@pytest.mark.parametrize("name", ["a", "new"])
def test_a_disk_that_is_full_leaves_what_was_there(tmp_path: Path, name: str) -> None:
    (tmp_path / "a").write_bytes(b"old")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 16, before[1]))
    try:
        with pytest.raises(OSError, match="File too large") as raised:
            write_whole(tmp_path / name, [b"x" * (1 << 15)] * 3)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert raised.value.errno == errno.EFBIG
    assert contents(tmp_path) == {"a": b"old"}


@pytest.mark.parametrize("moment", ["fsync", "rename", "fchmod"])
def test_whatever_fails_on_the_way_leaves_what_was_there(
    tmp_path: Path, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_arguments: object, **_named: object) -> None:
        raise KeyboardInterrupt

    (tmp_path / "a").write_bytes(b"old")
    monkeypatch.setattr(os, moment, stopped)
    with pytest.raises(KeyboardInterrupt):
        write_whole(tmp_path / "a", [b"new"], mode=0o600)
    assert contents(tmp_path) == {"a": b"old"}


def test_pieces_that_end_in_an_error_leave_what_was_there(tmp_path: Path) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"new"
        raise InterruptedError

    (tmp_path / "a").write_bytes(b"old")
    with pytest.raises(InterruptedError):
        write_whole(tmp_path / "a", pieces())
    assert contents(tmp_path) == {"a": b"old"}


def test_a_path_may_start_from_an_open_folder_and_have_the_longest_name(tmp_path: Path) -> None:
    (tmp_path / "below").mkdir()
    name = "n" * 255
    folder = os.open(tmp_path / "below", os.O_RDONLY)
    try:
        for content in (b"old", b"new"):
            write_whole(Path(name), [content], folder=folder)
    finally:
        os.close(folder)
    assert contents(tmp_path / "below") == {name: b"new"}
