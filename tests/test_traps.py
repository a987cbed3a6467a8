"""No trap that a repository holds springs: nothing runs, leads out, changes, hangs or crashes.

Each trap is met by a user's audit in every format, then by every command that looks at a
repository, then, as a copy, by every command that writes into one.
"""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from autodevops.cli.app import run
from tests.support.repositories import run_git
from tests.support.traps import TRAPS, Room, Trap, room_of
from tests.support.traps.kinds import KINDS
from tests.support.traps.runner import Runner
from tests.support.traps.sweep import READING, WRITING, audited, guarded, swept
from tests.support.trees import trace


@pytest.fixture
def rooms() -> Iterator[list[Room]]:
    """Give a list for rooms; they are left in the end, however deep they are."""
    made: list[Room] = []
    yield made
    for room in made:
        room.leave()


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    """Give what runs commands for as long as there are traps to be met."""
    with Runner() as running:
        yield running


@pytest.mark.parametrize("name", list(TRAPS))
def test_no_trap_springs(rooms: list[Room], tmp_path: Path, name: str, runner: Runner) -> None:
    trap = TRAPS[name]
    room = room_of(trap, tmp_path)
    rooms.append(room)
    before, outside = trace(room.files), trace(room.outside)
    assert list(audited(room, trap, runner)) == []
    assert trace(room.files) == before
    if trap.heavy:
        return
    assert list(swept(room, trap, READING, room.target, runner)) == []
    assert trace(room.files) == before
    assert list(swept(room, trap, WRITING, room.copy(), runner)) == []
    assert trace(room.files) == before
    assert trace(room.outside) == outside


LOOSE = {
    "status": ("fsmonitor", "clean"),
    "hash-object app/main.py": ("process",),
    "diff -- Dockerfile": ("diff",),
    "diff --no-ext-diff -- Dockerfile": ("textconv",),
    "commit --allow-empty": ("editor", "hook pre-commit"),
    "commit --allow-empty -m x": ("--status-fd=2",),
    "fetch origin": ("ext",),
    "fetch ssh": ("ssh",),
    "fetch https://x/y": ("instead",),
    "credential fill": ("credential",),
    "st": ("alias",),
    "update-ref refs/heads/new HEAD": ("hook reference-transaction",),
    "add Dockerfile": ("hook post-index-change",),
    "interpret-trailers --trailer x README.md": ("trailer",),
    "archive --format=tar.x HEAD": ("tar",),
}
"""What git runs where it is let loose, by command."""


def test_the_canary_sings_where_git_is_let_loose(tmp_path: Path) -> None:
    room = room_of(Trap(make=lambda room: room), tmp_path)
    room.repo.write(
        {"README.md": "# changed\n", "app/main.py": "x = 1\n", "Dockerfile": "FROM b\n"}
    )
    silent = []
    with guarded(room) as sprung:
        for command, ways in LOOSE.items():
            subprocess.run(
                [
                    "timeout",
                    "1",
                    "git",
                    "-c",
                    "user.name=x",
                    "-c",
                    "user.email=x@y",
                    *command.split(),
                ],
                cwd=room.files,
                input=b"protocol=https\nhost=example.com\n\n",
                capture_output=True,
                check=False,
            )
            told = "\n".join(sprung()).replace("\nran ", "\n")
            silent += [(command, way, told) for way in ways if f"\n{way}" not in told]
    assert "; ".join(f"{one[0]}: {one[1]}" for one in silent) == ""


def test_reading_outside_is_noticed_whoever_reads(tmp_path: Path) -> None:
    room = Room(tmp_path)
    link = room.files / "link"
    link.symlink_to(room.secret)
    with guarded(room) as sprung:
        assert sprung() == []
        room.secret.read_bytes()
        assert sprung() == [f"opened {room.secret}"]
        for command in (["cat", str(link)], ["git", "hash-object", "link"], ["sh", str(link)]):
            subprocess.run(command, cwd=room.files, capture_output=True, check=False)
            assert f"opened {room.secret}" in sprung(), command
        run_git(room.files, "status")
        assert sprung() == []
        config = ["git", "-c", f"include.path={room.secret}", "status"]
        subprocess.run(config, cwd=room.files, capture_output=True, check=False)
        assert f"opened {room.secret}" in sprung()


def test_every_kind_of_file_reaches_whoever_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from autodevops.model.snapshot import Snapshot

    room = room_of(TRAPS["every kind of file"], tmp_path)
    asked: set[str] = set()
    read = Snapshot.data

    def noted(self: Snapshot, path: str, limit: int = 1 << 20) -> bytes | None:
        asked.add(path)
        return read(self, path, limit)

    monkeypatch.setattr(Snapshot, "data", noted)
    run(["audit", "--offline", "--quiet", "--ignore", "SE001,SE002", str(room.target)])
    assert " ".join(sorted(set(KINDS) - asked)) == ""
