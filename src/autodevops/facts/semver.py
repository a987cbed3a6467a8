"""Semantic Versioning 2.0.0: the grammar and the order of precedence (https://semver.org)."""

import re
from typing import NamedTuple, TypeAlias

from autodevops.model.patterns import regex

_NUMBER = r"(?:0|[1-9][0-9]*)"
_IDENTIFIER = r"(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)"
_VERSION = regex(
    rf"(?P<major>{_NUMBER})\.(?P<minor>{_NUMBER})\.(?P<patch>{_NUMBER})"
    rf"(?:-(?P<pre>{_IDENTIFIER}(?:\.{_IDENTIFIER})*))?"
    r"(?:\+(?P<build>[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*))?",
    re.ASCII,
)
_LONGEST = 200
# Digits beyond this make numbers that no release has and that Python is slow to read.
_DIGITS = 18

Precedence: TypeAlias = tuple[int, int, int, tuple[tuple[int, int, str], ...]]
"""Compares as the specification orders versions; build metadata plays no part."""


class Version(NamedTuple):
    """A semantic version."""

    major: int
    """Incompatible changes."""
    minor: int
    """New abilities."""
    patch: int
    """Repairs."""
    pre: tuple[str, ...]
    """Pre-release identifiers; empty for a release."""
    build: str
    """Build metadata; empty without."""

    @property
    def core(self) -> tuple[int, int, int]:
        """Return the three numbers."""
        return (self.major, self.minor, self.patch)

    @property
    def precedence(self) -> Precedence:
        """Return what to compare: numbers below words, a pre-release below its release."""
        parts = tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in self.pre)
        return (*self.core, parts or ((2, 0, ""),))

    def __str__(self) -> str:
        pre = f"-{'.'.join(self.pre)}" if self.pre else ""
        build = f"+{self.build}" if self.build else ""
        return f"{self.major}.{self.minor}.{self.patch}{pre}{build}"


def parse_version(text: str) -> Version | None:
    """Return the version that the whole text is by the grammar; None for anything else."""
    if len(text) > _LONGEST:
        return None
    found = _VERSION.fullmatch(text)
    if found is None or any(len(digits) > _DIGITS for digits in re.findall("[0-9]+", text)):
        return None
    pre = found["pre"]
    return Version(
        major=int(found["major"]),
        minor=int(found["minor"]),
        patch=int(found["patch"]),
        pre=tuple(pre.split(".")) if pre else (),
        build=found["build"] or "",
    )
