"""From an engine's raw matches in one file to judged, masked detections.

The values come in, and only `Detection` goes out; a `Sighting` pairs it with its value for as long
as the scanner needs to see which ones are equal.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from autodevops.facts._secrets import kinds
from autodevops.facts._secrets.context import FileContext, FileRole, file_context
from autodevops.facts._secrets.engine import PUBLIC_RULES, default_name, engine_kind, own_rule
from autodevops.facts._secrets.judgement import Judgement, Surroundings
from autodevops.facts._secrets.kinds import SecretKind
from autodevops.facts._secrets.nearby import Nearby
from autodevops.facts._secrets.places import Content, Spans
from autodevops.facts._secrets.tokens import password_url
from autodevops.facts._secrets.values import judge, judge_found
from autodevops.model.detection import Detection
from autodevops.model.finding import Confidence, Severity


class Candidate(NamedTuple):
    """What an engine took for a secret."""

    rule: str
    """Id of the engine's rule."""
    value: str
    """The value, decoded if it was wrapped."""
    start: int
    """Offset of its first byte in the UTF-8 text."""
    end: int
    """Offset after its last byte."""


class Sighting(NamedTuple):
    """A secret and its value."""

    detection: Detection
    """What may leave the scanner."""
    value: str
    """What may not."""


class _Seen(NamedTuple):
    """A candidate that was judged to be a secret."""

    candidate: Candidate
    kind: SecretKind
    judgement: Judgement
    name: str | None
    file: FileContext


REMEDY = (
    "Revoke it now: {where}. Issue a new one and keep it in the provider's secret store or in "
    "GitHub Actions secrets. Deleting the line or rewriting history does not help by itself: "
    "whoever cloned, forked or cached the repository still has it. Once it is revoked, purge it "
    "with `git filter-repo --replace-text`, push every ref and ask the host to drop cached views."
)
_UNQUOTED = "unquoted"
_RANK = {"named": 3, "assignment": 3, "url": 1, "engine": 2, "format": 0}


def sight(
    content: bytes,
    candidates: Iterable[Candidate],
    file: FileContext,
    taken: Iterable[tuple[int, int]] = (),
) -> list[Sighting]:
    """Return the secrets among the candidates of one file, in their order in the text.

    What lies in `taken` (offsets of beginning and end) is left out: it is understood already.
    """
    text = Content(content)
    understood = Spans(taken)
    seen: list[_Seen] = []
    for candidate in sorted(candidates, key=_precedence):
        if understood.overlap(candidate.start, candidate.end):
            continue
        judged = _judged(text, candidate, file)
        if judged is not None:
            seen.append(judged)
            understood.add(candidate.start, candidate.end)
    seen.sort(key=lambda one: (one.candidate.start, one.candidate.end))
    return [Sighting(_detection(text, one, file), one.candidate.value) for one in _paired(seen)]


def _precedence(candidate: Candidate) -> tuple[int, int, int, str]:
    rank = _RANK[own_rule(candidate.rule)]
    return rank, candidate.start, -candidate.end, candidate.rule


def _judged(content: Content, candidate: Candidate, file: FileContext) -> _Seen | None:
    sort = own_rule(candidate.rule)
    unquoted = candidate.rule.endswith(_UNQUOTED)
    if candidate.rule in PUBLIC_RULES:
        return None
    value = candidate.value.rstrip(",;" if unquoted else "\\")
    if sort in {"named", "assignment"} and not _could_be_secret(value):
        return None
    near = Nearby(content, candidate.start, candidate.end)
    if near.cut_short:
        return None
    if file.python and near.in_document:
        file = replace(file, role=FileRole.DOCUMENT)
    name = default_name(candidate.rule) or near.name(far=sort == "named")
    if sort == "engine":
        judgement = _engine_judgement(candidate, name, Surroundings(file=file, line=near.line))
    else:
        judgement = _remembered(name or "", value, file, near.marked)
    if not judgement.is_secret or judgement.kind is None:
        return None
    kind = near.refined(judgement.kind, name)
    bundled = file.role is FileRole.LOCK or (file.role is FileRole.CODE and near.minified)
    if judgement.kind.slug == "google-api-key" and bundled:
        return None  # A page's script, which every visitor is handed.
    if kind is judgement.kind and (near.is_sample or (file.test and near.tested)):
        judgement = replace(judgement, confidence=Confidence.LOW)
    if sort == "url" and (url := password_url(value)) is not None:
        candidate = candidate._replace(value=url.password)
    return None if kind is None else _Seen(candidate, kind, judgement, name, file)


