"""What well-known programs and actions do: test, lint, scan, build, deploy; or only report."""

from enum import StrEnum
from functools import cache
from importlib.resources import files

import msgspec

from autodevops.facts._commands import Run


class Task(StrEnum):
    """What a program does."""

    TEST = "test"
    LINT = "lint"
    SCAN_SECRETS = "secret scan"
    SCAN_DEPENDENCIES = "dependency scan"
    SCAN_CODE = "code scan"
    SCAN_IMAGE = "image scan"
    BUILD = "build"
    DEPLOY = "deploy"
    REPORT = "report"
    SETUP = "setup"
    OTHER = "other"


SCANS = frozenset({Task.SCAN_SECRETS, Task.SCAN_DEPENDENCIES, Task.SCAN_CODE, Task.SCAN_IMAGE})
"""The tasks of a security scan."""
CHECKS = SCANS | {Task.TEST, Task.LINT}
"""The tasks whose failure is the point."""


_IDLE = frozenset({"--version", "--help", "-V"})
_IDLE_TESTS = _IDLE | {
    "--collect-only", "--co", "--list", "--list-tests", "--listTests", "--no-run", "--setup-plan",
    "--fixtures", "--markers", "--showConfig", "--dry-run", "-list", "-DskipTests",
    "-Dmaven.test.skip", "--listenvs", "--notest", "-h", "--setup-only",
}  # fmt: skip


_WRITES = {
    "black": ("--check", "--diff"),
    "isort": ("--check", "--check-only", "-c", "--diff"),
    "prettier": ("--check", "-c", "--list-different", "-l"),
}


class Tools(msgspec.Struct, frozen=True, rename="kebab"):
    """The tables of `data/tools.toml`."""

    programs: dict[Task, tuple[str, ...]]
    """Programs, with their first words, by what they do."""
    values: dict[str, frozenset[str]]
    """For a program, its options that take the next word with them."""
    actions: dict[Task, tuple[str, ...]]
    """Actions, without their version and in lower case, by what they do."""
    blunt: dict[str, tuple[str, ...]]
    """Options that make a program succeed whatever it finds."""
    sharp: dict[str, tuple[str, ...]]
    """Options without which a program succeeds whatever it finds."""
    blunt_inputs: dict[str, dict[str, tuple[str, ...]]]
    """Inputs of an action, with the values that make it succeed whatever it finds."""
    sharp_inputs: dict[str, str]
    """The input without which an action succeeds whatever it finds."""
    required_inputs: dict[str, tuple[str, ...]]
    """Inputs without which an action ends before it does anything."""
    container_options: dict[str, frozenset[str]]
    """Options of `docker create`: `values` take one, `flags` don't."""


@cache
def tools() -> Tools:
    """Return the tables."""
    text = files("autodevops.facts.data").joinpath("tools.toml").read_text("utf-8")
    return msgspec.toml.decode(text, type=Tools)


@cache
def _by_program() -> dict[str, Task]:
    return {name: task for task, names in tools().programs.items() for name in names}


@cache
def _by_action() -> dict[str, Task]:
    return {name: task for task, names in tools().actions.items() for name in names}


def task_of_action(action: str) -> Task:
    """Return what an action does, named without its version in lower case."""
    return _by_action().get(action, Task.OTHER)


def task_of(run: Run) -> Task:
    """Return what a program does when it is started so."""
    if not run.argv:
        return Task.OTHER
    name = program_of(run)
    words = [word for word in words_of(run) if word != name][:2]
    for count in range(len(words), -1, -1):
        task = _by_program().get(" ".join([name, *words[:count]]))
        if task is not None:
            return _refined(task, name, run)
    return Task.TEST if name == "node" and run.has("--test") else Task.OTHER


def tool_of(run: Run) -> str:
    """Return what to call the program in messages: `npm audit`, `docker build`, `pytest`."""
    name = program_of(run)
    first = next(iter(words_of(run)), "")
    return f"{name} {first}" if f"{name} {first}" in _by_program() else name


def words_of(run: Run) -> list[str]:
    """Return the words behind the program that are neither options, their values nor paths."""
    found: list[str] = []
    valued = tools().values.get(run.name, frozenset())
    skip = False
    for word in run.argv[1:]:
        if skip:
            skip = False
        elif word.startswith("-"):
            skip = word in valued
        elif "/" not in word:
            found.append(word)
    return found


_PACKAGES = {
    "@cloudflare/wrangler": "wrangler", "@railway/cli": "railway", "aws-cdk": "cdk",
    "firebase-tools": "firebase", "netlify-cli": "netlify",
}  # fmt: skip
"""Packages whose program has another name; `npx` starts it by the package's."""


def program_of(run: Run) -> str:
    """Return the program; for `python manage.py test` the script, for a package its program."""
    if run.name.startswith(("python", "py", "php")) and run.argv[1:]:
        script = run.argv[1].rpartition("/")[2]
        return {"manage.py": "manage.py", "artisan": "artisan"}.get(script, run.name)
    if run.name == "node":
        return _installed_tool(run) or run.name
    package = run.written[:1] + run.written[1:].partition("@")[0]
    if package in _PACKAGES:
        return _PACKAGES[package]
    name = run.name.removesuffix(".cmd").removesuffix(".exe")
    return name if name.startswith("@") else name.partition("@")[0]


def _installed_tool(run: Run) -> str | None:
    """Return the tool whose file in `node_modules` a command starts."""
    for word in run.operands[:1]:
        _, found, rest = word.partition("node_modules/")
        parts = [part for part in rest.split("/") if part != ".bin"]
        if found and parts:
            return "/".join(parts[:2]) if parts[0].startswith("@") else parts[0]
    return None


def _refined(task: Task, name: str, run: Run) -> Task:
    """Return the task once the options are looked at."""
    idle = _IDLE_TESTS if task is Task.TEST else _IDLE
    if task in CHECKS | {Task.BUILD, Task.DEPLOY} and run.has(*idle):
        return Task.REPORT
    words = frozenset(run.argv)
    if name in _WRITES and not run.has(*_WRITES[name]):
        return Task.OTHER  # it formats the files, and no difference fails it
    match name:
        case "terraform" | "tofu" | "ruff" if words & {"fmt", "format"}:
            task = task if run.has("-check", "--check", "--diff", "-diff") else Task.OTHER
        case "go" if run.value("-run") in ("^$", "NONE", "XXX"):
            task = Task.REPORT
        case "gradle" | "gradlew" if run.value("-x", "--exclude-task") in ("test", "check"):
            task = Task.BUILD
        case "tsc" if not run.has("--noEmit", "--no-emit"):
            task = Task.BUILD
        case "docker" if "buildx" in words and not words & {"build", "bake", "b"}:
            task = Task.SETUP
        case "trivy" if "config" in words:
            task = Task.SCAN_CODE
        case "trivy" if words & {"fs", "filesystem", "repo", "rootfs"}:
            task = Task.SCAN_DEPENDENCIES
    return task
