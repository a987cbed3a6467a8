"""No trap that a repository holds springs: nothing runs, leads out, changes, hangs or crashes."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import perf_counter

import pytest

from autodevops.auditing import perform
from autodevops.cli.app import run
from autodevops.errors import ConfigurationError, TargetError
from autodevops.render.interface import Format, RenderOptions, render
from autodevops.render.tables import render_tables
from autodevops.request import Request
from autodevops.views.catalog import VIEWS
from tests.support.arming import armed
from tests.support.memory import NOW
from tests.support.repositories import Repository
from tests.support.shop import lay_out
from tests.support.traps import MARKER, TRAPS, Trap
from tests.support.trees import trace
from tests.test_hostile_repositories import _COMMAND, _CONTROL, crashed

COMMANDS = (
    ("fix", "--offline"),
    ("fix", "--offline", "--unsafe", "--apply"),
    ("plan", "--offline"),
    ("init", "--dry-run"),
    ("advise", "--show-prompt", "--limit", "3"),
    ("history", "list"),
)
SPRUNG: list[str] = []
_watched: list[str] = []


def _watch(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _watched and isinstance(arguments[0], str | bytes):
        path = os.path.realpath(os.fsdecode(arguments[0]))
        if path.startswith(_watched[0]):
            SPRUNG.append(path)


sys.addaudithook(_watch)


class Room:
    """A repository that is armed, what lies outside of it, and whether anything ran."""

    def __init__(self, base: Path) -> None:
        self.mark = base / "sang"
        self.outside = base / "outside"
        self.outside.mkdir()
        (self.outside / "secret").write_text(f"{MARKER} = '{MARKER}'\n")
        canary = base / "canary"
        canary.write_text(f"#!/bin/sh\necho $0 $* >> {self.mark}\ncat\n")
        canary.chmod(0o755)
        self.repo = lay_out("bad-repo", base / "shop")
        self.canary = canary

    def arm(self, trap: Trap) -> None:
        trap(self.repo, self.outside)
        armed_by_config(self.repo, self.canary)

    def state(self) -> object:
        if (self.repo.path / "d").is_dir():
            listing = ["find", ".", "-printf", "%p %m %T@ %s %l\\n"]
            return subprocess.run(
                listing, cwd=self.repo.path, capture_output=True, check=True
            ).stdout
        return trace_without_giants(self.repo.path)


def trace_without_giants(folder: Path) -> dict[str, object]:
    sparse = (folder / "README.md").is_file() and (folder / "README.md").stat().st_size > 1 << 30
    if not sparse:
        return dict(trace(folder))
    return {
        str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in folder.rglob("*")
    }


def armed_by_config(repo: Repository, canary: Path) -> None:
    config = repo.path / ".git" / "config"
    scratch = Repository(canary.parent / "scratch")
    armed(scratch, canary)
    names = ("[filter", "[diff", "[core]", "[merge", "[alias]", "[pager]", "[gpg", "[credential]")
    text = (scratch.path / ".git" / "config").read_text()
    parts = ["[" + part for part in text.split("\n[")[1:]]
    kept = "\n".join(part for part in parts if part.startswith(names))
    with config.open("a") as file:
        file.write("\n" + kept + f"\n[core]\n\tfsmonitor = {canary}\n")
    attributes = repo.path / ".git" / "info" / "attributes"
    attributes.parent.mkdir(exist_ok=True)
    attributes.write_text("* diff=tripped filter=tripped merge=tripped ident\n")
    hooks = repo.path / ".git" / "hooks"
    hooks.mkdir(exist_ok=True)
    for name in ("post-index-change", "reference-transaction", "pre-commit", "post-checkout"):
        (hooks / name).symlink_to(canary)


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path)
    yield made
    _watched.clear()
    subprocess.run(["rm", "-rf", str(made.repo.path)], check=True)
    assert not made.mark.exists(), made.mark.read_text()
    told, SPRUNG[:] = SPRUNG[:], []
    assert told == []


def shown(room: Room) -> list[tuple[str, str]]:
    """Return all that is shown of the target, by format; of a refusal its message."""
    request = Request(target=str(room.repo.path), views=tuple(VIEWS), background=True)
    try:
        audited = perform(request, now=NOW)
    except (TargetError, ConfigurationError):
        return []
    assert crashed(audited.report) == []
    options = RenderOptions(verbose=True, background=audited.background)
    texts = [(str(form), render([audited.report], form, options)) for form in Format]
    return [*texts, ("views", "".join(render_tables(audited.report, audited.tables)))]


def test_the_canary_sings_where_git_is_let_loose(room: Room) -> None:
    room.arm(TRAPS["names"])
    with pytest.raises(AssertionError, match="tripped"):
        room.repo.git("status")
    assert room.mark.exists()
    room.mark.unlink()


def peak(whose: int) -> int:
    """Return the most memory that was ever taken, in KiB."""
    return resource.getrusage(whose).ru_maxrss


_MEASURED = (
    "import resource, subprocess, sys; "
    "subprocess.run(sys.argv[1:], capture_output=True, check=False); "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
)


def peak_of_a_command(room: Room) -> int:
    """Return the most memory, in KiB, of the command or of git or an engine that it started.

    A process counts what its parent had when it began, so a small one stands between it and us.
    """
    audit = [sys.executable, "-m", "autodevops", "audit", "--offline", "--no-store"]
    command = [sys.executable, "-c", _MEASURED, *audit, str(room.repo.path)]
    return int(subprocess.run(command, capture_output=True, check=True).stdout)


@pytest.mark.parametrize("name", list(TRAPS))
def test_no_trap_springs(room: Room, name: str) -> None:
    room.arm(TRAPS[name])
    before, memory = room.state(), peak(resource.RUSAGE_SELF)
    _watched.append(str(room.outside))
    began, spent = perf_counter(), sum(os.times()[:4])
    texts = shown(room)
    assert sum(os.times()[:4]) - spent < 10
    assert perf_counter() - began < 20  # beside other tests
    _watched.clear()
    assert peak(resource.RUSAGE_SELF) - memory < 400_000
    assert peak_of_a_command(room) < 500_000
    assert room.state() == before
    for form, text in texts:
        found = _CONTROL.search(text)
        assert found is None, (form, text[max(0, found.start() - 40) : found.end()])
        assert MARKER not in text, form
        if form == Format.GITHUB:
            assert _COMMAND.search(text) is None


@pytest.mark.parametrize("name", ["names", "links out", "pipes", "broken refs", "odd commits"])
def test_no_command_steps_into_a_trap(
    room: Room, name: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    room.arm(TRAPS[name])
    _watched.append(str(room.outside))
    for command in COMMANDS:
        before = room.state()
        where = room.repo.path
        if "--apply" in command:
            where = where.parent / "copy"
            subprocess.run(["cp", "-a", str(room.repo.path), str(where)], check=True)
        code = run([*command, *(() if command[0] == "history" else (str(where),))])
        told = capfdbinary.readouterr()
        assert code in {0, 1, 2, 3}, told.err
        assert b"bug in autodevops" not in told.err
        assert MARKER.encode() not in told.out + told.err
        assert _CONTROL.search(told.out.decode()) is None
        assert room.state() == before
