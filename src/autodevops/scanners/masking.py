"""Takes secrets out of a text that is about to leave this machine."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._secrets.context import FileContext, FileRole, file_context
from autodevops.facts._secrets.engine import OWN
from autodevops.facts._secrets.sightings import forget, sight
from autodevops.redaction import REMOVED
from autodevops.scanners.interface import EngineError, SecretEngine
from autodevops.scanners.secret_rules import WRAPPED
from autodevops.scanners.unwrapping import unwrapped

_SHORTEST = 6
"""Shorter values are common words: only their own lines go."""
_LAYERS = 2
_ROUNDS = 3
_ALWAYS = (
    re.compile(
        r"-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY[^-]{0,20}-----[^-]{1,20000}(?:-----END[^\n]*)?"
    ),
    re.compile(r"(?<=://)[^\s/:@\"'`$<{]{0,100}:[^\s/@\"'`$<{]{1,200}(?=@)"),
)
"""What goes whatever it is judged to be: private keys, and names with passwords in addresses."""
_ANYWHERE = file_context("settings.conf")
"""Judges a text as if it were in force, wherever it stands: examples and tests may hold secrets."""


class UnmaskedError(Exception):
    """A text could not be searched, or secrets are left in it after all; nothing is quoted."""


class _Spot(NamedTuple):
    """Where a secret stands: as a value, or if it stands there in another spelling, by lines."""

    value: str
    first: int
    last: int


class Masking:
    """Masks texts, and remembers what it masked for as long as it lives."""

    def __init__(self, engine: SecretEngine) -> None:
        """Search with an engine whose rules are loaded by now."""
        self._engine = engine
        self._values: set[str] = set()

    def mask(self, text: str, path: str) -> str:
        """Return a text of that file without secrets, with as many lines.

        A value that was a secret in one text is one in every other. Raises UnmaskedError when the
        engine can't read the text, or finds something again and again.
        """
        contexts = tuple(dict.fromkeys((file_context(path), _ANYWHERE)))
        text = self._without_known(text)
        for pattern in _ALWAYS:
            text = pattern.sub(_removed, text)
        try:
            for _ in range(_ROUNDS):
                spots = [spot for one in contexts for spot in self._spots(text, one, _LAYERS)]
                if not spots:
                    return text
                text = self._masked(text, spots)
        except EngineError as problem:
            raise UnmaskedError(str(problem)) from None
        finally:
            forget()
        raise UnmaskedError("it looks like nothing but secrets")

    def _masked(self, text: str, spots: list[_Spot]) -> str:
        gone: set[str] = set()
        for spot in spots:
            if spot.value in text and len(spot.value) >= _SHORTEST:
                self._values.add(spot.value)
                gone.add(spot.value)
                text = _without(text, spot.value)
            elif spot.value not in gone:
                lines = text.split("\n")
                for number in range(spot.first - 1, min(spot.last, len(lines))):
                    lines[number] = REMOVED
                text = "\n".join(lines)
        return self._without_known(text)

    def _without_known(self, text: str) -> str:
        for value in sorted(self._values, key=len, reverse=True):
            text = _without(text, value)
        return text

    def _spots(self, text: str, file: FileContext, layers: int) -> Iterator[_Spot]:
        content = text.encode("utf-8", "surrogateescape")
        candidates = list(self._engine.scan(content, file))
        taken: list[tuple[int, int]] = []
        for one in candidates:
            opened = unwrapped(content, one.start) if one.rule == OWN + WRAPPED else None
            if opened is None or not layers:
                continue
            decoded, end = opened
            inner = FileContext(FileRole.CONFIG, "", test=False, fixture=False, invented=False)
            if any(self._spots(decoded.decode("utf-8", "replace"), inner, layers - 1)):
                taken.append((one.start, end))
                whole = content[one.start : end].decode("utf-8", "surrogateescape")
                first = content.count(b"\n", 0, one.start) + 1
                yield _Spot(whole, first, first + whole.count("\n"))
        rest = [one for one in candidates if one.rule != OWN + WRAPPED]
        for sighting in sight(content, rest, file, taken):
            if REMOVED not in sighting.value:
                where = sighting.detection
                yield _Spot(sighting.value, where.line, where.end_line)


def _removed(found: re.Match[str]) -> str:
    return REMOVED + "\n" * found[0].count("\n")


def _without(text: str, value: str) -> str:
    return text.replace(value, REMOVED + "\n" * value.count("\n")) if value in text else text
