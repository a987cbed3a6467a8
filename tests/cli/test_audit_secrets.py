"""What an audit says about secrets, held from outside: scope, waivers, limits, what is left out."""

import gzip
import os
import pty
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MakeRepo
from tests.secret_set.values import BASE62, Values
from tests.support.command import Done, autodevops
from tests.support.repositories import Repository, ago, run_git

VALUES = Values(404)
TOKEN = "ghp_" + VALUES.of(BASE62, 36)
OTHER = "ghp_" + VALUES.of(BASE62, 36)
LEAKY = f"TOKEN = '{TOKEN}'\n"
NONE = "TOKEN = None\n"


def audited(folder: Path, *options: str, rules: str = "SE001,SE002,GV006") -> dict[str, Any]:
    """Return the JSON report of an audit for secrets."""
    done = autodevops("audit", "--select", rules, "-f", "json", *options, cwd=folder)
    assert done.code in {0, 1}, done.err
    report: dict[str, Any] = done.json
    return report


def unseen() -> str:
    """Return a text that no other test has the command read: the cache knows what it saw."""
    return f"TOKEN = 'ghp_{VALUES.of(BASE62, 36)}'\n"


def status(report: dict[str, Any], rule: str) -> str:
    return next(str(one["status"]) for one in report["rules"] if one["id"] == rule)


def needs(report: dict[str, Any], rule: str) -> str:
    return next(str(one["needs"]) for one in report["rules"] if one["id"] == rule)


def test_a_comment_with_a_reason_waives_and_without_one_is_two_findings(
    make_repo: MakeRepo,
) -> None:
    repo = make_repo(
        {
            "a.py": f"T = '{TOKEN}'  # autodevops: allow SE001 -- revoked in 2024\n",
            "b.py": f"T = '{OTHER}'  # autodevops: allow SE001\n",
        }
    )
    report = audited(repo.path)
    found = [(one["rule"], one["subject"], one["status"]) for one in report["findings"]]
    assert sorted(found) == [
        ("GV006", "b.py#T", "open"),
        ("SE001", "a.py#T", "waived"),
        ("SE001", "b.py#T", "open"),
        ("SE002", "a.py#T", "waived"),
        ("SE002", "b.py#T", "open"),
    ]
    waiver = next(one["waiver"] for one in report["findings"] if one["subject"] == "a.py#T")
    assert waiver["reason"] == "revoked in 2024"
    assert report["summary"]["findings"]["waived"] == 2


def test_only_staged_content_is_read_for_a_commit(make_repo: MakeRepo) -> None:
    repo = make_repo({"old.py": f"T = '{OTHER}'\n", "a.py": NONE, "b.py": NONE})
    (repo.path / "a.py").write_text(LEAKY)
    repo.git("add", "a.py")
    (repo.path / "a.py").write_text(NONE)
    (repo.path / "b.py").write_text(LEAKY)
    report = audited(repo.path, "--staged")
    assert [(one["rule"], one["subject"]) for one in report["findings"]] == [
        ("SE001", "a.py#TOKEN")
    ]


