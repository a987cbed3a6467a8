"""Homes, disks, screens, clocks and neighbours may be as bad as they like: no run falls over."""

import fcntl
import json
import os
import pty
import random
import shlex
import shutil
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

from tests.conftest import MakeRepo
from tests.support.command import CLOCK, Done, autodevops
from tests.support.repositories import Repository
from tests.support.shop import lay_out
from tests.support.trees import trace

_SHORT = "audit --select OW,LA --no-store"
_SCAFFOLD = "scaffold ../made --services none --owner @a/b --licence MIT --yes"
_NEXT = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_COMMITTER = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"))
}
_SIGNALLED = """
import os, re, sys
from autodevops.__main__ import main
moment, number = re.compile(os.environ.pop("MOMENT")), int(os.environ.pop("SIGNAL"))
sent = False
def look(event, arguments):
    global sent
    if sent or event not in {
        "open", "os.rename", "os.chmod", "sqlite3.connect", "subprocess.Popen"
    }:
        return
    if moment.search(f"{event} {arguments}"):
        sent = True
        os.kill(os.getpid(), number)
sys.addaudithook(look)
raise SystemExit(main())
"""
"""Runs the command line, which gets a signal at a moment that no sleeping could hit."""
_BACKWARDS = """
import sys, time
real, step = time.time, iter(range(1, 1 << 30))
time.time = lambda: real() - 3600 * next(step)
from autodevops.__main__ import main
raise SystemExit(main())
"""
_WITHOUT_ROOTS_RIGHTS = ("setpriv", "--bounding-set=-dac_override,-dac_read_search")
_PIPED = pytest.mark.skipif(shutil.which("prlimit") is None, reason="needs util-linux")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    return lay_out("bad-repo", tmp_path_factory.mktemp("surroundings") / "shop")


def command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "autodevops", *arguments]


