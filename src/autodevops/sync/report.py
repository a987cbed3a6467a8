"""Reads what is pushed of a JSON report, version 1; the rest is passed over."""

from typing import Any

import msgspec
from msgspec import Struct

from autodevops.model.finding import Location
from autodevops.model.report import GuideStamp
from autodevops.model.verdict import Verdict

REPORT = "autodevops/report/v1"
"""The only schema that is pushed."""


class NotAReportError(Exception):
    """The content is no report that can be pushed; the message says why."""


class Target(Struct, frozen=True):
    """What was audited."""

    name: str
    url: str | None
    commit: str | None
    branch: str | None
    dirty: bool


class Tool(Struct, frozen=True):
    """Which version wrote it."""

    version: str


class Summary(Struct, frozen=True):
    """The report in numbers."""

    conformance: float | None
    coverage: float | None
    complete: bool


class Place(Location, frozen=True, kw_only=True, omit_defaults=True):
    """A place; what is empty is left out."""


class Shown(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What goes up of a finding as it is; what is empty is left out."""

    id: str
    rule: str
    severity: str
    confidence: str
    subject: str
    message: str
    status: str
    evidence: dict[str, Any] = {}
    locations: tuple[Place, ...] = ()
    fix: dict[str, Any] | None = None
    waiver: dict[str, Any] | None = None


class Finding(Shown, frozen=True, kw_only=True):
    """One finding."""

    remediation: str
    docs_url: str


class Report(Struct, frozen=True):
    """One target's report."""

    schema: str
    tool: Tool
    target: Target
    guide: GuideStamp
    started_at: str
    seconds: float
    summary: Summary
    rules: tuple[Verdict, ...]
    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()


def read_report(report: bytes) -> Report:
    """Return a JSON report, version 1; raises NotAReportError."""
    try:
        if b"\\u0000" in report:
            # PostgreSQL has no text with NUL.
            decoded = msgspec.convert(_without_nul(msgspec.json.decode(report)), Report)
        else:
            decoded = msgspec.json.decode(report, type=Report)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise NotAReportError(f"is no whole report: {error}") from None
    if decoded.schema != REPORT:
        raise NotAReportError(f"is a {decoded.schema!r}, not a {REPORT}")
    return decoded


def _without_nul(value: Any) -> Any:  # noqa: ANN401 - whatever JSON can hold
    match value:
        case str():
            return value.replace("\0", "\N{REPLACEMENT CHARACTER}")
        case dict():
            return {_without_nul(key): _without_nul(each) for key, each in value.items()}
        case list():
            return [_without_nul(each) for each in value]
        case _:
            return value
