"""What a shell script is read into."""

from enum import StrEnum
from typing import NamedTuple

from msgspec import Struct

SHELLS = frozenset({"ash", "bash", "dash", "ksh", "sh", "zsh"})
"""Programs that read the language of bash, or nearly."""
RUNNERS_OF_SHELL = SHELLS | {"source", "."}
"""Commands that run the file of shell that they are given."""


class Fate(StrEnum):
    """What becomes of a command's failure."""

    SEEN = "seen"
    """The script fails, or keeps the failure and looks at it later."""
    HIDDEN = "hidden"
    """The script goes on, and ends, as if nothing had happened."""
    VALUE = "value"
    """The command's output is used as a value; whoever uses it decides."""
    UNKNOWN = "unknown"
    """Its failure steers the script (a loop, a negation) in a way that is not followed."""


class Command(NamedTuple):
    """One simple command."""

    argv: tuple[str, ...]
    """Name and arguments, quotes resolved; expansions stay as written."""
    line: int
    """0-based line in the script."""
    text: str
    """As written, shortened."""
    fate: Fate
    """What becomes of its failure."""
    how: str = ""
    """What hides its failure: `|| true`, `set +e`, `| tee`."""
    how_line: int = 0
    """0-based line of that."""
    output: tuple[str, ...] = ()
    """Files that its output is written to."""
    environment: tuple[tuple[str, str], ...] = ()
    """Variables set for this command alone."""

    @property
    def name(self) -> str:
        """Return the program's name without its folder."""
        return self.argv[0].rpartition("/")[2] if self.argv else ""


class Script(Struct, frozen=True, kw_only=True):
    """What a script does."""

    commands: tuple[Command, ...]
    """Its commands in their order, those of functions where they are called."""
    problem: str | None = None
    """Why it could not be read, or not to its end."""
