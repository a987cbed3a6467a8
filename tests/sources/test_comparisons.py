"""What is remembered of pairs of commits: asked of git once, and never believed of other files."""

import sqlite3
from collections.abc import Mapping, Sequence
from os import utime
from pathlib import Path

import pytest

from autodevops.model.history import Difference
from autodevops.model.snapshot import Unavailable
from autodevops.sources.comparisons import FEWEST, Comparisons, Pair, comparisons
from autodevops.sources.local import open_local
from tests.conftest import MakeRepo
from tests.sources.opening import history_of
from tests.support.memory import NOW

PAIRS = [(f"{number:040x}", "f" * 40) for number in range(FEWEST)]
REPOSITORY = Path("/shop/.git")


class Git:
    """Stands for git: says of each pair which one it is, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Pair] = []

    def compare(self, pairs: Sequence[Pair]) -> Mapping[Pair, Difference]:
        self.asked += pairs
        return {pair: Difference(pair[0].encode(), b"M") for pair in pairs}

    def patch_ids(self, pairs: Sequence[Pair]) -> Mapping[Pair, str]:
        self.asked += pairs
        return {pair: pair[0] for pair in pairs if pair != PAIRS[0]}


@pytest.fixture
def git() -> Git:
    return Git()


def test_only_new_pairs_are_asked_about(tmp_path: Path, git: Git) -> None:
    first = comparisons(tmp_path, REPOSITORY).differences(PAIRS, git.compare)
    new = ("a" * 40, "b" * 40)
    found = comparisons(tmp_path, REPOSITORY).differences([*PAIRS, new], git.compare)
    assert git.asked == [*PAIRS, new]
    assert found == {**first, new: Difference(new[0].encode(), b"M")}


def test_that_a_pair_has_no_patch_is_remembered(tmp_path: Path, git: Git) -> None:
    first = comparisons(tmp_path, REPOSITORY).patch_ids(PAIRS, git.patch_ids)
    assert comparisons(tmp_path, REPOSITORY).patch_ids(PAIRS, git.patch_ids) == first
    assert git.asked == PAIRS
    assert PAIRS[0] not in first


def test_another_repository_is_asked_itself(tmp_path: Path, git: Git) -> None:
    comparisons(tmp_path, REPOSITORY).differences(PAIRS, git.compare)
    comparisons(tmp_path, Path("/fork/.git")).differences(PAIRS, git.compare)
    assert git.asked == PAIRS * 2


def test_few_pairs_leave_no_file(tmp_path: Path, git: Git) -> None:
    comparisons(tmp_path, REPOSITORY).differences(PAIRS[1:], git.compare)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("spoilt", [b"no database at all" * 99, b""])
def test_a_spoilt_file_is_made_anew(tmp_path: Path, git: Git, spoilt: bytes) -> None:
    known = comparisons(tmp_path, REPOSITORY)
    assert known.file is not None
    known.file.write_bytes(spoilt)
    assert len(known.differences(PAIRS, git.compare)) == len(PAIRS)
    assert len(known.differences(PAIRS, git.compare)) == len(PAIRS)
    assert git.asked == PAIRS


def test_without_a_folder_that_can_be_written_git_is_asked(tmp_path: Path, git: Git) -> None:
    (tmp_path / "file").write_text("")
    known = comparisons(tmp_path / "file", REPOSITORY)
    assert len(known.differences(PAIRS, git.compare)) == len(PAIRS)
    assert len(Comparisons().differences(PAIRS, git.compare)) == len(PAIRS)


def test_while_another_process_writes_git_is_asked(tmp_path: Path, git: Git) -> None:
    known = comparisons(tmp_path, REPOSITORY)
    known.differences(PAIRS, git.compare)
    assert known.file is not None
    with sqlite3.connect(known.file, isolation_level=None) as other:
        other.execute("BEGIN EXCLUSIVE")
        assert len(known.differences(PAIRS, git.compare)) == len(PAIRS)
        other.execute("ROLLBACK")
    assert git.asked == PAIRS * 2
    assert known.file.exists()


def test_what_nobody_used_for_a_month_goes(tmp_path: Path, git: Git) -> None:
    comparisons(tmp_path, Path("/old/.git")).differences(PAIRS, git.compare)
    (old,) = tmp_path.iterdir()
    utime(old, (0, 0))
    comparisons(tmp_path, REPOSITORY).differences(PAIRS, git.compare)
    assert not old.exists()
    assert len(list(tmp_path.iterdir())) == 1


def test_a_repository_is_told_the_same_again(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo({"a": "0"})
    for number in range(FEWEST + 1):
        repo.commit(f"feat: {number}", {"a": str(number // 2), "b": str(number)})
    cache = tmp_path / "cache"
    told = []
    for folder in (None, cache, cache):
        with open_local(str(repo.path), now=NOW, cache=folder) as snapshot:
            history = history_of(snapshot)
            nodes = history.graph(["HEAD"])
            assert not isinstance(nodes, Unavailable)
            pairs = [(node.parents[0], node.oid) for node in nodes if node.parents]
            told.append((history.diff_paths(pairs), history.patch_ids(pairs)))
    assert told[0] == told[1] == told[2]
    (kept,) = cache.iterdir()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert b"feat" not in kept.read_bytes()
