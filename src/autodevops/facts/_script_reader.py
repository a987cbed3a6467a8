"""Reads shell scripts of one repository within a budget of time."""

from functools import lru_cache
from time import monotonic

from autodevops.facts._shell import Mode, Script, parse

MAX_SECONDS = 1.0
"""Longest time for all scripts of a repository; honest ones take a tenth of it at most."""
SPENT = "the scripts of the repository take too long to read"
"""The problem of a script that the budget did not cover."""


class ScriptReader:
    """Reads scripts, each once, until the time is spent; made anew for each audit."""

    def __init__(self) -> None:
        """Start with the whole budget."""
        self.spent = 0.0

    def read(self, text: str, mode: Mode) -> Script:
        """Return what a script does; one with the problem `SPENT` when the time is over."""
        if self.spent > MAX_SECONDS:
            return Script(commands=(), problem=SPENT)
        start = monotonic()
        script = _read(text, mode)
        self.spent += monotonic() - start
        return script

    @property
    def is_spent(self) -> bool:
        """Tell whether scripts were left unread."""
        return self.spent > MAX_SECONDS


@lru_cache(maxsize=2048)
def _read(text: str, mode: Mode) -> Script:
    return parse(text, mode)
