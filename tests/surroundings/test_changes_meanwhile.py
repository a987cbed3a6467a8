"""Whatever becomes of a repository while it is audited, what is said of it is true."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from autodevops import Status, audit
from autodevops.errors import TargetError
from autodevops.model.report import Report
from autodevops.sources import git, process
from tests.conftest import MakeRepo
from tests.support.memory import NOW
from tests.support.repositories import Repository, run_git


def packed_again(folder: Path) -> None:
    run_git(folder, "repack", "-a", "-d", "-q")


def collected(folder: Path) -> None:
    run_git(folder, "gc", "-q", "--prune=now")


def locked(folder: Path) -> None:
    (folder / ".git" / "index.lock").touch()


def checked_out_twice(folder: Path) -> None:
    run_git(folder, "worktree", "add", "-q", str(folder.parent / "second"), "feature/login")


def switched(folder: Path) -> None:
    run_git(folder, "checkout", "-q", "feature/login")


def forgotten(folder: Path) -> None:
    run_git(folder, "branch", "-q", "-D", "feature/login")
    run_git(folder, "reflog", "expire", "--expire=now", "--all")
    run_git(folder, "gc", "-q", "--prune=now")


UNSEEN = (packed_again, collected, locked, checked_out_twice)
"""Changes that no audit has anything to say about."""
SEEN = (switched, forgotten)


@pytest.fixture
def busy(make_repo: MakeRepo) -> Repository:
    """Give a repository some of whose objects are packed, some loose."""
    repo = make_repo({"README.md": "# shop\n", "app/main.py": "x = 1\n", "old.py": "y\n"})
    repo.checkout("feature/login", create=True)
    repo.commit("feat: login", {"login.py": "z = 1\n", "README.md": None})
    repo.checkout("main")
    repo.commit("feat: more", {"more.py": "a = 1\n", "old.py": None})
    repo.git("gc", "-q")
    repo.commit("Whatever", {"Dockerfile": "FROM a\n"})
    return repo


@contextmanager
def before_each(
    monkeypatch: pytest.MonkeyPatch, begins: Callable[[int], object]
) -> Iterator[list[str]]:
    """Give the names of the processes that were started; before each, tell its number."""
    start, names = process.Process, list[str]()

    def noted(command: list[str], *, name: str, **more: object) -> object:
        begins(len(names))
        names.append(name)
        return start(command, name=name, **more)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(git, "Process", noted)
        yield names


@pytest.mark.parametrize("change", [*UNSEEN, *SEEN])
def test_a_repository_may_change_before_any_question(
    busy: Repository, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    with before_each(monkeypatch, lambda _number: None) as names:
        undisturbed = findings(audit(busy.path, now=NOW))
    moments = sorted({names.index(name) for name in names})
    assert len(moments) > 4, names
    for moment in moments:
        folder = busy.path.parent / str(moment) / "shop"
        shutil.copytree(busy.path, folder, symlinks=True)

        def change_then(number: int, at: int = moment, folder: Path = folder) -> None:
            if number == at:
                change(folder)

        with before_each(monkeypatch, change_then):
            try:
                report = audit(folder, now=NOW)
            except TargetError:
                assert change in SEEN, names[moment]
                continue
        assert [rule.id for rule in report.rules if rule.status is Status.ERROR] == []
        if change in UNSEEN:
            assert findings(report) == undisturbed, names[moment]


def findings(report: Report) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.subject) for finding in report.findings)