def ran(
    shop: Repository,
    arguments: list[str],
    variables: Mapping[str, str | None] | None = None,
    *,
    fails: bool = False,
) -> Done:
    """Run a whole command line, having seen that it says no nonsense and changes nothing."""
    before = trace(shop.path)
    environment = {**os.environ, "AUTODEVOPS_NOW": CLOCK, **(variables or {})}
    done = subprocess.run(
        arguments,
        cwd=shop.path,
        env={name: value for name, value in environment.items() if value is not None},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert "bug in autodevops" not in done.stderr
    assert done.returncode in ({3} if fails else {0, 1}), done.stderr
    assert trace(shop.path) == before
    return Done(code=done.returncode, out=done.stdout, err=done.stderr)


def ran_or_refused(shop: Repository, *arguments: str) -> Done:
    """Run a command line that may find something wrong with what it is given."""
    return autodevops(*arguments, cwd=shop.path)


def _nonsense(said: bytes) -> list[bytes]:
    """Return what no command ever says."""
    words = (b"Traceback", b"Exception ignored", b"bug in autodevops", b"Fatal Python")
    return [word for word in words if word in said]


def _contents(folder: Path) -> dict[str, str]:
    """Return the digests of the files outside of `.git`; of an empty file, nothing."""
    return {
        str(path.relative_to(folder)): path.read_bytes().hex()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".git" not in path.relative_to(folder).parts
    }


@pytest.mark.parametrize("home", [None, "", ".", "/nowhere", "README.md"])
def test_without_a_home_it_audits(shop: Repository, home: str | None) -> None:
    named = None if home is None else home.replace("README.md", str(shop.path / "README.md"))
    variables = {"HOME": named, "AUTODEVOPS_STATE_DIR": None}
    done = ran(shop, command("audit", "--select", "OW,LA", "--no-store"), variables)
    assert "judged by the guide" in done.out


@pytest.mark.skipif(
    os.geteuid() == 0 and not shutil.which("setpriv"), reason="root writes everywhere"
)
def test_in_a_home_that_is_read_only_it_audits(shop: Repository, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o500)
    prefix = list(_WITHOUT_ROOTS_RIGHTS) if os.geteuid() == 0 else []
    variables = {"HOME": str(home), "AUTODEVOPS_STATE_DIR": None, "AUTODEVOPS_CACHE_DIR": None}
    done = ran(shop, [*prefix, *command("audit", "--select", "OW,LA")], variables)
    assert "warning: the audit was not stored" in done.err
    assert [*home.iterdir()] == []


@_PIPED
@pytest.mark.parametrize("arguments", [("audit",), ("fix",), ("advise", "--offline")])
def test_without_room_for_temporary_files_it_says_so(
    shop: Repository, arguments: tuple[str, ...]
) -> None:
    done = ran(shop, ["prlimit", "--fsize=0", *command(*arguments)], fails=True)
    assert "no folder takes temporary files" in done.err


@_PIPED
def test_where_files_run_out_it_says_so(shop: Repository) -> None:
    done = ran(shop, ["prlimit", "--nofile=18", *command("audit")], fails=True)
    assert "too many open files" in done.err or "git" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize(
    ("arguments", "streams", "code"),
    [
        (_SHORT, "> /dev/full", 3),
        (_SHORT, "2> /dev/full", 0),
        (_SHORT, "<&-", 0),
        (_SHORT, ">&- 2>&-", 3),
        ("--version", "> /dev/full", 3),
        ("--version", ">&-", 0),
        ("--help", "> /dev/full", 3),
        ("explain BR004", ">&-", 3),
        ("doctor", "> /dev/full", 3),
        ("history list", "> /dev/full", 3),
        ("report -", "<&-", 2),
        ("auth login github", "<&-", 3),
        ("sync status", "2> /dev/full", 2),
        ("scaffold ../made --services none --owner @a/b --licence MIT --yes", "<&- >&-", 0),
        ("baseline write --select OW -o ../base.json", "2> /dev/full", 0),
    ],
)
def test_streams_may_be_full_or_closed(
    shop: Repository, arguments: str, streams: str, code: int
) -> None:
    line = f'"{sys.executable}" -m autodevops {arguments} {streams}'
    variables = {**os.environ, "AUTODEVOPS_NOW": CLOCK, **_COMMITTER}
    variables.pop("PYTHONUNBUFFERED", None)
    done = subprocess.run(
        ["sh", "-c", line], cwd=shop.path, env=variables, capture_output=True, check=False
    )
    shutil.rmtree(shop.path.parent / "made", ignore_errors=True)
    assert (done.returncode, _nonsense(done.stderr)) == (code, []), done.stderr


@pytest.mark.parametrize("arguments", ["--help", "rules", _SHORT])
def test_readers_may_leave_early(shop: Repository, arguments: str) -> None:
    line = f'("{sys.executable}" -m autodevops {arguments}; echo $? >&2) | true'
    done = ran(shop, ["sh", "-c", line])
    assert done.err == "0\n"


@pytest.mark.parametrize(
    "variables",
    [
        {"TERM": "dumb", "COLUMNS": "0"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii:strict", "COLUMNS": "-5"},
        {"FORCE_COLOR": "1", "COLUMNS": "1"},
    ],
)
def test_any_screen_will_do(shop: Repository, variables: Mapping[str, str]) -> None:
    assert ran(shop, command("audit", "--select", "OW,LA", "--no-store"), variables).out


@pytest.mark.parametrize("now", ["1970-01-01T00:00:00Z", "9000-12-31T23:59:59-23:59"])
def test_clocks_may_jump(shop: Repository, now: str) -> None:
    ran(shop, command("audit", "--select", "BR,RE,SE,OP", "--no-store"), {"AUTODEVOPS_NOW": now})


def test_times_of_files_have_no_say(shop: Repository) -> None:
    line = command("audit", "--no-store", "-f", "csv")
    first = ran(shop, line).out
    for number, path in enumerate(sorted(shop.path.rglob("*"))):
        if ".git" not in path.parts:
            os.utime(path, (0, 0) if number % 2 else (1 << 33, 1 << 33))
    assert ran(shop, line).out == first


def test_two_audits_at_once_say_the_same(shop: Repository) -> None:
    running = [
        subprocess.Popen(
            command("audit", "-f", "csv"),
            cwd=shop.path,
            env={**os.environ, "AUTODEVOPS_NOW": CLOCK},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    told = [one.communicate(timeout=60) for one in running]
    assert [one.returncode for one in running] == [1, 1], told
    assert told[0] == told[1]
    assert told[0][1] == b""


def test_a_repository_that_changes_meanwhile_is_judged(make_repo: MakeRepo) -> None:
    files = {f"docs/{number}.md": f"# {number}\n" for number in range(100)}
    repo = make_repo({"README.md": "# shop\n", **files})
    chance = random.Random(9)  # noqa: S311 - no secret
    for turn in range(2):
        with subprocess.Popen(
            command("audit", "--offline", "--no-store", "-f", "json"),
            cwd=repo.path,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        ) as audit:
            step = 0
            while audit.poll() is None and step < 100:
                path = f"docs/{chance.randrange(100)}.md"
                match step % 4:
                    case 0:
                        (repo.path / path).unlink(missing_ok=True)
                    case 1:
                        repo.write({path: "# anew\n" * chance.randrange(1000)})
                    case 2:
                        repo.git("update-index", "--add", "--force-remove", path)
                    case _:
                        repo.git("branch", "-f", f"feature/{turn}", "HEAD")
                        repo.git("commit", "-q", "--allow-empty", "-m", "chore: more")
                step += 1
            _, said = audit.communicate(timeout=60)
        assert audit.returncode in {0, 1, 3}, said
        assert "Traceback" not in said
        assert "bug" not in said


def interrupted(
    folder: Path, arguments: str, moment: str, signal_sent: signal.Signals
) -> subprocess.CompletedProcess[str]:
    """Run a command that sends itself a signal when what it does next fits a pattern."""
    variables = {"MOMENT": moment, "SIGNAL": str(int(signal_sent)), "AUTODEVOPS_NOW": CLOCK}
    return subprocess.run(
        [sys.executable, "-c", _SIGNALLED, *arguments.split()],
        cwd=folder,
        env={**os.environ, **_COMMITTER, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    ("arguments", "moment"),
    [
        ("audit", r"Popen .*git"),
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
    assert (done.returncode, _nonsense(done.stderr.encode())) == (130, []), done.stderr
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


@_PIPED
def test_signals_that_the_caller_ignores_stay_ignored(shop: Repository) -> None:
    script = shlex.join([sys.executable, "-c", _SIGNALLED, *_SHORT.split()])
    variables = {"MOMENT": "Popen .*git", "SIGNAL": str(int(signal.SIGHUP))}
    done = ran(shop, ["sh", "-c", f"trap '' HUP; exec {script}"], variables)
    assert "judged by the guide" in done.out


@pytest.mark.parametrize("other", ["fix --apply", "batch ../targets", "audit -f csv"])
def test_neighbours_do_not_disturb_each_other(tmp_path: Path, other: str) -> None:
    repo = lay_out("bad-repo", tmp_path / "shop")
    (tmp_path / "targets").write_text(".\n")
    running = [
        subprocess.Popen(
            command(*arguments.split()),
            cwd=repo.path,
            env={**os.environ, "AUTODEVOPS_NOW": CLOCK},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for arguments in ("audit -f csv", other, "audit -f csv")
    ]
    told = [one.communicate(timeout=60) for one in running]
    assert [one.returncode for one in running] == [1, 1, 1], told
    assert [_nonsense(said) for _, said in told] == [[], [], []]
    assert all(b"warning" not in said for _, said in told)
    if not other.startswith("fix"):
        assert told[0][0] == told[2][0]
    audits = autodevops("history", "list", "--format", "json", cwd=repo.path)
    assert len(audits.json["audits"]) == (2 if other.startswith("fix") else 3)


@pytest.mark.parametrize("git", [None, "folder", "#!/bin/sh\nexit 1\n", "#!/nowhere\n"])
@pytest.mark.parametrize("arguments", ["audit", "hook install", "fix --branch mend/it"])
def test_without_a_git_that_works_it_says_so(
    shop: Repository, tmp_path: Path, git: str | None, arguments: str
) -> None:
    program = tmp_path / "git"
    if git == "folder":
        program.mkdir()
    elif git is not None:
        program.write_text(git)
        program.chmod(0o755)
    done = ran(shop, command(*arguments.split()), {"PATH": str(tmp_path)}, fails=True)
    assert "install git" in done.err


def test_variables_of_git_have_no_say(shop: Repository) -> None:
    line = command("audit", "--no-store", "-f", "csv", "--select", "OW,LA,BR")
    names = ("DIR", "WORK_TREE", "INDEX_FILE", "OBJECT_DIRECTORY", "COMMON_DIR", "EXEC_PATH")
    variables = {f"GIT_{name}": "/nowhere" for name in names}
    more = {
        "GIT_TRACE": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.bare",
        "GIT_CONFIG_VALUE_0": "true",
        "http_proxy": "http://127.0.0.1:1",
        "ALL_PROXY": "::none::",
        "PYTHONWARNINGS": "error",
        "PYTHONDEVMODE": "1",
    }
    assert ran(shop, line, {**variables, **more}).out == ran(shop, line).out


@_PIPED
@pytest.mark.parametrize("arguments", ["audit", "batch ../targets --offline", "fix --apply"])
def test_where_room_runs_out_on_the_way_it_says_so(shop: Repository, arguments: str) -> None:
    (shop.path.parent / "targets").write_text(".\n")
    limits = ["prlimit", "--nofile=32"]
    done = ran(shop, [*limits, *command(*arguments.split())], fails=True)
    assert "too many open files" in done.err


@_PIPED
def test_where_a_copy_of_the_target_has_no_room_it_says_so(shop: Repository) -> None:
    limits = ["prlimit", "--fsize=21"]
    done = ran(shop, [*limits, *command("audit", "--no-store")], fails=True)
    assert "file too large" in done.err


@_PIPED
def test_a_saved_report_needs_little_memory(shop: Repository, tmp_path: Path) -> None:
    saved = tmp_path / "saved.json"
    saved.write_text(ran(shop, command("audit", "-f", "json", "--select", "OW")).out)
    limits = ["prlimit", f"--as={500 << 20}"]
    assert ran(shop, [*limits, *command("report", str(saved))]).out


@pytest.mark.parametrize(("arguments", "code"), [("audit", 3), ("rules", 0), (_SCAFFOLD, 2)])
def test_the_current_folder_may_be_gone(tmp_path: Path, arguments: str, code: int) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    line = shlex.join(command(*arguments.split()))
    done = subprocess.run(
        ["sh", "-c", f"rmdir {gone} && exec {line}"],
        cwd=gone,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, _nonsense(done.stderr.encode())) == (code, []), done.stderr


@pytest.mark.parametrize(
    "arguments",
    ["audit", "staged", "batch ../targets", "history list", "init", "doctor", _SCAFFOLD],
)
def test_a_home_that_nothing_fits_in_stops_no_command(tmp_path: Path, arguments: str) -> None:
    repo = lay_out("bad-repo", tmp_path / "shop")
    (tmp_path / "targets").write_text(".\n")
    arguments = arguments.replace("staged", "audit --staged")
    done = autodevops(
        *arguments.split(),
        cwd=repo.path,
        environment={"HOME": "/dev/null", "AUTODEVOPS_STATE_DIR": None, **_COMMITTER},
    )
    assert done.code in ({3} if arguments.startswith("batch") else {0, 1}), done.err
    assert _nonsense(done.err.encode()) == []


@pytest.mark.parametrize("columns", [1, 20, 65_535])
@pytest.mark.parametrize("arguments", [_SHORT, "rules", "explain BR004"])
def test_terminals_of_any_width_will_do(shop: Repository, arguments: str, columns: int) -> None:
    variables = {**os.environ, "AUTODEVOPS_NOW": CLOCK, "TERM": "dumb"}
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(shop.path)
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 3, columns, 0, 0))
        os.execve(sys.executable, command(*arguments.split()), variables)  # noqa: S606 - no shell
    shown = b""
    with suppress(OSError):
        while part := os.read(terminal, 1 << 16):
            shown += part
    os.close(terminal)
    _, status = os.waitpid(pid, 0)
    assert (os.waitstatus_to_exitcode(status) < 2, _nonsense(shown)) == (True, []), shown
    assert arguments != _SHORT or b"\x1b" not in shown


def test_commits_of_any_age_are_judged(make_repo: MakeRepo) -> None:
    repo = make_repo({"README.md": "# shop\n"}, at="1970-01-01T00:00:01+00:00")
    tree, parent = repo.git("rev-parse", "HEAD^{tree}"), repo.git("rev-parse", "HEAD")
    for number, seconds in enumerate(("4102444800", "0", "99999999999")):
        who = f"Ada <ada@example.com> {seconds} +1400"
        said = f"tree {tree}\nparent {parent}\nauthor {who}\ncommitter {who}\n\nfeat: {number}\n"
        written = ("hash-object", "-t", "commit", "-w", "--literally", "--stdin")
        parent = repo.git(*written, stdin=said)
        repo.git("update-ref", f"refs/heads/feature/{number}", parent)
    for now in ("1970-01-01T00:00:02Z", "2040-01-01T00:00:00+05:45"):
        line = command("audit", "-f", "json", "--ignore", "SE,WS")
        done = ran(repo, line, {"AUTODEVOPS_NOW": now})
        assert '"error": 0' in done.out


def test_a_clock_may_run_backwards(shop: Repository) -> None:
    arguments = [sys.executable, "-c", _BACKWARDS, "audit", "-f", "json", "--select", "OW,LA,BR"]
    done = ran(shop, arguments, {"AUTODEVOPS_NOW": None})
    assert '"error": 0' in done.out


def test_files_with_line_ends_of_windows_are_read_alike(make_repo: MakeRepo) -> None:
    source = lay_out("bad-repo", make_repo(name="source").path / "shop")
    texts = {
        path: (source.path / path).read_bytes()
        for path in source.git("ls-files").splitlines()
        if not path.endswith(".sh")
    }
    found = []
    for name, end in (("lf", b"\n"), ("crlf", b"\r\n")):
        repo = make_repo(
            {path: text.replace(b"\n", end) for path, text in texts.items()}, name=name
        )
        done = ran(repo, command("audit", "--no-store", "-f", "json", "--ignore", "GV,SE,WS"))
        found.append({(one["rule"], one["subject"]) for one in json.loads(done.out)["findings"]})
    assert found[0] == found[1]


def test_paths_of_windows_in_data_are_only_text(make_repo: MakeRepo, tmp_path: Path) -> None:
    repo = make_repo(
        {
            ".github/CODEOWNERS": "C:\\Users\\a @a\r\n\\docs\\ @b\r\n",
            ".github/workflows/ci.yml": "on: push\r\njobs:\r\n  a:\r\n"
            "    runs-on: windows-latest\r\n    steps:\r\n      - run: C:\\x.exe ..\\y\r\n",
            "README.md": "[a](C:\\docs\\a.md) [b](docs\\b.md) [c](file:///C:/c.md)\r\n",
            "autodevops.toml": '[guide]\r\nbaseline = "..\\\\base.json"\r\n',
            "a\\b.txt": "one name\n",
        }
    )
    refused = ran_or_refused(repo, "audit", "-f", "json")
    assert (refused.code, _nonsense(refused.err.encode())) == (2, []), refused.err
    repo.commit("fix: no such path", {"autodevops.toml": None})
    done = ran(repo, command("audit", "-f", "json"))
    assert '"error": 0' in done.out
    saved = tmp_path / "saved.json"
    saved.write_bytes(
        b"\xef\xbb\xbf" + done.out.replace("README.md", "C:\\\\docs\\\\a.md").encode()
    )
    for form in ("text", "html", "sarif", "github", "junit"):
        assert ran(repo, command("report", str(saved), "-f", form)).out


def test_looking_back_without_a_home_says_where_to_name_one(shop: Repository) -> None:
    done = autodevops(
        *("history", "list"),
        cwd=shop.path,
        environment={"HOME": "relative", "AUTODEVOPS_STATE_DIR": None},
    )
    assert done.code in {0, 3}
    assert "Traceback" not in done.err
