"""Shell scripts as commands, each with what becomes of its failure.

`bash -e`, under which GitHub runs a step, ends at the first failure; much of what people write
around a command takes that away again. The script is read with bash's grammar and followed the way
the shell would run it: lists, pipes, conditions, functions, subshells, `set` and `$?`.
"""

import re
from typing import NamedTuple

from autodevops.facts._shell.parts import RUNNERS_OF_SHELL, SHELLS, Command, Fate, Script
from autodevops.model.patterns import regex

__all__ = [
    "DEFAULT",
    "PLAIN",
    "RUNNERS_OF_SHELL",
    "SHELLS",
    "Command",
    "Fate",
    "Mode",
    "Script",
    "mode_of",
    "parse",
]

MAX_CHARACTERS = 32 << 10
"""Longest script that is read."""

# The grammar's C code reads beyond a table at characters outside ASCII and ends the process.
_OPAQUE = regex(r"\$\{\{.{0,2000}?\}\}|[^\x01-\x7f]+", re.DOTALL)


class Mode(NamedTuple):
    """How a shell is started."""

    errexit: bool
    """Whether it ends at the first failure (`-e`)."""
    pipefail: bool
    """Whether a pipe fails when any of its commands does."""
    known: bool = True
    """Whether it reads the language of bash at all."""


DEFAULT = Mode(errexit=True, pipefail=False)
"""What GitHub runs on Linux and macOS when a step names no shell: `bash -e {0}`."""
PLAIN = Mode(errexit=False, pipefail=False)
"""`sh -c`, as package managers and make run a line."""


def mode_of(shell: str | None) -> Mode:
    """Return how GitHub starts the shell that a step names (Workflow syntax, `steps[*].shell`)."""
    if shell is None:
        return DEFAULT
    words = shell.split()
    if words == ["bash"]:
        return Mode(errexit=True, pipefail=True)
    if words == ["sh"]:
        return DEFAULT
    if not words or words[0].rpartition("/")[2] not in SHELLS:
        return Mode(errexit=False, pipefail=False, known=False)
    return mode_of_flags(words[1:])


def mode_of_flags(words: list[str]) -> Mode:
    """Return the mode that a shell's flags ask for, such as `-euo pipefail`."""
    errexit = pipefail = False
    for at, word in enumerate(words):
        if not word.startswith("-") or word.startswith("--"):
            continue
        errexit |= "e" in word
        if word.endswith("o") and at + 1 < len(words):
            errexit |= words[at + 1] == "errexit"
            pipefail |= words[at + 1] == "pipefail"
    return Mode(errexit=errexit, pipefail=pipefail)


def parse(text: str, mode: Mode = DEFAULT) -> Script:
    """Return the commands of a script; never raises, whatever the text is.

    `${{ ... }}` of GitHub counts as one word, and so does what is not ASCII.
    """
    if not mode.known:
        return Script(commands=(), problem="its shell is not one of bash's kind")
    if len(text) > MAX_CHARACTERS:
        return Script(commands=(), problem=f"it is longer than {MAX_CHARACTERS} characters")
    from autodevops.facts._shell.flow import follow

    opaque: dict[str, int] = {}

    def mask(found: re.Match[str]) -> str:
        number = opaque.setdefault(found[0], len(opaque))
        return f"ghexpr{number}z" + "\\\n" * found[0].count("\n")

    masked = _OPAQUE.sub(mask, text)
    return follow(masked, tuple(opaque), errexit=mode.errexit, pipefail=mode.pipefail)
