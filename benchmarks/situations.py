"""What people wait for: each situation is a few commands that are measured in turn."""

import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import rivals
from benchmarks.measuring import Command
from benchmarks.repositories import make, stage

OURS = [sys.executable, "-m", "autodevops"]
AUDIT = [*OURS, "audit", "--offline", "--exit-zero", "--quiet"]
HOOK_FILES = 10
NEW_COMMITS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """Commands that do the same thing, or that stand in for each other."""

    name: str
    """Name for `--only`."""
    title: str
    """What the table is about."""
    prepare: Callable[[Path], list[Command]]
    """Makes what is needed in a folder of its own and returns the commands."""
    runs: int = 5
    """So many times each command is run."""
    in_turn: tuple[str, ...] = field(default=())
    """Commands that one would run one after another to get what the first one gives."""


def situations(large: Path | None) -> tuple[Situation, ...]:
    """Return all situations; `large` is a repository to take as the large one."""
    several = ("gitleaks", "zizmor", "github-codeowners")
    at_large = f"5,000 files, {large.name}" if large else "5,000 files, 65,000 commits"
    return (
        Situation(name="start", title="Start-up", prepare=_start, runs=10),
        Situation(
            name="hook",
            title=f"Hook: {HOOK_FILES} changed files staged among 5,000",
            prepare=_hook,
        ),
        Situation(name="small", title="Small: 200 files", prepare=_small, in_turn=several),
        Situation(
            name="large",
            title=f"Large: {at_large}",
            prepare=lambda folder: _whole(large or _large(folder), folder, "3 s, 300 MB"),
            runs=3,
            in_turn=several,
        ),
        Situation(
            name="branches",
            title="Branches: 5,000 files, 65,000 commits, 200 branches",
            prepare=lambda folder: [_audit(_large(folder, branches=200), "3 s more than large")],
            runs=2,
        ),
        Situation(name="huge", title="Huge: 100,000 files", prepare=_huge, runs=2),
        Situation(
            name="past",
            title=f"Secrets in the history: {large.name if large else '20,000 commits'}",
            prepare=lambda folder: _past(large, folder),
            runs=1,
        ),
        Situation(name="fix", title="Repairs: 200 files", prepare=_fix, runs=3),
    )


def _start(_folder: Path) -> list[Command]:
    return [
        Command(name="python -c pass", arguments=[sys.executable, "-c", "pass"]),
        Command(
            name="autodevops --version", arguments=[*OURS, "--version"], demanded="5 times python"
        ),
        Command(name="autodevops --help", arguments=[*OURS, "--help"]),
    ]


def _hook(folder: Path) -> list[Command]:
    place = stage(make(folder / "hook", files=5_000, commits=1_000), HOOK_FILES)
    ours = Command(
        name="autodevops audit --staged",
        arguments=[*AUDIT, str(place), "--staged"],
        demanded="0.8 s",
    )
    return [ours, *rivals.staged(place)]


def _small(folder: Path) -> list[Command]:
    return _whole(make(folder / "small", files=200, commits=50), folder, "0.5 s")


def _large(folder: Path, *, branches: int = 0) -> Path:
    return make(folder / "large", files=5_000, commits=65_000, branches=branches)


def _huge(folder: Path) -> list[Command]:
    place = make(folder / "huge", files=100_000)
    return [_audit(place, "10 s"), rivals.gitleaks(place), rivals.kingfisher(place)]


def _whole(place: Path, folder: Path, demanded: str) -> list[Command]:
    return [
        _audit(place, demanded),
        _first_audit(place),
        rivals.gitleaks(place),
        rivals.zizmor(place),
        rivals.codeowners(place, folder),
        rivals.kingfisher(place),
        rivals.detect_secrets(place),
        rivals.repo_review(place),
    ]


def _audit(place: Path, demanded: str) -> Command:
    return Command(
        name="autodevops audit",
        arguments=[*AUDIT, "--no-history", "--no-store", str(place)],
        demanded=demanded,
    )


def _first_audit(place: Path) -> Command:
    """Return the audit of a repository that was never looked at; the rules were compiled before."""
    again = _audit(place, "")
    return Command(
        name="autodevops audit, nothing remembered", arguments=again.arguments, before=_forget
    )


def _forget() -> None:
    for store in Path(os.environ["AUTODEVOPS_CACHE_DIR"]).glob("*.sqlite3*"):
        store.unlink()


def _fix(folder: Path) -> list[Command]:
    place = make(folder / "fix", files=200, commits=50)
    arguments = [*OURS, "fix", "--offline", "--exit-zero", "--quiet", str(place)]
    return [
        _audit(place, ""),
        Command(name="autodevops fix", arguments=arguments, demanded="3 times an audit"),
    ]


def _past(large: Path | None, folder: Path) -> list[Command]:
    """Return the searches through the main line of a repository, first without its newest part."""
    place = folder / "past.git"
    origin = large or make(folder / "past", files=1_000, commits=20_000)
    clone = ["git", "clone", "-q", "--bare", "--single-branch", "--no-tags", "--no-local"]
    subprocess.run([*clone, str(origin), str(place)], check=True)
    newest = _output(place, "rev-parse", "HEAD")
    older = _output(place, "rev-parse", f"HEAD~{NEW_COMMITS}")

    def at(commit: str) -> None:
        branch = _output(place, "symbolic-ref", "HEAD")
        subprocess.run(["git", "update-ref", branch, commit], cwd=place, check=True)

    def unknown() -> None:
        at(older)
        _forget()

    ours = [*AUDIT, "--no-store", "--select", "SE002", str(place)]
    return [
        Command(
            name="autodevops, first",
            arguments=ours,
            before=unknown,
            demanded="1.15 times kingfisher, 0.8 times gitleaks",
        ),
        Command(name="autodevops, again", arguments=ours),
        Command(
            name=f"autodevops, {NEW_COMMITS} commits later",
            arguments=ours,
            before=lambda: at(newest),
        ),
        *rivals.past(place),
    ]


def _output(place: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *arguments], cwd=place, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()
