"""Reads the commands that a runbook tells people to run, block by block, as far as one can know."""

import shlex
from collections.abc import Iterator
from itertools import pairwise
from posixpath import join, normpath
from typing import NamedTuple

from autodevops.facts._runbook_needs import unwrapped
from autodevops.facts._words import words
from autodevops.model.patterns import regex

_PROMPT = regex(r"\s{0,8}(?:[\w.@~/:-]{0,40}[$#%]|>)[ \t]{1,3}")
_HEREDOC = regex(r"<<-?\s{0,3}[\"']?(\w{1,40})")
_SPLIT = words("&& || ; | & |&")
_PUNCTUATION = ";|&<>()"
_COMMENT = regex(r"(?:^|\s)#.*")
_MAX_LINES = 500
_LONGEST_LINE = 2_000
_LONGEST_PATH = 300
# Behind these the rest of a block runs elsewhere, or in a tree that is not this repository's.
_ELSEWHERE = words("ssh mosh telnet gcloud chroot vagrant")
_UNPACKING = words("tar unzip scp rsync gh aws gsutil")
_CONTAINERS = words("docker kubectl podman docker-compose heroku fly flyctl")
_MAKERS = words("touch mkdir tee cp mv ln wget install")
_INTO = words("-o --output -O --out -out")


class RunbookCommand(NamedTuple):
    """One command."""

    argv: tuple[str, ...]
    """Program and arguments, wrappers such as `sudo` left out."""
    line: int
    """0-based line in the block."""
    folder: str
    """Where it is run, relative to where the block begins."""
    made: frozenset[str]
    """Paths that earlier commands of the block make, from where the block begins."""


def commands(content: str, *, prompted: bool) -> Iterator[RunbookCommand]:  # noqa: C901 - one walk
    """Yield the commands of a block; with `prompted`, only lines behind a prompt count."""
    folder = "."
    made: set[str] = set()
    for number, line in _lines(content, prompted=prompted):
        for words_of, outputs in _parts(line):
            argv = tuple(unwrapped(words_of))
            if not argv:
                continue
            match argv:
                case ("cd", target) | ("pushd", target):
                    if target.startswith(("/", "~", "$", "-")) or "$" in target or "<" in target:
                        return
                    yield RunbookCommand(argv, number, folder, frozenset(made))
                    folder = normpath(join(folder, target))
                    if len(folder) > _LONGEST_PATH:
                        return
                    continue
                case ("cd" | "pushd" | "popd", *_):
                    return
                case ("git", "clone", *_):
                    return
            if argv[0] in _ELSEWHERE or argv[0] in _UNPACKING:
                return
            if _is_inside_container(argv):
                if argv[-1] in {"bash", "sh", "/bin/bash", "/bin/sh", "ash"} or "-it" in argv:
                    return
                continue
            yield RunbookCommand(argv, number, folder, frozenset(made))
            made.update(normpath(join(folder, path)) for path in (*outputs, *_makes(argv)))


def _is_inside_container(argv: tuple[str, ...]) -> bool:
    return argv[0] in _CONTAINERS and not {"exec", "run", "console", "ssh"}.isdisjoint(argv[1:6])


def _makes(argv: tuple[str, ...]) -> Iterator[str]:
    if argv[0] in _MAKERS:
        yield from (word for word in argv[1:] if not word.startswith("-"))
    for option, value in pairwise(argv):
        if option in _INTO:
            yield value
    if argv[:3] == ("python3", "-m", "venv") or argv[:3] == ("python", "-m", "venv"):
        yield argv[-1]


def _lines(content: str, *, prompted: bool) -> Iterator[tuple[int, str]]:
    """Yield whole commands with the line they begin on; heredocs and comments are left out."""
    end = held = ""
    start = 0
    for number, line in enumerate(content.split("\n")[:_MAX_LINES]):
        if end:
            end = "" if line.strip() == end else end
            continue
        if not held:
            start = number
            prompt = _PROMPT.match(line)
            if prompted and prompt is None:
                continue
            if prompt is not None:
                line = line[prompt.end() :]  # noqa: PLW2901 - the line without its prompt
        held += line[:_LONGEST_LINE]
        if held.endswith("\\"):
            held = held[:-1] + " "
            continue
        heredoc = _HEREDOC.search(held)
        if heredoc is not None:
            end = heredoc[1]
        if not held.lstrip().startswith("#"):
            yield start, _COMMENT.sub("", held)
        held = ""


def _parts(line: str) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the simple commands of a line, each with the files that it writes."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=_PUNCTUATION)
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        tokens = list(lexer)
    except ValueError:
        return
    argv: list[str] = []
    outputs: list[str] = []
    follows = ""
    for token in [*tokens, ";"]:
        if token in _SPLIT or set(token) <= set("();"):
            if argv:
                yield argv, outputs
            argv, outputs = [], []
        elif set(token) <= set("<>&|"):
            follows = token
        elif follows:
            if ">" in follows:
                outputs.append(token)
            follows = ""
        else:
            argv.append(token)
