"""Keeps what models answered: one file a finding, by everything that was asked; no secret in it."""

from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec.structs import replace

from autodevops.advice.interface import Patch, Remediation, Risk
from autodevops.writing import write_whole

_LARGEST = 1 << 20
_VERSION = 2


class _KeptPatch(msgspec.Struct, forbid_unknown_fields=True):
    path: str
    search: str | None
    replace: str


class _Kept(msgspec.Struct, forbid_unknown_fields=True):
    version: int
    key: str
    explanation: str
    steps: list[str]
    risk: Risk | None
    patches: list[_KeptPatch]
    seal: str = ""


class AdviceCache:
    """Answers of models in a folder; what can't be read or written is as if it were not there."""

    def __init__(self, folder: Path) -> None:
        """Keep answers below a folder, which may not exist yet."""
        self._folder = folder / "advice"

    def recall(self, model: str, key: str) -> Remediation | None:
        """Return what a model answered to a question, None if it was never asked."""
        name = _name(model, key)
        try:
            place = self._folder / f"{name}.json"
            content = place.read_bytes() if place.stat().st_size <= _LARGEST else b""
            kept = msgspec.json.decode(content, type=_Kept)
        except (OSError, ValueError, msgspec.MsgspecError, RecursionError):
            return None
        if (kept.version, kept.key, kept.seal) != (_VERSION, name, _seal(kept)):
            return None
        return Remediation(
            explanation=kept.explanation,
            steps=tuple(kept.steps),
            risk=kept.risk,
            patches=tuple(
                Patch(path=one.path, search=one.search, replace=one.replace) for one in kept.patches
            ),
        )

    def keep(self, model: str, key: str, answer: Remediation) -> None:
        """Keep an answer, whole or not at all; the caller took the secrets out."""
        name = _name(model, key)
        kept = _Kept(
            version=_VERSION,
            key=name,
            explanation=answer.explanation,
            steps=list(answer.steps),
            risk=answer.risk,
            patches=[_KeptPatch(one.path, one.search, one.replace) for one in answer.patches],
        )
        with suppress(OSError, UnicodeEncodeError):
            kept.seal = _seal(kept)
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            write_whole(self._folder / f"{name}.json", [msgspec.json.encode(kept)], mode=0o600)


def _seal(kept: _Kept) -> str:
    """Return by what an answer is known to be the one that was kept."""
    return sha256(msgspec.json.encode(replace(kept, seal=""))).hexdigest()


def _name(model: str, key: str) -> str:
    return sha256(f"{model} {key}".encode()).hexdigest()
