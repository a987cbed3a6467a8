"""What advice is, what gives it, and why there may be none."""

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

from msgspec import Struct


class Obstacle(StrEnum):
    """Why a model gave no advice; the rule's own remedy stands in."""

    OFFLINE = "offline"
    NO_KEY = "no-key"
    NOT_SAFE = "not-safe"
    TOO_EXPENSIVE = "too-expensive"
    UNREACHABLE = "unreachable"
    TIME_OUT = "time-out"
    REFUSED = "refused"
    LIMITED = "limited"
    BROKEN = "broken"
    BLOCKED = "blocked"
    EMPTY = "empty"
    CUT_OFF = "cut-off"
    NOT_JSON = "not-json"
    WRONG_SHAPE = "wrong-shape"


OF_ONE_REPLY = frozenset(
    {
        Obstacle.BLOCKED,
        Obstacle.EMPTY,
        Obstacle.CUT_OFF,
        Obstacle.NOT_JSON,
        Obstacle.WRONG_SHAPE,
        Obstacle.TOO_EXPENSIVE,
    }
)
"""After these the next request may fare better; after others it would fail the same way."""


class NoAdviceError(Exception):
    """A model gave no advice; never ends a run."""

    def __init__(self, obstacle: Obstacle, reason: str) -> None:
        """Keep what kind of obstacle it is and the reason for people, without any secret."""
        super().__init__(reason)
        self.obstacle = obstacle
        self.reason = reason


class Risk(StrEnum):
    """How much a remedy may break, by the model's own word."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


class Patch(Struct, frozen=True, kw_only=True):
    """What a model would change in one file; nothing of it is believed yet."""

    path: str
    """Path inside the repository, as the model wrote it."""
    search: str | None
    """Text that stands once in the file; None to replace the file as a whole."""
    replace: str
    """What stands there instead."""


class Remediation(Struct, frozen=True, kw_only=True):
    """How to remedy one finding."""

    explanation: str
    """What is behind the finding."""
    steps: tuple[str, ...]
    """What to do, in order."""
    risk: Risk | None
    """How much it may break; None when nobody said."""
    patches: tuple[Patch, ...] = ()
    """What it would change in files."""


class Request(Struct, frozen=True, kw_only=True):
    """What a model is asked at once."""

    instructions: str
    """What it is to do; ours."""
    text: str
    """The findings, with what is needed of the repository as quoted data."""
    about: str
    """What it is about, for whoever waits."""
    most_tokens: int
    """Tokens that the answer may have."""


class Answer(Struct, frozen=True, kw_only=True):
    """What a model said."""

    text: str
    """Its words: JSON, if it kept to what it was asked."""
    tokens_in: int | None = None
    """Tokens of the question, as the service counted them."""
    tokens_out: int | None = None
    """Tokens of the answer, thoughts included, as the service counted them."""


class Advisor(Protocol):
    """A model that can be asked."""

    @property
    def model(self) -> str:
        """Return its name."""
        ...

    def ask(self, request: Request, told: Callable[[int], None]) -> Answer:
        """Return its answer; `told` hears how many characters came so far.

        Raises NoAdviceError.
        """
        ...


class MaskingError(Exception):
    """A text could not be searched for secrets; the reason quotes nothing of it."""


class Masker(Protocol):
    """Takes the secrets out of texts, and remembers them for as long as it lives."""

    def mask(self, text: str, path: str) -> str:
        """Return a text of that file without secrets, with as many lines.

        Raises MaskingError when that can't be made sure.
        """
        ...
