"""The process that runs commands in forks of itself: it has imported everything.

python -m tests.support.traps.forking
"""

import atexit
import gc
import json
import os
import resource
import signal
import sys
import tempfile
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn, TextIO

from tests.support.repositories import Repository
from tests.support.traps.runner import Order

_FORMS = ("json", "sarif", "html", "markdown", "junit", "csv", "github", "text")
_SHOP = {
    "README.md": "# shop\n",
    "a.py": "KEY = '1'\n",
    ".github/workflows/a.yml": "on: push\njobs: {a: {runs-on: x, steps: [{uses: a/b@main}]}}\n",
}
_WARM_UP = (
    ("audit", "--offline", *(word for form in _FORMS for word in ("-f", form, "-o", f"../{form}"))),
    ("fix", "--offline", "--unsafe"),
    ("advise", "--show-prompt", "--limit", "1"),
    ("batch", "../list", "--offline", "--quiet"),
    ("doctor", "--offline"),
)
_IMPATIENT = (
    ("autodevops.sources.checkout", "_STATUS_SECONDS"),
    ("autodevops.fixing.repository", "_SECONDS"),
)
"""How long git may take over a question."""


def _serve(answers: TextIO) -> None:
    """Carry out orders, each in a child."""
    for line in sys.stdin:
        order = Order(**json.loads(line))
        child = os.fork()
        if child == 0:
            _obey(order)
        answers.write(f"{os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])}\n")
        answers.flush()


def _obey(order: Order) -> NoReturn:
    from autodevops.__main__ import main

    os.chdir(order.folder)
    os.environ.clear()
    os.environ.update(order.environment)
    for module, name in _IMPATIENT if order.impatient else ():
        setattr(sys.modules[module], name, 0.3)
    note = _listen(order.outside)
    for number, arguments in enumerate(order.commands):
        _redirect(f"{order.told}/{number}.", note)
        spent = _seconds()
        sys.argv = ["autodevops", *arguments]
        code = main()
        sys.stderr.flush()
        used = [code, _seconds() - spent, max(one.ru_maxrss for one in _usages())]
        Path(f"{order.told}/{number}.used").write_text(json.dumps(used))
        _unignore_signals()
    # Python's own end would take longer than most commands.
    atexit._run_exitfuncs()
    os._exit(0)


def _usages() -> list[resource.struct_rusage]:
    return [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]


def _seconds() -> float:
    return sum(one.ru_utime + one.ru_stime for one in _usages())


def _unignore_signals() -> None:
    """Undo what a command does at its end."""
    for request in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(request, signal.SIG_DFL)


def _redirect(told: str, note: int) -> None:
    named = {0: os.devnull, 1: f"{told}out", 2: f"{told}err", note: f"{told}opened"}
    for number, place in named.items():
        opened = os.open(place, (os.O_WRONLY | os.O_CREAT | os.O_APPEND) if number else os.O_RDONLY)
        os.dup2(opened, number, inheritable=number < 3)
        os.close(opened)


def _listen(outside: str) -> int:
    """Return where it is written what this process opens outside."""
    note = os.open(os.devnull, os.O_WRONLY)

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = os.fsdecode(arguments[0])
            flags = arguments[2] if isinstance(arguments[2], int) else 0
            # A relative one may be meant from a folder that is open: only the kernel knows which.
            follows = not (flags & os.O_NOFOLLOW and Path(path).is_symlink())
            if follows and Path(path).is_absolute() and os.path.realpath(path).startswith(outside):
                os.write(note, os.fsencode(f"{os.path.realpath(path)}\0"))

    sys.addaudithook(listen)
    return note


def _warm_up() -> None:
    """Import what commands import, and compile what is compiled once on a machine."""
    from autodevops.__main__ import main

    here, silence = Path.cwd(), os.open(os.devnull, os.O_WRONLY)
    os.dup2(silence, 1)
    os.close(silence)
    with TemporaryDirectory() as folder:
        os.environ["AUTODEVOPS_STATE_DIR"] = f"{folder}/state"
        repo = Repository(Path(folder) / "shop")
        repo.commit("feat: the shop", _SHOP)
        (Path(folder) / "list").write_text("../shop\n")
        os.chdir(repo.path)
        for arguments in _WARM_UP:
            sys.argv = ["autodevops", *arguments]
            main()
        os.chdir(here)
    _unignore_signals()
    tempfile.tempdir = None
    gc.freeze()


if __name__ == "__main__":
    with os.fdopen(os.dup(1), "w") as answering:
        _warm_up()
        _serve(answering)