def test_a_leak_tells_first_commit_path_line_and_refs(make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": NONE}, at=ago(days=9))
    repo.checkout("feature/x", create=True)
    first = repo.commit("feat: call", {"app/call.py": f"\n\n{LEAKY}"}, at=ago(days=5))
    repo.commit("fix: drop it", {"app/call.py": None}, at=ago(days=4))
    repo.tag("v1.0.0")
    repo.checkout("main")
    (leak,) = audited(repo.path)["findings"]
    place = leak["locations"][0]
    head = repo.git("rev-parse", "feature/x~1").strip()
    assert (place["commit"], place["path"], place["line"]) == (head, "app/call.py", 3)
    assert first in {None, head}
    assert leak["evidence"]["refs"] == ["feature/x", "v1.0.0"]


@pytest.mark.parametrize(
    ("option", "needed"),
    [
        (["--no-history"], "--no-history"),
        (["--history-since", "2100-01-01"], "--history-since"),
    ],
)
def test_a_history_that_is_not_searched_is_unknown_and_says_so(
    make_repo: MakeRepo, option: list[str], needed: str
) -> None:
    repo = make_repo({"a.py": LEAKY}, at=ago(days=30))
    repo.commit("fix: none", {"a.py": NONE}, at=ago(days=29))
    report = audited(repo.path, *option)
    assert status(report, "SE002") == "unknown"
    assert needed in needs(report, "SE002")


def test_a_shallow_clone_is_never_clean(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo({"a.py": LEAKY})
    repo.commit("fix: none", {"a.py": NONE})
    run_git(tmp_path, "clone", "-q", "--depth=1", f"file://{repo.path}", "shallow")
    report = audited(tmp_path / "shallow")
    assert status(report, "SE002") == "unknown"
    assert report["summary"]["complete"] is False


def test_a_partial_clone_is_never_clean(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo({"a.py": unseen()})
    repo.commit("fix: none", {"a.py": NONE})
    repo.git("config", "uploadpack.allowFilter", "true")
    run_git(tmp_path, "clone", "-q", "--filter=blob:none", f"file://{repo.path}", "partial")
    report = audited(tmp_path / "partial")
    assert status(report, "SE002") == "unknown"
    assert report["summary"]["complete"] is False


def test_a_missing_object_is_never_clean(make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": unseen()})
    repo.commit("fix: none", {"a.py": NONE})
    lost = repo.git("rev-parse", "HEAD~1:a.py").strip()
    (repo.path / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    report = audited(repo.path)
    assert status(report, "SE002") == "unknown"
    assert report["summary"]["complete"] is False


def test_an_oversized_object_is_never_clean(make_repo: MakeRepo) -> None:
    repo = make_repo({"a.py": NONE, "big.txt": b"x" * ((32 << 20) + 1)})
    repo.commit("chore: drop it", {"big.txt": None})
    report = audited(repo.path)
    assert status(report, "SE001") == "pass"
    assert status(report, "SE002") == "unknown"
    assert report["summary"]["complete"] is False


@pytest.fixture
def packed(make_repo: MakeRepo) -> Repository:
    """Return a repository with an archive in its tree and another in its history."""
    archive = gzip.compress(LEAKY.encode(), mtime=0)
    repo = make_repo({"a.py": NONE, "data.gz": archive, "old.jar": b"PK\x03\x04" + archive})
    repo.commit("chore: drop it", {"old.jar": None})
    return repo


@pytest.mark.parametrize("form", ["text", "markdown", "html", "github", "sarif", "json"])
def test_archives_are_counted_in_the_report(packed: Repository, form: str) -> None:
    done: Done = autodevops(
        *("audit", "--select", "SE001,SE002", "-f", form),
        cwd=packed.path,
        environment={"COLUMNS": "200"},
    )
    assert done.code == 0
    told = " ".join(done.out.split())
    assert "1 among the files, 2 in history" in told
    assert "ncomplete" not in told or form in {"html", "json", "sarif"}


def test_archives_leave_the_answer_complete(packed: Repository) -> None:
    report = audited(packed.path)
    assert report["summary"]["complete"] is True
    assert (status(report, "SE001"), status(report, "SE002")) == ("pass", "pass")
    told = autodevops("audit", "--select", "SE001,SE002", "--strict", cwd=packed.path)
    assert told.code == 0


def test_a_cold_cache_is_said_on_screen(make_repo: MakeRepo, tmp_path: Path) -> None:
    """Compiling the rules takes seconds, once a machine: whoever waits is told."""
    repo = make_repo({"a.py": NONE})
    cache = str(tmp_path / "cache")
    assert b"compiling the secret rules, once" in screen(repo.path, cache)
    assert b"compiling" not in screen(repo.path, cache)


def screen(folder: Path, cache: str) -> bytes:
    """Return what an audit shows in a terminal beside its report."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, "AUTODEVOPS_CACHE_DIR": cache, "TERM": "xterm"}
    with subprocess.Popen(
        [sys.executable, "-m", "autodevops", "audit", "--select", "SE001"],
        cwd=folder,
        env=environment,
        stdin=theirs,
        stdout=subprocess.DEVNULL,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        shown = bytearray()
        # The other end's close reads as an error on Linux and as an end elsewhere.
        with suppress(OSError):
            while chunk := os.read(ours, 4096):
                shown += chunk
    os.close(ours)
    assert process.returncode == 0
    return bytes(shown)
