"""The Python API: what the commands do, as functions."""

from collections.abc import Iterable
from datetime import datetime
from os import PathLike, fspath

from autodevops.auditing import perform
from autodevops.model.report import Report
from autodevops.request import Request


def audit(  # noqa: PLR0913 - as many as the command has options
    target: str | PathLike[str] = ".",
    *,
    staged: bool = False,
    rev: str | None = None,
    history: bool = True,
    offline: bool = False,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    guide: str | None = None,
    config: str | None = None,
    baseline: str | None = None,
    now: datetime | None = None,
) -> Report:
    """Audit a repository and return the report that `autodevops audit` would print.

    Args:
        target: a folder inside the repository, or a repository on GitHub: `owner/name` or its URL.
        staged: look at the index instead of the working tree.
        rev: look at this commit instead of the working tree.
        history: look for secrets in old versions of files, too.
        offline: contact nobody; what only GitHub knows is unknown.
        select: ids, families or slugs of the rules to ask; all by default.
        ignore: ids, families or slugs of the rules to leave out.
        guide: name or path of the guide to judge by.
        config: path of the configuration, instead of the repository's own.
        baseline: path of a file with accepted findings.
        now: the audit's clock with its time zone, instead of `AUTODEVOPS_NOW` or the machine's.

    Raises:
        UsageError: the arguments don't fit together, or name a rule that there is not.
        ConfigurationError: the guide, the configuration or the baseline is invalid.
        TargetError: the target could not be audited.
        RateLimitError: GitHub gives out nothing more for now.
    """
    request = Request(
        target=fspath(target),
        staged=staged,
        rev=rev,
        history=history,
        offline=offline,
        select=tuple(select),
        ignore=tuple(ignore),
        guide=guide,
        config=config,
        baseline=baseline,
    )
    return perform(request, now=now).report
