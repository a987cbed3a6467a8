"""Makefiles as targets with their lines of shell; variables are put in where they are set."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._shell import PLAIN, Mode
from autodevops.model.patterns import regex

INCLUDES = ".include"
"""Stands among the targets of a Makefile that takes in others."""
MAX_RECIPE = 200
"""Most lines of one target that are read."""
MAX_LINE = 4_000
"""Longest line that is read."""

_RULE = regex(r"([^\s:=#][^:=#]*+)::?(?!=)([^#;]*+)(?:;(.*))?")
_VARIABLE = regex(r"(?:export\s+)?([A-Za-z_][\w.-]*+)\s*+[:?+]{0,3}=(.*)")
_REFERENCE = regex(r"\$[({]([A-Za-z_][\w.-]{0,80})[)}]")


class Line(NamedTuple):
    """One line of shell that a target runs."""

    text: str
    """The line."""
    path: str
    """The file that it stands in."""
    line: int
    """1-based line."""
    mode: Mode = PLAIN
    """How its shell is started."""
    ignored: bool = False
    """Whether make goes on whatever it ends with (a leading `-`)."""


class Target(Struct, frozen=True):
    """One target of a Makefile."""

    needs: tuple[str, ...]
    """The targets that run before it."""
    recipe: tuple[Line, ...]
    """Its lines."""


@lru_cache(maxsize=128)
def read_makefile(path: str, text: str) -> dict[str, Target]:
    """Return the targets of a Makefile."""
    reader = _Reader(path)
    for number, line in _joined(text):
        reader.take(number, line)
    return reader.finished()


def is_complete(targets: Iterable[str]) -> bool:
    """Tell whether a Makefile says all of its targets by name: no patterns, nothing taken in."""
    return not any(name == INCLUDES or "%" in name or "$" in name for name in targets)


def _joined(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines with their 1-based numbers; a backslash at an end joins the next line."""
    start, held = 1, ""
    for number, line in enumerate(text.split("\n"), start=1):
        start = start if held else number
        if len(held) + len(line) > MAX_LINE:
            held = ""
        elif line.endswith("\\"):
            held += line[:-1] + " "
        else:
            yield start, held + line
            held = ""


class _Reader:
    """Takes a Makefile line by line."""

    def __init__(self, path: str) -> None:
        self.path = path
        self.needs: dict[str, list[str]] = {}
        self.recipes: dict[str, list[Line]] = {}
        self.variables: dict[str, str] = {}
        self.current: list[str] = []
        self.ignored: set[str] = set()

    def take(self, number: int, line: str) -> None:
        """Take one line."""
        if line.startswith("\t"):
            self._recipe(number, line)
        elif line.startswith(("include ", "-include ", "sinclude ")):
            self.needs.setdefault(INCLUDES, [])
            self.recipes.setdefault(INCLUDES, [])
        elif (variable := _VARIABLE.match(line)) is not None:
            self.variables.setdefault(variable[1], variable[2].strip())
        elif (rule := _RULE.match(line)) is not None:
            self._rule(number, rule)

    def _rule(self, number: int, rule: re.Match[str]) -> None:
        needs = rule[2].replace("|", " ").split()
        self.current = rule[1].split()
        if self.current == [".IGNORE"]:
            self.ignored.update(needs or ["*"])
        for name in self.current:
            self.needs.setdefault(name, []).extend(needs)
            self.recipes.setdefault(name, [])
        if rule[3]:
            self._recipe(number, rule[3])

    def _recipe(self, number: int, line: str) -> None:
        bare = line.strip()
        text = bare.lstrip("@+- ")
        ignored = "-" in bare[: len(bare) - len(text)]
        if not text or text.startswith("#"):
            return
        expanded = _REFERENCE.sub(self._value, text)
        text = (expanded if len(expanded) <= MAX_LINE else text).replace("$$", "$")
        for name in self.current:
            if len(self.recipes[name]) < MAX_RECIPE:
                self.recipes[name].append(Line(text, self.path, number, PLAIN, ignored))

    def _value(self, found: re.Match[str]) -> str:
        return self.variables.get(found[1], "make" if found[1] == "MAKE" else found[0])

    def finished(self) -> dict[str, Target]:
        """Return the targets, those of `.IGNORE` with their failures ignored."""
        found: dict[str, Target] = {}
        for name, lines in self.recipes.items():
            if self.ignored & {name, "*"}:
                lines = [line._replace(ignored=True) for line in lines]  # noqa: PLW2901
            found[name] = Target(tuple(self.needs[name]), tuple(lines))
        return found
