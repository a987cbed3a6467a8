"""Keeps audits in the history of this machine, and finds a target's past again.

Storing never fails an audit: whatever goes wrong is returned as a sentence.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from autodevops.errors import AutodevopsError
from autodevops.folders import state_folder
from autodevops.model.finding import Severity
from autodevops.model.report import Report, Result
from autodevops.model.trend import Trend, TrendPoint
from autodevops.temporary import temporary_folder

if TYPE_CHECKING:
    from autodevops.history.store import Entry
    from autodevops.request import Request  # the engine is not needed to look back


class NotStored(Struct, frozen=True, kw_only=True):
    """Why audits were not stored."""

    message: str
    """What is wrong."""
    advice: str
    """What to do about it."""


def remember(results: Iterable[Result], request: "Request") -> NotStored | None:
    """Store the reports of audits; return why not when that fails, None when it does not.

    What is staged is no state of a repository, only the way to the next one: a hook's audit is
    not stored, and takes no longer for it.
    """
    reports = [result for result in results if isinstance(result, Report)]
    if request.staged or not reports:
        return None
    try:
        _store(reports, request)
    except AutodevopsError as problem:
        return NotStored(message=problem.message, advice=problem.advice)
    except Exception as problem:  # noqa: BLE001 - no bug of ours may cost an audit
        name = type(problem).__name__
        return NotStored(message=f"a bug in autodevops: {name}", advice="please report it")
    return None


def trend_with(results: Sequence[Result], request: "Request") -> Trend | None:
    """Return the stored trend of the only report with that report as its newest point.

    None without a past, for several reports, and for audits that don't belong to a trend.
    """
    report = results[0] if len(results) == 1 else None
    if not isinstance(report, Report) or request.staged or request.rev or not _whole(request):
        return None
    try:
        stored = _stored_trend(report)
    except Exception:  # noqa: BLE001 - the audit is what was asked for; storing it tells
        return None
    if stored is None:
        return None
    from autodevops.history.trend import settled

    return replace(stored, points=tuple(settled([*stored.points, _point(report)])))


def _store(reports: Sequence[Report], request: "Request") -> None:
    from autodevops.history.database import writing
    from autodevops.history.store import record

    entries = [_entry(report, request) for report in reports]
    with writing(state_folder()) as connection:
        for entry in entries:
            record(connection, entry)


def _entry(report: Report, request: "Request") -> "Entry":
    from autodevops.history.store import Entry, Kind
    from autodevops.render.json_text import encode
    from autodevops.render.json_v1 import document

    return Entry(
        report=report,
        document=encode(document(report), indent=0).encode(),
        key=_key_of(report),
        kind=Kind.CURRENT if request.rev is None else Kind.REVISION,
        whole=_whole(request),
    )


def _whole(request: "Request") -> bool:
    return not (request.select or request.ignore)


def _stored_trend(report: Report) -> Trend | None:
    from autodevops.history.database import reading
    from autodevops.history.reading import target_with_key
    from autodevops.history.texts import storable
    from autodevops.history.trend import trend

    with reading(state_folder()) as connection:
        target = None if connection is None else target_with_key(connection, _key_of(report))
        if connection is None or target is None:
            return None
        return trend(connection, target, storable(report.target.branch or ""))


def _point(report: Report) -> TrendPoint:
    summary = report.summary
    return TrendPoint(
        audit="",
        at=report.started_at,
        commit=report.target.commit,
        dirty=report.target.dirty,
        guide=report.guide.digest,
        complete=summary.complete,
        conformance=summary.conformance,
        coverage=summary.coverage,
        **{severity.value: summary.findings.get(severity, 0) for severity in Severity},
    )


def _key_of(report: Report) -> str:
    """Return what names a target in the history: where it is hosted, else its folder."""
    target = report.target
    if target.url is not None:
        return target.url.lower()
    return _folder_key(target.path or target.name)


def key_of_folder(path: str) -> str:
    """Return what names the repository that holds a folder in the history."""
    from autodevops.sources.remotes import hosted
    from autodevops.sources.repository import enter

    with temporary_folder() as folder:
        repository = enter(path, folder)
        repository.objects.close()
        hosting = hosted(repository.configuration.remotes())
    return _folder_key(path) if hosting is None else hosting.url.lower()


def _folder_key(path: str) -> str:
    """Return the key of a repository that is hosted nowhere; its worktrees share it."""
    from autodevops.sources.locating import locate

    return f"folder:{locate(path).common}"
