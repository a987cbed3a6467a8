"""`.gitignore` precedence, held against git itself."""

import random
from pathlib import Path

import pytest

from autodevops.facts.ignores import Ignores, ignores
from autodevops.facts.path_index import path_index
from autodevops.model.snapshot import Snapshot
from tests.support.growth import assert_linear
from tests.support.memory import snapshot_of
from tests.support.repositories import Repository

FOLDERS = ["", "a/", "b/", "a/b/", "a/b/c/", "build/", "a/build/", "lib/x/", "b/a/b/"]
NAMES = ["a", "b", "build", "x.py", "y.pyc", "z.o.py", ".env", "[c]", "d e", "lib"]
PATTERNS = [
    "*", "!*/", "!*.py", "*.py", "*.pyc", "*.o.*", "a", "a/", "/a", "/a/", "b/", "!b/", "build/",
    "/build", "!/build/", "a/*", "!a/b", "!a/b/", "a/**", "**/b", "**/b/", "a/**/c", "**/a/**",
    "?", "[ab]", "[!ab]", "[^x]*", "\\[c\\]", "[[:lower:]]", "[a-c].*", "d\\ e", "d e  ", "/*",
    "!/a/", "lib", "!lib/", ".env", "!.env", "#no", "\\#no", "", "/", "**", "!**/x.py", "b/**/x.py",
    "x*", "*b*", "[]a]", "[a", "*.[pz]y", "a**", "a*/x.py", "b/a/",
]  # fmt: skip


def read(files: dict[str, str]) -> Ignores:
    snapshot = snapshot_of(files)
    return ignores(snapshot, path_index(snapshot))


def ignored_by_git(repository: Repository) -> set[str]:
    return set(repository.git("ls-files", "-z", "-c", "-i", "--exclude-standard").split("\0")) - {
        ""
    }


@pytest.mark.parametrize("seed", range(40))
def test_it_agrees_with_git_on_tracked_files(seed: int, tmp_path: Path) -> None:
    chance = random.Random(seed)  # noqa: S311 - the same patterns in each run
    files = {
        f"{folder}{name}": ""
        for folder in FOLDERS
        for name in chance.sample(NAMES, 5)
        if f"{folder}{name}/" not in FOLDERS
        and f"{folder}{name}" not in {"a", "b", "lib"}
        and not any(known.startswith(f"{folder}{name}/") for known in FOLDERS)
    }
    for folder in chance.sample(FOLDERS, 4):
        lines = chance.sample(PATTERNS, chance.randint(1, 6))
        files[f"{folder}.gitignore"] = "\n".join(lines) + "\n"
    repository = Repository(tmp_path / "repo")
    repository.write(files)
    repository.git("add", "--force", ".")

    found = read(files)

    told = {path: (line.path, line.line, line.text) for path, line in found.tracked}
    assert set(told) == ignored_by_git(repository), files
    for path, line in found.tracked:
        assert found.ignoring(path) == line
    for path in files.keys() - told.keys():
        assert found.ignoring(path) is None, (path, files)


def test_patterns_longer_than_any_path_leave_a_gap_and_cost_nothing() -> None:
    def made(length: int) -> Snapshot:
        return snapshot_of({".gitignore": "*a" * length + "\n*.log\n", "a" * 200 + ".log": ""})

    assert_linear(lambda snapshot: ignores(snapshot, path_index(snapshot)), made, 10_000)
    snapshot = made(500_000)
    found = ignores(snapshot, path_index(snapshot))
    assert [line.line for _, line in found.tracked] == [2]
    assert [gap.subject for gap in snapshot.gaps] == [".gitignore"]
