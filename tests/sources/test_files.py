"""The one function that opens a target's files."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from autodevops.model.snapshot import Unavailable
from autodevops.sources import files as module
from autodevops.sources.files import Files
from tests.sources.opening import reads_everything

LIMIT = 1000


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "outside").write_text("outside")
    root = tmp_path / "root"
    (root / "folder").mkdir(parents=True)
    (root / "folder" / "file").write_text("inside")
    return root


@pytest.fixture
def files(root: Path) -> Iterator[Files]:
    with Files(root) as files:
        yield files


def reason(answer: bytes | str | Unavailable) -> str:
    assert isinstance(answer, Unavailable)
    return answer.reason


def test_reads_regular_files(files: Files) -> None:
    assert files.read("folder/file", LIMIT) == b"inside"
    assert files.read("folder/file", 6) == b"inside"
    assert files.holds("folder/file")
    assert not files.holds("folder")


@pytest.mark.parametrize(
    "path",
    [
        *("../outside", "folder/../../outside", "folder/./file", "folder//file", "", "/", "."),
        *("folder/", "/folder/file", "a\0b", "x" * 5000, "/".join("x" * 3000)),
    ],
)
def test_reads_nothing_by_a_path_that_is_none_of_git(files: Files, path: str) -> None:
    assert isinstance(files.read(path, LIMIT), Unavailable)
    assert isinstance(files.link(path), Unavailable)
    assert not files.holds(path)


def test_follows_no_link(root: Path, files: Files) -> None:
    (root / "link").symlink_to("folder/file")
    (root / "way").symlink_to("folder")
    assert reason(files.read("link", LIMIT)) == "link is not a regular file"
    assert "through a link" in reason(files.read("way/file", LIMIT))
    assert files.link("link") == "folder/file"
    assert "not a symbolic link" in reason(files.link("folder/file"))
    assert not files.holds("way/file")


def test_waits_for_no_pipe_and_opens_no_device(root: Path, files: Files) -> None:
    os.mkfifo(root / "pipe")
    assert reason(files.read("pipe", LIMIT)) == "pipe is not a regular file"
    assert reason(files.read("folder", LIMIT)) == "folder is not a regular file"


def test_says_why_not(root: Path, files: Files) -> None:
    (root / "big").write_bytes(b"x" * (2 << 20))
    assert reason(files.read("big", 1 << 20)) == "big is larger than 1 MiB"
    assert reason(files.read("gone", LIMIT)) == "gone is not in the working tree"
    assert reason(files.read("gone/file", LIMIT)) == "gone/file is not in the working tree"
    assert "no longer a file" in reason(files.read("folder/file/below", LIMIT))


@pytest.mark.skipif(reads_everything(), reason="root reads everything")
def test_says_when_it_may_not(root: Path, files: Files) -> None:
    (root / "folder" / "file").chmod(0)
    assert "permission denied" in reason(files.read("folder/file", LIMIT))


def test_a_file_that_grows_while_it_is_read_is_cut(
    root: Path, files: Files, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "growing").write_bytes(b"x" * 10)
    look = os.fstat

    def look_early(descriptor: int) -> os.stat_result:
        found = look(descriptor)
        (root / "growing").write_bytes(b"x" * 2000)
        return found

    monkeypatch.setattr(os, "fstat", look_early)
    assert "is larger" in reason(files.read("growing", LIMIT))


def test_keeps_few_folders_open(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_OPEN_FOLDERS", 4)
    deep = "/".join(f"d{number}" for number in range(20))
    (root / deep).mkdir(parents=True)
    places = [f"{deep}/file", *(f"{deep[: 3 * number + 2]}/file" for number in range(8))]
    for place in places:
        (root / place).write_text(place)
    before = len(list(Path("/dev/fd").iterdir()))
    with Files(root) as files:
        for place in (*places, *reversed(places)):
            assert files.read(place, LIMIT) == place.encode()
        assert len(list(Path("/dev/fd").iterdir())) <= before + 5
    assert len(list(Path("/dev/fd").iterdir())) == before
    assert isinstance(files.read(places[0], LIMIT), Unavailable)
