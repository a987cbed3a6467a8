"""Which git is run, what ends a process, and whose repositories are read."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from autodevops.errors import GitUnavailableError, UnreadableTargetError
from autodevops.sources import ownership, process
from autodevops.sources.git import find_git
from autodevops.sources.process import GitError, Process
from tests.conftest import MakeRepo
from tests.sources.opening import opened, paths
from tests.support.growth import assert_linear
from tests.support.repositories import Repository

FILES = {"README.md": "# shop\n"}


def program(folder: Path, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "git"
    file.write_text(f"#!/bin/sh\n{text}\n")
    file.chmod(0o755)
    return folder


class TestFinding:
    def test_no_git_on_path(
        self, make_repo: MakeRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = make_repo(FILES)
        monkeypatch.setenv("PATH", str(tmp_path))
        with pytest.raises(GitUnavailableError, match="no git program") as caught:
            opened(repo.path).__enter__()
        assert "git-scm.com" in caught.value.advice

    @pytest.mark.parametrize(
        ("text", "said"),
        [
            ("echo git version 2.29.4", "is git 2.29; autodevops needs 2.30"),
            ("echo something else", "does not tell its version"),
            ("echo no licence >&2; exit 69", "no licence"),
        ],
    )
    def test_a_git_that_is_of_no_use(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
    ) -> None:
        monkeypatch.setenv("PATH", str(program(tmp_path / "bin", text)))
        with pytest.raises(GitUnavailableError, match=said):
            find_git(outside=tmp_path / "target", folder=tmp_path)

    @pytest.mark.parametrize(
        "version", ["2.30.0", "2.39.5 (Apple Git-154)", "2.47.1.windows.1", "3.0.0-rc1"]
    )
    def test_versions_that_will_do(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, version: str
    ) -> None:
        monkeypatch.setenv("PATH", str(program(tmp_path / "bin", f"echo 'git version {version}'")))
        assert find_git(outside=tmp_path / "target", folder=tmp_path).version >= (2, 30)

    def test_the_target_does_not_bring_its_own(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        target = tmp_path / "target"
        target.mkdir()
        program(target / "bin", "echo git version 9.9.9")
        program(target, "echo git version 9.9.9")
        (tmp_path / "link").symlink_to(target / "bin")
        monkeypatch.chdir(target)
        inside = f":.:bin:{target}/bin:{tmp_path}/link"
        monkeypatch.setenv("PATH", f"{inside}:{os.environ['PATH']}")
        found = find_git(outside=target, folder=tmp_path)
        assert found.version < (9, 9)
        assert str(target) not in found.path
        assert "link" not in found.path


class TestLimits:
    def start(self, tmp_path: Path, script: str, *, seconds: float = 10) -> Process:
        return Process(
            ["/bin/sh", "-c", script],
            name="script",
            environment={"PATH": os.environ["PATH"]},
            folder=tmp_path,
            time_limit=seconds,
        )

    def test_of_time(self, tmp_path: Path) -> None:
        with self.start(tmp_path, "exec sleep 60", seconds=0.05) as running:
            with pytest.raises(GitError, match=r"longer than 0\.05 s"):
                running.everything()
            number = running._process.pid
        with pytest.raises(ProcessLookupError):
            os.kill(number, 0)

    def test_of_time_after_the_output(self, tmp_path: Path) -> None:
        with self.start(tmp_path, "exec 1>&-; sleep 60", seconds=0.3) as running:
            assert running.everything() == b""
            with pytest.raises(GitError, match="longer than"):
                running.finish()

    def test_of_time_is_for_waiting_alone(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        skipped = 0.0
        clock = time.monotonic
        monkeypatch.setattr(time, "monotonic", lambda: clock() + skipped)
        with self.start(tmp_path, "echo a; sleep 0.05; echo b", seconds=30) as running:
            assert running.line() == b"a"
            skipped += 1_000  # what is done with an answer takes a while
            assert running.line() == b"b"
            running.finish()

    def test_of_output(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(process, "_KEPT_LIMIT", 1000)
        with (
            self.start(tmp_path, "yes") as running,
            pytest.raises(GitError, match="printed too much"),
        ):
            running.everything()

    def test_of_a_record(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(process, "_RECORD_LIMIT", 1000)
        with (
            self.start(tmp_path, "yes") as running,
            pytest.raises(GitError, match="without end"),
        ):
            list(running.records(b"\0"))

    def test_failures_quote_what_was_said(self, tmp_path: Path) -> None:
        with self.start(tmp_path, "echo fatal: bad >&2; echo more >&2; exit 3") as running:
            assert running.everything() == b""
            with pytest.raises(GitError) as caught:
                running.finish()
        assert caught.value.message == "`script` failed: fatal: bad"
        assert "more" in caught.value.said

    def test_a_crash_is_named(self, tmp_path: Path) -> None:
        with self.start(tmp_path, "kill -SEGV $$") as running:
            running.everything()
            with pytest.raises(GitError, match="signal 11"):
                running.finish()


@pytest.mark.parametrize("request_to_end", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_request_to_end_leaves_nothing_behind(
    make_repo: MakeRepo, tmp_path: Path, request_to_end: signal.Signals
) -> None:
    repo = make_repo(FILES)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    script = (
        "import sys, time\n"
        "from datetime import datetime, UTC\n"
        "from autodevops.sources.local import open_local\n"
        "with open_local(sys.argv[1], now=datetime.now(UTC)) as snapshot:\n"
        "    list(snapshot.history.blobs([snapshot.entries[0].oid], 100))\n"
        "    print('open', flush=True)\n"
        "    time.sleep(60)\n"
    )
    environment = os.environ | {
        "TMPDIR": str(temporary),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    with subprocess.Popen(
        [sys.executable, "-c", script, str(repo.path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
    ) as running:
        assert running.stdout
        assert running.stdout.readline() == b"open\n"
        assert len(list(temporary.iterdir())) == 1
        running.send_signal(request_to_end)
        running.wait(20)
    assert list(temporary.iterdir()) == []


def test_a_snapshot_reads_nothing_after_its_end(make_repo: MakeRepo) -> None:
    repo = make_repo(FILES)
    before = len(list(Path("/dev/fd").iterdir()))
    with opened(repo.path) as snapshot:
        assert snapshot.data("README.md")
    assert snapshot.data("README.md") is None
    assert len(list(Path("/dev/fd").iterdir())) == before


class TestOwnership:
    """Git's rule about repositories of other users, and the user's own answer to it."""

    @pytest.fixture(autouse=True)
    def somebody_else(self, monkeypatch: pytest.MonkeyPatch) -> None:
        owner = os.geteuid()
        monkeypatch.setattr(os, "geteuid", lambda: owner + 1)

    def test_is_refused_with_the_command_that_allows(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        with pytest.raises(UnreadableTargetError) as caught:
            opened(repo.path).__enter__()
        assert "belongs to another user" in caught.value.message
        assert f"git config --global --add safe.directory {repo.path}" in caught.value.advice

    @pytest.mark.parametrize(
        ("values", "allowed"),
        [
            (["{top}"], True),
            (["*"], True),
            (["{above}/*"], True),
            (["{above}"], False),
            (["{top}", ""], False),
            (["", "{top}"], True),
            (["shop"], False),
            (["{above}/shopping/*"], False),
        ],
    )
    def test_is_allowed_by_the_users_configuration(
        self, make_repo: MakeRepo, clean_environment: Path, values: list[str], allowed: bool
    ) -> None:
        repo = make_repo(FILES)
        lines = "".join(
            f"\tdirectory = {value.format(top=repo.path, above=repo.path.parent)}\n"
            for value in values
        )
        (clean_environment / ".gitconfig").write_text(f"[safe]\n{lines}")
        if allowed:
            with opened(repo.path) as snapshot:
                assert paths(snapshot) == ["README.md"]
        else:
            with pytest.raises(UnreadableTargetError):
                opened(repo.path).__enter__()

    def test_is_not_allowed_by_the_target(self, make_repo: MakeRepo) -> None:
        repo = make_repo(FILES)
        repo.git("config", "safe.directory", "*")
        with pytest.raises(UnreadableTargetError):
            opened(repo.path).__enter__()


@pytest.mark.parametrize(("asked_by", "allowed"), [("1000", True), ("1001", False), ("x", False)])
def test_root_reads_what_belongs_to_who_used_sudo(
    make_repo: MakeRepo, monkeypatch: pytest.MonkeyPatch, asked_by: str, allowed: bool
) -> None:
    repo = make_repo(FILES)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(ownership, "_owner", lambda _: 1000)
    monkeypatch.setenv("SUDO_UID", asked_by)
    if allowed:
        with opened(repo.path) as snapshot:
            assert paths(snapshot) == ["README.md"]
    else:
        with pytest.raises(UnreadableTargetError):
            opened(repo.path).__enter__()


def test_opening_takes_time_that_grows_with_the_files(tmp_path: Path) -> None:
    def made(count: int) -> Repository:
        repo = Repository(tmp_path / f"of-{count}")
        repo.write({f"file{number}": "" for number in range(count)})
        repo.commit("feat: files")
        return repo

    def enter(repo: Repository) -> None:
        with opened(repo.path):
            pass

    assert_linear(enter, made, 100)
