"""Literal secrets in images, compose files and infrastructure code, each with its line.

What the secret scanner finds in these files is taken in as well, so that the more specific rule
reports it. Values are judged where they are read and never kept.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from autodevops.facts.secrets import Nature, Secrets, judge_value
from autodevops.model.finding import Confidence
from autodevops.model.snapshot import Unavailable


class LiteralSecret(Struct, frozen=True, kw_only=True):
    """One secret that is written down."""

    path: str
    """The file."""
    line: int
    """1-based line."""
    end_line: int
    """1-based last line of the instruction or value."""
    name: str
    """Variable or key that holds it."""
    where: str
    """What holds it, in words: `ENV`, `service db`, `resource aws_db_instance.main`."""
    reason: str
    """Why it is taken for a secret."""
    confidence: Confidence
    """How sure that is."""


def judged(
    path: str, line: int, name: str, value: str, where: str, *, weak: bool = False
) -> LiteralSecret | None:
    """Return a literal secret, or None; `weak` counts defaults that everybody knows as well."""
    judgement = judge_value(name, value, path)
    if not judgement.is_secret and not (weak and judgement.nature is Nature.WEAK):
        return None
    return LiteralSecret(
        path=path,
        line=line,
        end_line=line,
        name=name,
        where=where,
        reason=judgement.reason,
        confidence=judgement.confidence if judgement.is_secret else Confidence.MEDIUM,
    )


def detected(
    secrets: Secrets | Unavailable, path: str, first: int, last: int, where: str
) -> Iterator[LiteralSecret]:
    """Yield what the scanner found on these lines and no comment accepts."""
    if isinstance(secrets, Unavailable):
        return
    for found in secrets.within(path, first, last):
        if found.allowance is None:
            yield LiteralSecret(
                path=path,
                line=found.line,
                end_line=found.end_line,
                name=found.name or found.kind,
                where=where,
                reason=f"it has the form of a {found.title}",
                confidence=found.confidence,
            )


def without_repeats(found: Iterable[LiteralSecret]) -> tuple[LiteralSecret, ...]:
    """Return the first secret of each line: two detectors may name the same one differently."""
    kept: dict[tuple[str, int], LiteralSecret] = {}
    for one in found:
        kept.setdefault((one.path, one.line), one)
    return tuple(kept.values())
