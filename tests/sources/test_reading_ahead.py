"""Many files of a commit or the index are read from git in one go."""

from pathlib import Path

import pytest

from autodevops.model.snapshot import Entry, Snapshot, Unavailable
from autodevops.sources.modes import Mode
from autodevops.sources.objects import Objects
from autodevops.sources.reading_ahead import PATIENCE, SMALL
from tests.conftest import MakeRepo
from tests.sources.opening import HEAD, INDEX, opened
from tests.support.repositories import Repository

MANY = {f"app/{number:03}.py": f"NUMBER = {number}\n" for number in range(2 * PATIENCE)}
LARGE = "x" * (SMALL + 1)


@pytest.fixture
def repo(make_repo: MakeRepo) -> Repository:
    return make_repo({**MANY, "large.txt": LARGE, "twin.py": MANY["app/199.py"]})


@pytest.fixture
def singly(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the paths that git is asked for one by one."""
    asked: list[str] = []
    read = Objects.blob

    def noting(self: Objects, oid: str, path: str, limit: int) -> bytes | Unavailable:
        asked.append(path)
        return read(self, oid, path, limit)

    monkeypatch.setattr(Objects, "blob", noting)
    return asked


def everything(snapshot: Snapshot) -> dict[str, str | None]:
    return {entry.path: snapshot.text(entry.path) for entry in snapshot.entries}


@pytest.mark.parametrize("mode", [INDEX, HEAD])
def test_every_file_is_read_as_it_is(repo: Repository, singly: list[str], mode: Mode) -> None:
    with opened(repo.path, mode) as snapshot:
        assert everything(snapshot) == {
            **MANY,
            "large.txt": LARGE,
            "twin.py": MANY["app/199.py"],
        }
    assert len(singly) == PATIENCE + 2
    assert {"large.txt", "twin.py"} <= {*singly}


def test_whoever_reads_few_files_has_no_more_read(repo: Repository, singly: list[str]) -> None:
    with opened(repo.path, HEAD) as snapshot:
        assert snapshot.text("app/007.py") == "NUMBER = 7\n"
    assert singly == ["app/007.py"]


def test_a_limit_counts_for_what_was_read_ahead(repo: Repository) -> None:
    with opened(repo.path, HEAD) as snapshot:
        everything_before = [snapshot.text(path) for path in sorted(MANY)[:PATIENCE]]
        assert None not in everything_before
        assert snapshot.data("app/150.py", 3) is None
        assert [gap.subject for gap in snapshot.gaps] == ["app/150.py"]
        assert snapshot.data("app/150.py", 100) == b"NUMBER = 150\n"


def test_a_damaged_object_is_the_only_one_that_is_missing(repo: Repository) -> None:
    with opened(repo.path, HEAD) as snapshot:
        damaged = snapshot.by_path["app/150.py"]
        place = object_file(repo.path, damaged)
        place.chmod(0o600)
        place.write_bytes(b"damaged")
        read = everything(snapshot)
    assert [path for path, text in read.items() if text is None] == ["app/150.py"]


def object_file(folder: Path, entry: Entry) -> Path:
    return folder / ".git" / "objects" / entry.oid[:2] / entry.oid[2:]