def _engine_judgement(candidate: Candidate, name: str | None, around: Surroundings) -> Judgement:
    return judge_found(engine_kind(candidate.rule), name or "", candidate.value, around)


@lru_cache(maxsize=8192)
def _remembered(name: str, value: str, file: FileContext, marked: str) -> Judgement:
    return judge(name, value, Surroundings(file=file, line=marked))


@lru_cache(maxsize=8192)
def _could_be_secret(value: str) -> bool:
    """Tell whether any name and any place would make a secret of the value."""
    return judge("API_SECRET", value, _ANYWHERE).is_secret


_ANYWHERE = Surroundings(file=file_context("config"))


def forget() -> None:
    """Drop every value that is kept to judge repetitions faster."""
    _remembered.cache_clear()
    _could_be_secret.cache_clear()


def _paired(seen: list[_Seen]) -> Iterable[_Seen]:
    """Raise what stands beside its other half: an AWS key id with its secret is sure."""
    of_aws = [one for one in seen if one.kind.slug == "aws-credentials"]
    alone = all(one.candidate.value.startswith(("AKIA", "ASIA")) for one in of_aws)
    for one in seen:
        if alone and one.kind.slug == "aws-credentials":
            # The name of a key opens nothing, and documents show many.
            shown = one.file.test or one.file.role is FileRole.DOCUMENT
            weaker = one.kind._replace(severity=Severity.LOW if shown else Severity.HIGH)
            yield one._replace(kind=weaker)
        else:
            yield one


def _detection(content: Content, seen: _Seen, file: FileContext) -> Detection:
    candidate, kind, judgement, name, _ = seen
    near = Nearby(content, candidate.start, candidate.end)
    confidence = judgement.confidence if kind is judgement.kind else Confidence.HIGH
    severity = Severity.LOW if confidence is Confidence.LOW else kind.severity
    unlikely = confidence is Confidence.LOW and (file.test or file.role is FileRole.DOCUMENT)
    if file.fixture or unlikely:
        # Test data and examples in prose: hardly ever real, and worth a look all the same.
        severity, confidence = Severity.LOW, Confidence.LOW
    return Detection(
        path="",
        line=near.line_number,
        column=near.column,
        end_line=near.end_line(key=kind.slug in _MANY_LINES),
        kind=kind.slug,
        title=kind.title,
        provider=kind.provider,
        name=None if kind.slug in _NAMELESS else name,
        masked=masked(candidate.value),
        engine_rule=candidate.rule,
        severity=severity,
        confidence=confidence,
        remedy=REMEDY.format(where=kind.where),
        evidence=judgement.evidence,
        allowance=near.allowance(),
    )


def wrapped(sighting: Sighting, content: bytes, start: int, end: int) -> Sighting:
    """Return a secret found inside Base64 as one that stands where the Base64 stands."""
    near = Nearby(Content(content), start, end)
    detection = replace(
        sighting.detection,
        line=near.line_number,
        column=near.column,
        end_line=near.end_line(key=False),
        name=sighting.detection.name or near.name(far=False),
        evidence={**sighting.detection.evidence, "encoding": "base64"},
        allowance=near.allowance(),
    )
    return Sighting(detection, sighting.value)


_MANY_LINES = frozenset(
    {kinds.PRIVATE_KEY.slug, kinds.ENCRYPTED_KEY.slug, kinds.SERVICE_ACCOUNT.slug}
)
_NAMELESS = frozenset({"aws-credentials", *_MANY_LINES})
_SHOWN = 4
_SHOWN_PART = 3


def masked(value: str) -> str:
    """Return at most the first four characters, less of a short value, and an ellipsis."""
    return value[: min(_SHOWN, len(value) // _SHOWN_PART)] + "\N{HORIZONTAL ELLIPSIS}"
