"""Which files of the repository a written-down command needs to run."""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import NamedTuple

from autodevops.facts._commands import Run
from autodevops.facts._package_scripts import package_runs
from autodevops.facts._shell import RUNNERS_OF_SHELL
from autodevops.facts._words import words
from autodevops.model.paths import basename
from autodevops.model.patterns import regex

_INTERPRETERS = words("python python3 node ruby perl php tsx ts-node deno bun Rscript")
_SCRIPT = (".py", ".js", ".mjs", ".cjs", ".ts", ".tsx", ".rb", ".pl", ".php", ".sh", ".bash", ".R")
_WRAPPERS = words("sudo time nohup exec env command npx")
_RUN_WRAPPERS = words("poetry uv pipenv railway dotenv doppler")
_RUNNERS = words("npm pnpm yarn bun")
_RUNS = words("run run-script")
_ASSIGNMENT = regex(r"[A-Za-z_]\w{0,100}=")
# Options of these programs that name a file which has to be there.
_FILE_OPTIONS = {
    "docker-compose": words("-f --file"),
    "docker": words("-f --file"),
    "kubectl": words("-f --filename -k --kustomize"),
    "psql": words("-f --file"),
    "ansible-playbook": words("-i --inventory"),
    "helm": words("-f --values"),
    "terraform": words("-chdir -var-file"),
    "alembic": words("-c --config"),
}
_TARGET = regex(r"[A-Za-z0-9][\w./-]{0,100}")
_SCRIPT_NAME = regex(r"[A-Za-z][\w:.-]{0,100}")


class Need(StrEnum):
    """What kind of thing a command needs."""

    PATH = "path"
    MODULE = "module"
    TARGET = "target"
    SCRIPT = "script"


class Needed(NamedTuple):
    """One thing that a command needs."""

    kind: Need
    """A path, a Python module, a target of make, a script of a package."""
    name: str
    """Its path or name, as written."""
    folder: str = ""
    """Folder that the command names for it, relative to where it is run."""


def unwrapped(argv: Sequence[str]) -> Sequence[str]:
    """Return a command without `sudo`, `env X=y`, `poetry run` and the like before it.

    Unlike `_commands.unwrap` it stays outside containers and keeps `python -m`: what people type
    is judged by the files that it needs here, not by what it does in the end.
    """
    at = 0
    while at < len(argv) and _wraps(argv, at):
        at += 1
    return argv[at:]


def _wraps(argv: Sequence[str], at: int) -> bool:
    """Tell whether a word only says how what follows is run."""
    word = argv[at]
    if _ASSIGNMENT.match(word):
        return True
    if word in _RUN_WRAPPERS:
        return argv[at + 1 : at + 2] == ["run"]
    return word in _WRAPPERS or (at > 0 and word in {"run", "--", "-E"})


def needs_of(argv: Sequence[str]) -> Iterator[Needed]:
    """Yield what a command needs; nothing for programs that are not known."""
    program, arguments = argv[0], list(argv[1:])
    name = basename(program)
    if name in RUNNERS_OF_SHELL:
        yield from _script(arguments, stop="-c")
    elif name in _INTERPRETERS or name.startswith("python3."):
        yield from _interpreted(arguments)
    elif name in {"make", "gmake"}:
        yield from _made(arguments)
    elif name in _RUNNERS:
        yield from _package_script(name, arguments)
    elif name in _FILE_OPTIONS:
        yield from _options(name, arguments)
    elif name == "ansible-playbook" or (name == "chmod" and len(arguments) > 1):
        yield from (Needed(Need.PATH, path) for path in arguments[-1:])
    elif "/" in program:
        yield Needed(Need.PATH, program)


def _script(arguments: list[str], stop: str) -> Iterator[Needed]:
    for word in arguments:
        if word == stop:
            return
        if not word.startswith("-"):
            # `source venv/bin/activate` is made by another step.
            if "/" in word or word.endswith(_SCRIPT):
                yield Needed(Need.PATH, word)
            return


def _interpreted(arguments: list[str]) -> Iterator[Needed]:
    for at, word in enumerate(arguments):
        if word == "-m" and at + 1 < len(arguments):
            yield Needed(Need.MODULE, arguments[at + 1])
            return
        if word in {"-c", "-e", "-p", "-"}:
            return
        if word == "run":
            continue
        if not word.startswith("-"):
            if word.endswith(_SCRIPT):
                yield Needed(Need.PATH, word)
            return


def _made(arguments: list[str]) -> Iterator[Needed]:
    folder = ""
    for at, word in enumerate(arguments):
        if word == "-C" and at + 1 < len(arguments):
            folder = arguments[at + 1]
        elif word in {"-f", "--file"}:
            return
    skipped = {folder} if folder else set()
    for word in arguments:
        if _TARGET.fullmatch(word) and "=" not in word and word not in skipped:
            yield Needed(Need.TARGET, word, folder)


def _package_script(program: str, arguments: list[str]) -> Iterator[Needed]:
    """Yield the script that `run` names; without it a word may be a program or a shorthand."""
    if _RUNS.isdisjoint(arguments):
        return
    for script in package_runs(Run((program, *arguments))):
        if not script.explicit or script.workspace is not None or script.everywhere:
            continue
        if program == "bun" and script.name.endswith(_SCRIPT):
            yield Needed(Need.PATH, script.name, script.folder or "")
        elif _SCRIPT_NAME.fullmatch(script.name):
            yield Needed(Need.SCRIPT, script.name, script.folder or "")


def _options(program: str, arguments: list[str]) -> Iterator[Needed]:
    """Yield the files that options name: those of `docker` only for `compose` and `build`."""
    if program == "docker":
        kind = next((word for word in arguments if not word.startswith("-")), "")
        if kind not in {"compose", "build", "buildx"}:
            return
    names = _FILE_OPTIONS[program]
    for at, word in enumerate(arguments):
        option, _, value = word.partition("=")
        if option in names and (value or at + 1 < len(arguments)):
            path = value or arguments[at + 1]
            yield Needed(Need.PATH, path)
        elif word in {"exec", "run"} and program.startswith("docker"):
            return
    if program == "ansible-playbook":
        yield from (Needed(Need.PATH, word) for word in arguments[:1] if word.endswith(".yml"))
