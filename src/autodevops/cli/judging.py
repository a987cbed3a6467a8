"""Audits the targets of one command line and decides on its exit code."""

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from autodevops.auditing import Audited, perform
from autodevops.cli.console import complain, remark
from autodevops.engine.score import exit_code
from autodevops.errors import AutodevopsError, ConfigurationError, RateLimitError, TargetError
from autodevops.exit_codes import IN_PART, NOT_DONE
from autodevops.guide.settings import Threshold
from autodevops.model.finding import Severity
from autodevops.model.report import Failure, Report, Result
from autodevops.request import Request
from autodevops.sources.locating import locate
from autodevops.targets import unaudited

if TYPE_CHECKING:
    from autodevops.batch.performing import Done


class Verdicts(Struct, frozen=True, kw_only=True):
    """What decides on the exit code."""

    fail_on: Threshold | None
    """The threshold of the command line; None to go by the configuration."""
    strict: bool
    """Whether anything unknown ends as an audit in part."""
    exit_zero: bool
    """Whether findings end like none."""

    def code(self, audited: Audited) -> int:
        """Return the exit code for one audited target."""
        return self.code_of(
            audited.report, fail_on=audited.fail_on, ended_early=audited.ended_early
        )

    def code_of(self, report: Report, *, fail_on: Severity | None, ended_early: bool) -> int:
        """Return the exit code for a report; `fail_on` is the threshold of the configuration."""
        limit = fail_on if self.fail_on is None else self.fail_on.severity
        code = exit_code(report, fail_on=limit, strict=self.strict, exit_zero=self.exit_zero)
        return max(code, IN_PART) if ended_early else code


class Audits(Struct, frozen=True, kw_only=True):
    """What became of the targets."""

    results: tuple[Result, ...]
    """One a target, in the order of the command line."""
    exit_code: int
    """What the command ends with."""
    path_prefix: str
    """Leads from the current folder to the only target's files."""
    audited: tuple[Audited, ...] = field(default=())
    """The targets that could be audited."""

    def tell_times(self) -> None:
        """Say where the time went, on standard error."""
        for one in self.audited:
            for line in _times(one):
                remark(line)


def audit_all(
    targets: list[str], request: Request, verdicts: Verdicts, step: Callable[[str], None]
) -> Audits:
    """Audit each target; of several, one that fails doesn't stop the others.

    Raises the error of the only target when there is just one.
    """
    results: list[Result] = []
    audited: list[Audited] = []
    for name in targets:
        try:
            one = perform(replace(request, target=name), step=step)
        except (TargetError, ConfigurationError, RateLimitError) as error:
            if len(targets) == 1:
                raise
            complain(f"{name}: {error.message}", error.advice)
            results.append(_failure(name, error))
        else:
            audited.append(one)
            results.append(one.report)
    codes = [verdicts.code(one) for one in audited]
    failed = len(audited) < len(targets)
    return Audits(
        results=tuple(results),
        exit_code=_worst([*codes, IN_PART] if failed else codes) if audited else NOT_DONE,
        path_prefix=_prefix(audited[0].report.target.path) if len(targets) == 1 else "",
        audited=tuple(audited),
    )


def code_of_batch(done: "Done", verdicts: Verdicts) -> int:
    """Return the exit code of a batch, whose reports are read one by one."""
    codes = [
        verdicts.code_of(
            result,
            fail_on=None if entry.fail_on is None else Severity(entry.fail_on),
            ended_early=entry.ended_early,
        )
        for result, entry in zip(done.results, done.entries, strict=True)
        if isinstance(result, Report)
    ]
    if not codes:
        return NOT_DONE
    return _worst(codes if len(codes) == len(done.entries) else [*codes, IN_PART])


def _worst(codes: Iterable[int]) -> int:
    """Return the code that tells most: a bug, then a partial audit, then findings."""
    return max(codes)


def _failure(name: str, error: AutodevopsError) -> Failure:
    target = unaudited(name)
    return Failure(target=target, code=error.exit_code, message=error.message, advice=error.advice)


def _prefix(target: str | None) -> str:
    """Return what leads from the current folder to the files of a target, empty if nothing does."""
    if target is None:
        return ""
    location = locate(target)
    if location.bare:
        return ""
    try:
        relative = os.path.relpath(location.top)
    except ValueError:
        return ""  # on another drive
    return "" if relative == "." else f"{relative}/"


def _times(audited: Audited) -> Iterator[str]:
    slowest = sorted(audited.fact_seconds.items(), key=lambda item: -item[1])[:10]
    yield f"{audited.report.seconds:.2f} s in all; the slowest facts:"
    for name, seconds in slowest:
        yield f"  {seconds:.3f} s  {name}"
