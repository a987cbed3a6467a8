"""Runs every command that looks at a repository over a trap, and says what sprang."""

import re
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from autodevops.render.interface import Format
from autodevops.views.catalog import VIEWS
from tests.support.traps.room import MARKER, SECRET, Room, Trap
from tests.support.traps.runner import Ran, Runner, started
from tests.support.watching import Watch

CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What moves a cursor, ends a line or turns text around."""
COMMAND = re.compile(r"^\s*::(?!error |warning |notice |group|endgroup)|##\[", re.MULTILINE)
"""What a runner of GitHub takes for an order."""

_SECONDS = 10
_KIB = 500_000
_OUT = {"REPORTS": "reports", "LIST": "list", "BASELINE": "baseline.json"}

READING = (
    ("audit", "--offline", "--staged", "-f", "markdown", "--view", ",".join(VIEWS)),
    ("audit", "--offline", "--rev", "HEAD", "--no-store"),
    ("plan", "--offline"),
    ("fix", "--offline"),
    ("advise", "--show-prompt", "--limit", "2", "--select", "GV,OW"),
    ("baseline", "write", "-o", "BASELINE", "--select", "BR,CO,SE"),
    ("batch", "LIST", "--offline", "--jobs", "1", "--select", "BR,CO,RE"),
    ("report", "REPORTS/json", "--verbose"),
    ("init", "--dry-run"),
    ("guide", "show", "--changed"),
    ("guide", "check", "autodevops.toml"),
    ("doctor", "--offline"),
    ("history", "list"),
    ("history", "show"),
    ("history", "diff"),
    ("history", "findings"),
    ("history", "trend"),
    ("hook", "commit-message", ".git/COMMIT_EDITMSG"),
    ("hook", "commit-message", "README.md"),
    ("explain", "GV002"),
)
"""Commands that change nothing of a repository."""

WRITING = (
    ("fix", "--offline", "--apply", "--branch", "fix/all", "--select", "GV,OW,LA"),
    ("fix", "--offline", "--unsafe", "--apply"),
    ("init", "--quiet"),
    ("hook", "install"),
    ("hook", "uninstall"),
    ("baseline", "write"),
    ("baseline", "prune"),
    ("scaffold", "fresh", "--services", "none", "--owner", "@a", "--yes", "--quiet"),
)
"""Commands that write into a repository, and nowhere else."""


@contextmanager
def guarded(room: Room, may: Collection[str] = ()) -> Iterator[Callable[[], list[str]]]:
    """Give a function that tells what sprang since it was asked last.

    `may` are the files outside that may be opened.
    """
    with Watch([room.outside, room.canary]) as watch:

        def sprung() -> list[str]:
            found = [f"opened {path}" for path in {*watch.opened()}.difference(may)]
            if room.mark.exists():
                found.append(f"ran {room.sung()}")
                room.mark.unlink()
            return found

        yield sprung


def faults(text: str, form: str = "text") -> list[str]:
    """Return what is wrong with a text that somebody is shown."""
    plain = text.replace("\r\n", "\n") if form == Format.CSV else text
    found = [f"shows {one}" for one in (MARKER, SECRET) if one in text]
    if control := CONTROL.search(plain):
        found.append(f"control byte in {plain[max(0, control.start() - 40) : control.end()]!r}")
    if form == Format.GITHUB and (order := COMMAND.search(plain)):
        found.append(f"a command: {plain[order.start() : order.end() + 40]!r}")
    return [f"{form}: {fault}" for fault in found]


def swept(
    room: Room, trap: Trap, commands: tuple[tuple[str, ...], ...], where: Path, runner: Runner
) -> Iterator[str]:
    """Yield what goes wrong when these commands are run in a folder, one after another."""
    (room.base / "list").write_text(f"{where}\n")
    # A file that leads out is not checked: the user would name it, and with it what it extends.
    named = [
        [_placed(room, argument) for argument in command]
        for command in commands
        if command[:2] != ("guide", "check") or not _leads_out(where / command[2])
    ]
    may = _may(room, trap, git_writes=commands is WRITING)
    with guarded(room, may) as sprung:
        every = runner.run(named, where, room.outside, impatient=True)
        yield from sprung()
    for command, ran in zip(named, every, strict=True):
        wrong = [*_opened(ran, may), *faults(ran.out), *faults(ran.err), *_spent(ran)]
        if ran.code not in {0, 1, 2, 3}:
            wrong.append(f"ended with {ran.code}: {ran.err}")
        yield from (f"{' '.join(command)}: {one}" for one in wrong)


def _spent(ran: Ran) -> Iterator[str]:
    if ran.seconds > _SECONDS:
        yield f"took {ran.seconds:.1f} s"
    if ran.kib > _KIB:
        yield f"took {ran.kib} KiB"


def _may(room: Room, trap: Trap, *, git_writes: bool = False) -> set[str]:
    names = (*trap.pointers, *(trap.included if git_writes else ()))
    return {str(room.outside / name) for name in names}


def _opened(ran: Ran, may: Collection[str]) -> list[str]:
    return [f"opened {path} itself" for path in sorted(ran.opened.difference(may))]


def _leads_out(file: Path) -> bool:
    return file.is_symlink() or (file.is_file() and "outside/" in file.read_text("utf-8"))


def _placed(room: Room, argument: str) -> str:
    for word, name in _OUT.items():
        if argument.startswith(word):
            return str(room.base / name) + argument.removeprefix(word)
    return argument


def audited(room: Room, trap: Trap, runner: Runner) -> Iterator[str]:
    """Yield what goes wrong when a user audits the folder that he is in, in every format."""
    reports = room.base / "reports"
    reports.mkdir()
    pairs = [("-f", str(form), "-o", str(reports / form)) for form in Format]
    options = ["--offline", "--verbose", "-f", "text"]
    command = ["audit", *options, *(word for pair in pairs for word in pair)]
    may = _may(room, trap)
    with guarded(room, may) as sprung:
        if trap.cold:
            ran = started(command, room.target)
        else:
            [ran] = runner.run([command], room.target, room.outside)
        yield from sprung()
    yield from _opened(ran, may)
    yield from faults(ran.out)
    yield from faults(ran.err)
    for report in sorted(reports.iterdir()):
        yield from faults(report.read_text(errors="surrogateescape"), report.name)
    yield from _spent(ran)
    if ran.code != trap.code:
        yield f"ended with {ran.code}: {ran.err}"
    if trap.code != 1 and any(reports.iterdir()):
        yield "refused, and reported"
