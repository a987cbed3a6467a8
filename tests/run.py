"""Installs what the checks need into `.venv` and runs all of them, or those that are named.

    python3 tests/run.py [CHECK]...

Needs Python 3.11 or newer, git and a package index; touches nothing outside the project's folder.
Only the standard library is imported here: this file is what makes the environment.
"""

import os
import shlex
import shutil
import subprocess
import sys
import time
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

if sys.version_info < (3, 11):  # noqa: UP036 - it is the reader's own python3 that gets here
    found = "{}.{}".format(*sys.version_info)
    sys.exit(f"autodevops needs Python 3.11 or newer; this is {found}: try python3.12 tests/run.py")

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")

# Who runs this file trusts the tree, also where a container's or a runner's user is not its owner.
ENVIRONMENT = {
    **os.environ,
    "GIT_CONFIG_COUNT": "1",
    "GIT_CONFIG_KEY_0": "safe.directory",
    "GIT_CONFIG_VALUE_0": str(ROOT),
    "NO_MKDOCS_2_WARNING": "1",
}

# Not what a clone's branches, tags and commits are like: that isn't this tree's doing.
REFS_AND_HISTORY = "BR,RE,MR,GV002,OW012"

LOCKED = ["--requirement", "tests/requirements.txt", "--require-hashes"]

OSV = ["--vulnerability-service", "osv", "--progress-spinner", "off"]

CHECKS = {
    "format": ["ruff", "format", "--check", "."],
    "lint": ["ruff", "check", "."],
    "types": ["mypy"],
    "layers": ["lint-imports", "--no-logo"],
    "workflows": ["zizmor", "--offline", "--pedantic", "--quiet", ".github", "action.yml"],
    "audit": ["autodevops", "audit", ".", "--fail-on=info", f"--ignore={REFS_AND_HISTORY}"],
    "site": ["mkdocs", "build", "--strict"],
    "vulnerabilities": ["pip-audit", *LOCKED, "--disable-pip", "--strict", *OSV],
    "tests": [
        *("pytest", "--quiet", "--tb=short", "--numprocesses=auto", "--maxprocesses=4"),
        *("--cov", "--cov-report="),
    ],
}
"""What is run, in this order; `tests` stands last, so that its summary closes the output."""

UNREACHED = {"vulnerabilities": ("ConnectionError", "ConnectTimeout", "ReadTimeout")}
"""Checks that ask a server, and the errors that mean that it could not be asked.

Then nothing is known: that is said, and it fails only a run that names the check.
"""


def main(names: list[str]) -> int:
    """Run the named checks, or all, and return how the process should exit."""
    unknown = [name for name in names if name not in CHECKS]
    if unknown:
        print(f"no such check: {', '.join(unknown)}; there are {', '.join(CHECKS)}")
        return 2
    begun = time.monotonic()
    if not environment():
        return 1
    wanted = {name: CHECKS[name] for name in CHECKS if name in (names or CHECKS)}
    failed = [
        name
        for name, command in wanted.items()
        if not passes(name, command, may_be_unknown=not names)
    ]
    seconds = f"{time.monotonic() - begun:.0f} s"
    print(f"failed after {seconds}: {', '.join(failed)}" if failed else f"passed in {seconds}")
    return 1 if failed else 0


def environment() -> bool:
    """Make `.venv`, or bring it up to date; say what is missing when that can't be done."""
    if shutil.which("git") is None:
        print("the tests make real repositories: install git first")
        return False
    if not run([str(BIN / "python"), "-c", "import pip"], quietly=True):
        print("making .venv")
        if not run([sys.executable, "-m", "venv", "--clear", str(VENV)]):
            print("Debian and Ubuntu keep venv in a package: sudo apt install python3-venv")
            return False
    pip = [str(BIN / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    ours = ["--no-deps", "--no-build-isolation", "--editable", "."]
    return browser() and stage("install", [*pip, *LOCKED], [*pip, *ours])


def browser() -> bool:
    """Install Chromium where the checks must not skip it: as root on a Debian machine of a CI."""
    is_there = any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    if is_there or not os.environ.get("CI") or not shutil.which("apt-get") or os.geteuid():
        return True
    apt = ["apt-get", "--quiet", "--yes"]
    packages = ["install", "--no-install-recommends", "chromium"]
    return stage("browser", [*apt, "update"], [*apt, *packages])


def passes(name: str, check: list[str], *, may_be_unknown: bool) -> bool:
    """Run one check."""
    program, *arguments = check
    command = [str(BIN / program), *arguments]
    if name == "tests":
        return run(command)
    return stage(name, command, unknown=UNREACHED.get(name, ()) if may_be_unknown else ())


def stage(name: str, *commands: list[str], unknown: tuple[str, ...] = ()) -> bool:
    """Run commands up to the first that fails; print how long they took, or what went wrong.

    A failure that names one of the errors in `unknown` is told, and is none.
    """
    print(f"{name:16}", end="", flush=True)
    begun = time.monotonic()
    for command in commands:
        done = subprocess.run(
            command, cwd=ROOT, env=ENVIRONMENT, check=False, text=True, stdout=PIPE, stderr=STDOUT
        )
        met = [error for error in unknown if done.returncode and error in done.stdout]
        if met:
            print(f"unknown: nobody could be asked ({met[0]})")
            return True
        if done.returncode:
            print(f"failed: {shlex.join(command)}\n{done.stdout}")
            return False
    print(f"{time.monotonic() - begun:5.1f} s")
    return True


def run(command: list[str], *, quietly: bool = False) -> bool:
    """Return whether a command is there and succeeds."""
    output = DEVNULL if quietly else None
    sys.stdout.flush()  # what it prints comes after what is printed here
    try:
        done = subprocess.run(
            command, cwd=ROOT, env=ENVIRONMENT, check=False, stdout=output, stderr=output
        )
    except OSError:
        return False
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
