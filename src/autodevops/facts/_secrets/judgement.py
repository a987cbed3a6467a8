"""What is said about one value: its nature, why, and where it stood."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct, field

from autodevops.facts._secrets.context import FileContext
from autodevops.facts._secrets.kinds import SecretKind
from autodevops.model.finding import Confidence, Plain


class Nature(StrEnum):
    """What a value is."""

    SECRET = "secret"  # noqa: S105 - a word, not a password
    PUBLIC = "public"
    WEAK = "weak"
    PLACEHOLDER = "placeholder"
    REFERENCE = "reference"
    INNOCENT = "innocent"


class Judgement(Struct, frozen=True, kw_only=True):
    """What a value is, and why; never the value itself."""

    nature: Nature
    """What it is."""
    reason: str
    """Why, in a few words."""
    kind: SecretKind | None = None
    """Which kind of secret; set when it is one."""
    confidence: Confidence = Confidence.HIGH
    """How sure that is."""
    evidence: Mapping[str, Plain] = field(default_factory=dict)
    """What the value says about itself."""

    @property
    def is_secret(self) -> bool:
        """Tell whether it must not stand in a repository."""
        return self.nature is Nature.SECRET


class Surroundings(Struct, frozen=True, kw_only=True):
    """Where a value stands."""

    file: FileContext
    """What the path says."""
    line: str = ""
    """The text around it, for marks such as "fake"."""
