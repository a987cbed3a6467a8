"""Start commands as the programs that they run, wrappers taken off."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts import _shell
from autodevops.facts._words import words
from autodevops.model.patterns import regex

_WRAPPERS = words("exec tini dumb-init catatonit nice ionice time setsid chronic doppler infisical")
_RUNNERS = {
    "uv": "run", "poetry": "run", "pipenv": "run", "pdm": "run", "hatch": "run", "rye": "run",
    "pnpm": "exec", "npm": "exec", "bundle": "exec",
}  # fmt: skip
_ASSIGNMENT = regex(r"[A-Za-z_]\w*=")
_MAX_WORDS = 200
_PYTHON = regex(r"python(?:3(?:\.\d+)?)?")


class Invocation(NamedTuple):
    """One program that a start command runs."""

    program: str
    """Its name without a folder."""
    arguments: tuple[str, ...]
    """What follows it."""
    via: str
    """What finds it: `python` for `python -m`, `uv`, `npx` and the like; empty for the PATH."""
    path: str
    """The program as written."""


def invocations(argv: tuple[str, ...]) -> Iterator[Invocation]:
    """Yield the programs that an exec-form command runs."""
    argv = _unwrapped(argv[:_MAX_WORDS])
    if not argv:
        return
    name = argv[0].rpartition("/")[2]
    if name in _shell.SHELLS:
        at = next((i for i, word in enumerate(argv) if re.fullmatch("-[a-z]*c", word)), 0)
        if 0 < at < len(argv) - 1:
            yield from script_invocations(argv[at + 1])
        return
    yield _invocation(argv)


def script_invocations(script: str) -> Iterator[Invocation]:
    """Yield the programs that a shell line runs."""
    for command in _shell.parse(script, _shell.PLAIN).commands:
        argv = _unwrapped(command.argv[:_MAX_WORDS])
        if argv:
            yield _invocation(argv)


def _unwrapped(argv: tuple[str, ...]) -> tuple[str, ...]:
    """Return a command without init programs, `env`, and variables set for it."""
    while argv:
        name = argv[0].rpartition("/")[2]
        if name in _WRAPPERS or name == "env":
            argv = argv[1:]
            while argv and (argv[0].startswith("-") or _ASSIGNMENT.match(argv[0])):
                argv = argv[1:]
        elif _ASSIGNMENT.match(argv[0]):
            argv = argv[1:]
        else:
            break
    return argv


def _invocation(argv: tuple[str, ...]) -> Invocation:
    name = argv[0].rpartition("/")[2]
    if _PYTHON.fullmatch(name):
        rest = _without_options(argv[1:], ("-u", "-O", "-B", "-I", "-E", "-s"))
        if len(rest) > 1 and rest[0] == "-m":
            return Invocation(rest[1], rest[2:], "python", argv[0])
        return Invocation("python", rest, "", argv[0])
    if name in _RUNNERS and argv[1:2] == (_RUNNERS[name],):
        rest = argv[2:]
        while rest and rest[0].startswith("-"):
            rest = rest[1:]
        if rest:
            inner = _invocation(rest)
            return inner._replace(via=inner.via or name)
    if name in {"npx", "bunx"} and len(argv) > 1:
        rest = tuple(word for word in argv[1:] if word not in {"-y", "--yes", "--no-install", "--"})
        if rest:
            return Invocation(rest[0], rest[1:], name, argv[0])
    return Invocation(name, argv[1:], "", argv[0])


def _without_options(argv: tuple[str, ...], options: tuple[str, ...]) -> tuple[str, ...]:
    while argv and argv[0] in options:
        argv = argv[1:]
    return argv
