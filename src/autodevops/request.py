"""What somebody asks an audit for: the target, how it is looked at, and by which clock."""

import os
from datetime import UTC, datetime

from msgspec import Struct

from autodevops.errors import UsageError
from autodevops.sources.modes import Index, Mode, Revision, WorkingTree

CLOCK = "AUTODEVOPS_NOW"
"""Variable with an RFC 3339 time that replaces the clock."""


class Request(Struct, frozen=True, kw_only=True):
    """What is to be audited, and how."""

    target: str = "."
    """A folder, or a repository on GitHub."""
    staged: bool = False
    """Look at the index instead of the working tree."""
    rev: str | None = None
    """Look at this commit instead of the working tree."""
    history: bool = True
    """Look for secrets in old versions of files."""
    history_since: datetime | None = None
    """Only in commits since then."""
    offline: bool = False
    """Contact nobody."""
    select: tuple[str, ...] = ()
    """Selectors of rules, instead of the configuration's."""
    ignore: tuple[str, ...] = ()
    """Selectors of rules to leave out."""
    guide: str | None = None
    """Name or path of the guide."""
    config: str | None = None
    """Path of the configuration, instead of the repository's own."""
    baseline: str | None = None
    """Path of the baseline, instead of the configuration's."""
    views: tuple[str, ...] = ()
    """Names of the tables that are wanted beside the report."""
    background: bool = False
    """Whether a page will show branch ages and lines of code, too."""
    with_baseline: bool = True
    """Whether accepted findings count as accepted; not when a baseline is made anew."""


def clock() -> datetime:
    """Return the time of the audit, UTC: `AUTODEVOPS_NOW`, else now.

    Raises UsageError when the variable holds no RFC 3339 time with a zone.
    """
    text = os.environ.get(CLOCK)
    if not text:
        return datetime.now(UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    # Years at the ends of the calendar leave no room for ages and time zones.
    if moment is None or moment.tzinfo is None or not 1970 <= moment.year <= 9000:  # noqa: PLR2004
        raise UsageError(
            f"{CLOCK} is no RFC 3339 time: {text!r}", advice="write it as 2026-11-22T10:00:00Z"
        )
    return moment.astimezone(UTC)


def mode_of(request: Request) -> Mode:
    """Return what of a target is looked at; raises UsageError for two things at once."""
    if request.staged and request.rev is not None:
        raise UsageError(
            "--staged and --rev don't go together", advice="audit the index or a commit, not both"
        )
    if request.staged:
        return Index()
    return WorkingTree() if request.rev is None else Revision(request.rev)
