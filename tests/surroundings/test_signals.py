"""Whoever is told to end leaves all of a change or nothing of it."""

import os
import shlex
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.command import CLOCK, autodevops
from tests.support.repositories import Repository
from tests.support.shop import lay_out
from tests.surroundings.running import COMMITTER, LIMITED, SHORT, command, nonsense, ran

_NEXT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_SIGNALLED = """
import os, re, sys
from autodevops.__main__ import main
moment, number = re.compile(os.environ.pop("MOMENT")), int(os.environ.pop("SIGNAL"))
sent = False
def look(event, arguments):
    global sent
    if sent or event not in {
        "open", "os.chmod", "os.mkdir", "os.rename", "shutil.rmtree", "sqlite3.connect",
        "subprocess.Popen",
    }:
        return
    if moment.search(f"{event} {arguments}"):
        sent = True
        os.kill(os.getpid(), number)
sys.addaudithook(look)
raise SystemExit(main())
"""
"""Runs the command line, which gets a signal at a moment that no sleeping could hit."""


def interrupted(
    folder: Path, arguments: str, moment: str, signal_sent: signal.Signals
) -> subprocess.CompletedProcess[str]:
    """Run a command that sends itself a signal when what it does next fits a pattern."""
    variables = {"MOMENT": moment, "SIGNAL": str(int(signal_sent)), "AUTODEVOPS_NOW": CLOCK}
    return subprocess.run(
        [sys.executable, "-c", _SIGNALLED, *arguments.split()],
        cwd=folder,
        env={**os.environ, **COMMITTER, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def _contents(folder: Path) -> dict[str, str]:
    """Return the digests of the files outside of `.git`; of an empty file, nothing."""
    return {
        str(path.relative_to(folder)): path.read_bytes().hex()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


@pytest.mark.parametrize(
    ("arguments", "moment"),
    [
        ("audit", r"Popen .*git"),
        ("audit", r"os.mkdir .*autodevops-"),
        ("fix", r"shutil.rmtree .*autodevops-"),
        ("audit", r"sqlite3.connect .*history"),
        ("fix --apply", r"Popen .*zizmor"),
        ("fix --apply", r"rename "),
        ("fix --apply", r"Popen .*update-index"),
        ("fix --branch mend/it", r"Popen .*commit-tree"),
        ("baseline write -o base.json", r"open .*/\.autodevops-"),
        ("init", r"rename "),
        ("scaffold ../made --services none --owner @a/b --licence MIT --yes", r"Popen .*commit"),
        ("hook install", r"chmod "),
        ("history list", r"sqlite3.connect .*history"),
        ("batch ../targets", r"open .*journal"),
    ],
)
def test_an_interruption_leaves_all_or_nothing(tmp_path: Path, arguments: str, moment: str) -> None:
    repo = lay_out("bad-repo", tmp_path / "shop")
    (tmp_path / "targets").write_text(".\n")
    if arguments.startswith("history"):
        ran(repo, command("audit", "--quiet", "--select", "OW"))
    before = _contents(repo.path)
    done = interrupted(repo.path, arguments, moment, _NEXT[len(arguments + moment) % 3])
    assert (done.returncode, nonsense(done.stderr.encode())) == (130, []), done.stderr
    assert "error: interrupted" in done.stderr
    after = _contents(repo.path)
    assert "" not in [after[path] for path in after if path not in before]
    if not arguments.startswith(("fix --apply", "init")):
        assert after == before
    litter = [".autodevops-*", "*.lock", "tmp*"]
    assert [place for name in litter for place in tmp_path.rglob(name)] == []
    assert not (tmp_path / "made").exists()
    assert repo.git("fsck", "--no-dangling") == ""
    if arguments.startswith("batch"):
        again = autodevops(*arguments.split(), "--resume", "--quiet", cwd=repo.path)
        assert again.code == 1, again.err
    if arguments.startswith(("audit", "history", "batch")):
        assert autodevops("history", "list", cwd=repo.path).code == 0


@LIMITED
def test_signals_that_the_caller_ignores_stay_ignored(shop: Repository) -> None:
    script = shlex.join([sys.executable, "-c", _SIGNALLED, *SHORT.split()])
    variables = {"MOMENT": "Popen .*git", "SIGNAL": str(int(signal.SIGHUP))}
    done = ran(shop, ["sh", "-c", f"trap '' HUP; exec {script}"], variables)
    assert "judged by the guide" in done.out
