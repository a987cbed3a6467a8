"""Makes baselines: accepts the findings of today, or drops those that are gone."""

from msgspec import Struct
from msgspec.structs import replace

from autodevops.auditing import perform
from autodevops.errors import ConfigurationError
from autodevops.guide.baseline import BaselineEntry, dump_baseline, load_baseline
from autodevops.guide.files import DiskFiles
from autodevops.model.finding import FindingStatus
from autodevops.request import Request, clock


class Made(Struct, frozen=True, kw_only=True):
    """A baseline's new content."""

    text: str
    """The file's text."""
    count: int
    """Findings that it accepts."""
    dropped: int = 0
    """Findings that it accepted before and that are gone."""


def accept(request: Request) -> Made:
    """Return the baseline of all findings that are there now and not waived."""
    moment = clock()
    report = perform(replace(request, with_baseline=False), now=moment).report
    entries = [
        BaselineEntry(
            fingerprint=finding.id,
            rule=finding.rule,
            accepted=moment.date(),
            subject=finding.subject,
        )
        for finding in report.findings
        if finding.status is not FindingStatus.WAIVED
    ]
    return Made(text=dump_baseline(entries), count=len(entries))


def prune(request: Request, path: str) -> Made:
    """Return a baseline without the findings that an audit does not see any more.

    An entry of a rule that could not judge all of its subject now stays. Raises ConfigurationError
    without the file.
    """
    text = DiskFiles().read(path)
    if text is None:
        raise ConfigurationError(
            "there is no such baseline", advice="write one: `autodevops baseline write`", path=path
        )
    before = load_baseline(text, path).entries
    report = perform(replace(request, baseline=path)).report
    seen = {finding.id for finding in report.findings}
    judged = {verdict.id for verdict in report.rules if verdict.is_whole}
    kept = [entry for entry in before if entry.fingerprint in seen or entry.rule not in judged]
    return Made(text=dump_baseline(kept), count=len(kept), dropped=len(before) - len(kept))
