"""Command lines that run scripts of `package.json`: npm, yarn, pnpm, bun and what calls many."""

import re
from typing import NamedTuple

from autodevops.facts._commands import Run
from autodevops.facts._tools import Task, tools

_MANAGERS = frozenset({"npm", "pnpm", "yarn", "bun"})
_RUNS = frozenset({"run", "run-script"})
_SHORT = {"t": "test", "tst": "test", "test": "test", "start": "start"}
_FOLDER_OPTIONS = ("--prefix", "-C", "--dir", "--cwd")
_WORKSPACE_OPTIONS = ("-w", "--workspace", "--filter", "-F")
_EVERYWHERE = ("-r", "--recursive", "--workspaces", "-ws", "--ws")
# Words behind `yarn` and `pnpm` that are theirs and no scripts.
_OWN = frozenset(
    {
        "add", "audit", "bin", "cache", "config", "create", "dedupe", "deploy", "dlx", "exec",
        "global", "i", "import", "info", "init", "install", "link", "list", "ls", "npm", "outdated",
        "pack", "plugin", "prune", "publish", "rebuild", "remove", "root", "set", "setup", "store",
        "unlink", "up", "update", "upgrade", "version", "versions", "why", "workspace",
        "workspaces", "ci", "fetch", "login", "x", "pm", "build-from-source", "env", "pkg",
    }
)  # fmt: skip
_MANY = frozenset({"run-s", "run-p", "npm-run-all", "npm-run-all2"})
_MOST_AT_ONCE = 30
_TEST = r"(?:^|[:_-])(?:tests?|jest|vitest|e2e|spec|cypress|playwright)(?:$|[:_-])"
_BY_NAME = (
    (re.compile(_TEST), Task.TEST),
    (re.compile(r"lint|format|prettier|type-?check|tsc|check|validate"), Task.LINT),
    (re.compile(r"audit|security"), Task.SCAN_DEPENDENCIES),
    (re.compile(r"build|compile|bundle"), Task.BUILD),
    (re.compile(r"deploy|release|publish"), Task.DEPLOY),
)


class PackageRun(NamedTuple):
    """One script that a command line runs."""

    name: str
    """The script's name."""
    folder: str | None = None
    """Folder that an option names."""
    workspace: str | None = None
    """Workspace that an option names."""
    everywhere: bool = False
    """Whether it runs in all workspaces."""
    extra: tuple[str, ...] = ()
    """Arguments that are handed on to the script."""
    explicit: bool = False
    """Whether `run` says so; what else a manager runs may be an installed program."""


def package_runs(run: Run) -> tuple[PackageRun, ...]:
    """Return the package scripts that a command line runs; none when it runs no such thing."""
    if run.name in _MANY:
        names = dict.fromkeys(word for word in run.operands if "*" not in word)
        return tuple(PackageRun(name) for name in [*names][:_MOST_AT_ONCE])
    if run.name not in _MANAGERS:
        return ()
    words, extra = _split(run)
    name = _script(run.name, words)
    if name is None:
        return ()
    found = PackageRun(
        name=name,
        folder=run.value(*_FOLDER_OPTIONS),
        workspace=run.value(*_WORKSPACE_OPTIONS) or _named_workspace(run.name, words),
        everywhere=run.has(*_EVERYWHERE) or words[:1] == ["workspaces"],
        extra=extra,
        explicit=words[:1] == ["test"] or words[0] in _RUNS,
    )
    return (found,)


def task_by_name(name: str) -> Task:
    """Return what a script does, as far as its name tells."""
    for pattern, task in _BY_NAME:
        if pattern.search(name):
            return task
    return Task.OTHER


def _split(run: Run) -> tuple[list[str], tuple[str, ...]]:
    """Return the words up to `--`, options left out, and what is handed on behind it."""
    valued = tools().values.get(run.name, frozenset())
    words: list[str] = []
    skip = False
    for at, word in enumerate(run.argv[1:], start=1):
        if word == "--":
            return words, run.argv[at + 1 :]
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in valued
        else:
            words.append(word)
    # yarn, pnpm and bun hand on options behind the script's name without `--`.
    extra = run.argv[1:] if run.name != "npm" and words else ()
    return words, tuple(word for word in extra if word.startswith("-"))


def _script(manager: str, words: list[str]) -> str | None:
    """Return the script that words without options name."""
    name: str | None = None
    match words:
        case ["workspace", _, "run", script, *_] | ["workspace", _, script, *_]:
            name = script
        case ["workspaces", *rest]:
            name = next((word for word in rest if word not in ("foreach", "run")), None)
        case [verb, script, *_] if verb in _RUNS:
            name = script
        case [verb, *_] if manager == "npm":
            name = _SHORT.get(verb)
        case ["test", *_] if manager == "bun":
            name = None  # bun's own test runner
        case [verb, *_] if verb not in _OWN | _RUNS:
            name = verb
    return name


def _named_workspace(manager: str, words: list[str]) -> str | None:
    return words[1] if manager == "yarn" and words[:1] == ["workspace"] and words[1:] else None
