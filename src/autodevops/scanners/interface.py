"""What a secret engine is to us: bytes in, raw matches out; no network, no judgement."""

from collections.abc import Iterable
from typing import Protocol

from autodevops.facts._secrets.context import FileContext
from autodevops.facts._secrets.sightings import Candidate


class EngineError(Exception):
    """The engine could not read one input; the text says why, without any of the content."""


class SecretEngine(Protocol):
    """Finds candidates; another project's engine behind our rules."""

    @property
    def digest(self) -> str:
        """Return a digest that changes with the engine, its rules and our judgement."""
        ...

    def begin(self) -> None:
        """Make ready for the first scan, beside the caller's other work."""
        ...

    def scan(self, content: bytes, file: FileContext) -> Iterable[Candidate]:
        """Return the candidates in a UTF-8 text or other bytes; raise `EngineError`."""
        ...
