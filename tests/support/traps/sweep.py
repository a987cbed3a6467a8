"""Runs every command that looks at a repository over a trap, and says what sprang."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from autodevops.cli.app import run
from autodevops.render.interface import Format
from autodevops.views.catalog import VIEWS
from tests.support.traps.room import MARKER, Room, Trap
from tests.support.watching import Watch

CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""What moves a cursor, ends a line or turns text around."""
COMMAND = re.compile(r"^\s*::(?!error |warning |notice |group|endgroup)|##\[", re.MULTILINE)
"""What a runner of GitHub takes for an order."""

Printed = Callable[[], tuple[bytes, bytes]]
"""Returns what was printed since it was asked last."""

_SECONDS = 10
_KIB = 500_000
_OUT = {"REPORTS": "reports", "LIST": "list", "BASELINE": "baseline.json"}

READING = (
    ("audit", "--offline", "--staged", "--verbose"),
    ("audit", "--offline", "--rev", "HEAD", "--no-store"),
    ("audit", "--offline", "-f", "markdown", "--view", ",".join(VIEWS)),
    ("plan", "--offline"),
    ("fix", "--offline", "--unsafe"),
    ("advise", "--show-prompt", "--limit", "2", "--select", "GV,OW"),
    ("baseline", "write", "-o", "BASELINE", "--select", "BR,CO,SE"),
    ("baseline", "prune", "-o", "BASELINE"),
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

_NONE = Trap(make=lambda room: room)
_opened: list[str] = []
_guarded: list[str] = []


def _listen(event: str, arguments: tuple[object, ...]) -> None:
    if event == "open" and _guarded and isinstance(arguments[0], str | bytes):
        path = os.fsdecode(arguments[0])
        flags = arguments[2] if isinstance(arguments[2], int) else 0
        # A relative one may be meant from a folder that is open: only the kernel knows which.
        follows = not (flags & os.O_NOFOLLOW and Path(path).is_symlink())
        if follows and Path(path).is_absolute() and os.path.realpath(path).startswith(_guarded[0]):
            _opened.append(os.path.realpath(path))


sys.addaudithook(_listen)


@contextmanager
def guarded(room: Room, trap: Trap = _NONE) -> Iterator[Callable[[], list[str]]]:
    """Give a function that tells what sprang since it was asked last."""
    may = {str(room.outside / name) for name in trap.pointers}
    with Watch([room.outside, room.canary]) as watch:
        _guarded.append(str(room.outside))

        def sprung() -> list[str]:
            found = [f"opened {path}" for path in {*watch.opened(), *_opened} - may]
            _opened.clear()
            if room.mark.exists():
                found.append(f"ran {room.sung()}")
                room.mark.unlink()
            return found

        try:
            yield sprung
        finally:
            _guarded.clear()


def faults(text: str, form: str = "text") -> list[str]:
    """Return what is wrong with a text that somebody is shown."""
    plain = text.replace("\r\n", "\n") if form == Format.CSV else text
    found = [f"shows {MARKER}"] if MARKER in text else []
    if control := CONTROL.search(plain):
        found.append(f"control byte in {plain[max(0, control.start() - 40) : control.end()]!r}")
    if form == Format.GITHUB and (order := COMMAND.search(plain)):
        found.append(f"a command: {plain[order.start() : order.end() + 40]!r}")
    return [f"{form}: {fault}" for fault in found]


def swept(
    room: Room, trap: Trap, commands: tuple[tuple[str, ...], ...], where: Path, printed: Printed
) -> Iterator[str]:
    """Yield what goes wrong when these commands are run in a folder."""
    (room.base / "list").write_text(f"{where}\n")
    here = Path.cwd()
    with guarded(room, trap) as sprung:
        os.chdir(where)
        try:
            for command in commands:
                if command[:2] == ("guide", "check") and _leads_out(Path(command[2])):
                    continue  # the user names it, and with it what it extends
                named = [_placed(room, argument) for argument in command]
                spent = sum(os.times()[:4])
                code = run(named)
                spent = sum(os.times()[:4]) - spent
                out, err = (part.decode(errors="surrogateescape") for part in printed())
                wrong = [*sprung(), *faults(out), *faults(err)]
                if command[0] == "fix" and "--apply" in command:
                    # Git writes with the repository's configuration and refs, wherever they lead.
                    wrong = [one for one in wrong if not one.startswith("opened ")]
                if code not in {0, 1, 2, 3}:
                    wrong.append(f"ended with {code}: {err}")
                # Repairs are judged, too: a repository is looked at twice.
                if spent > _SECONDS * (2 if command[0] == "fix" else 1):
                    wrong.append(f"took {spent:.1f} s")
                yield from (f"{' '.join(command)}: {one}" for one in wrong)
        finally:
            os.chdir(here)


def _leads_out(file: Path) -> bool:
    return file.is_symlink() or (file.is_file() and "outside/" in file.read_text("utf-8"))


def _placed(room: Room, argument: str) -> str:
    for word, name in _OUT.items():
        if argument.startswith(word):
            return str(room.base / name) + argument.removeprefix(word)
    return argument


_MEASURED = (
    "import resource, subprocess, sys; "
    "code = subprocess.run(sys.argv[1:], check=False).returncode; "
    "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr); "
    "sys.exit(code)"
)


def audited(room: Room, trap: Trap) -> Iterator[str]:
    """Yield what goes wrong when a user audits the folder that he is in, in every format.

    A process counts what its parent had when it began, so a small one stands between it and us.
    """
    reports = room.base / "reports"
    reports.mkdir()
    pairs = [("-f", str(form), "-o", str(reports / form)) for form in Format]
    audit = [sys.executable, "-m", "autodevops", "audit", "--offline", "--verbose", "-f", "text"]
    command = [*audit, *(word for pair in pairs for word in pair)]
    with guarded(room, trap) as sprung:
        spent = sum(os.times()[:4])
        done = subprocess.run(
            [sys.executable, "-I", "-c", _MEASURED, *command],
            cwd=room.target,
            capture_output=True,
            check=False,
        )
        spent = sum(os.times()[:4]) - spent
        yield from sprung()
    *complaints, peak = done.stderr.decode(errors="surrogateescape").rstrip("\n").split("\n")
    yield from faults(done.stdout.decode(errors="surrogateescape"))
    yield from faults("\n".join(complaints))
    for report in sorted(reports.iterdir()):
        yield from faults(report.read_text(errors="surrogateescape"), report.name)
    if spent > _SECONDS:
        yield f"took {spent:.1f} s"
    if int(peak) > _KIB:
        yield f"took {peak} KiB"
    if done.returncode != trap.code:
        yield f"ended with {done.returncode}: {complaints}"
    if trap.code != 1 and any(reports.iterdir()):
        yield "refused, and reported"
