"""How `autodevops fix` looks on a screen."""

import json
from collections.abc import Iterable, Iterator, Sequence

from autodevops.cli.differences import differences
from autodevops.cli.screen import Screen
from autodevops.fixing.deletions import Deletion
from autodevops.fixing.plan import Declined
from autodevops.fixing.rulesets import SettingsChange
from autodevops.mending import Mended
from autodevops.model.finding import Finding, Safety
from autodevops.render.escape import ascii_only, terminal

_MOST_REASONS = 3
_MOST_NAMES = 3


def as_text(mended: Mended, screen: Screen, *, quiet: bool) -> str:
    """Return what is shown of a run, escaped for a terminal."""
    lines = [] if quiet else [*differences(mended.changes, screen), *_parts(mended)]
    lines += _outcome(mended)
    text = "".join(f"{line}\n" for line in lines)
    return text if screen.unicode else "".join(map(ascii_only, text.splitlines(keepends=True)))


def _parts(mended: Mended) -> Iterator[str]:
    proposal = mended.proposal
    if proposal.repairs:
        yield "Repairs"
        for repair in proposal.repairs:
            mark = "" if repair.safety is Safety.SAFE else " (unsafe: needs a look)"
            yield f"  {_named(repair.finding)}: {repair.title}{mark}"
        yield ""
    if proposal.declined:
        yield "Not fixed"
        yield from _declined(proposal.declined)
        yield ""
    yield from _branches(mended.deletions)
    yield from _settings(mended.settings, mended.sent)


def _declined(all_of_them: Iterable[Declined]) -> Iterator[str]:
    """Yield what is not fixed and why, findings of one rule with the same reason together."""
    groups: dict[tuple[str, str, tuple[str, ...]], list[Finding]] = {}
    for one in all_of_them:
        key = (one.finding.rule, one.title, one.reasons)
        groups.setdefault(key, []).append(one.finding)
    for (rule, title, reasons), findings in groups.items():
        names = ", ".join(terminal(finding.subject) for finding in findings[:_MOST_NAMES])
        more = len(findings) - _MOST_NAMES
        yield f"  {rule} {names}{f' and {more} more' if more > 0 else ''}: {title}"
        yield from (f"    {terminal(reason)}" for reason in reasons[:_MOST_REASONS])


def _branches(wanted: Sequence[Deletion]) -> Iterator[str]:
    if not wanted:
        return
    if all(one.done for one in wanted):
        yield "Branches"
    else:
        yield "Branches to delete: --apply --unsafe does it here where nothing is lost,"
        yield "and everywhere for rules that --rule names"
    for one in wanted:
        lost = f", loses {one.loses} commits that the trunk lacks" if one.loses else ""
        yield f"  {_named(one.finding)}{lost}"
        yield from (f"    {'done: ' if one.done else '$ '}{terminal(it)}" for it in one.commands)
        yield f"    to restore: {terminal(' && '.join(one.restore))}"
    yield ""


def _settings(wanted: Sequence[SettingsChange], sent: Sequence[str]) -> Iterator[str]:
    for one in wanted:
        state = "sent" if one.title in sent else "sent with --apply --settings"
        yield f"GitHub: {terminal(one.title)} ({state})"
        yield from (f"  {_named(finding)}" for finding in one.findings)
        yield from (f"  blocks {terminal(what)}" for what in one.blocks)
        yield from (f"  {terminal(line)}" for line in _payload(one))
        yield ""


def _payload(change: SettingsChange) -> list[str]:
    return json.dumps(change.payload, indent=2, ensure_ascii=True).split("\n")


def _outcome(mended: Mended) -> Iterator[str]:
    proposal = mended.proposal
    count, files = len(proposal.repairs), len(mended.changes)
    what = f"{_counted(count, 'finding')} in {_counted(files, 'file')}"
    if not count:
        yield "Nothing to repair in files."
    elif mended.pull_request is not None:
        done = "opened" if mended.pull_request.is_new else "updated"
        yield f"Repaired {what}: pull request {done}: {terminal(mended.pull_request.url)}"
    elif mended.branch is not None:
        commit = (mended.commit or "")[:9]
        yield f"Repaired {what} on {terminal(mended.branch)} ({commit}); you are where you were."
        yield f"Look at it: git show {terminal(mended.branch)}"
    elif mended.written:
        yield f"Repaired {what}. Look at it: git diff HEAD"
    else:
        unsafe = any(one.safety is Safety.UNSAFE for one in proposal.repairs)
        yield f"{what} can be repaired: autodevops fix --apply{' --unsafe' if unsafe else ''}"
    if proposal.held_back:
        yield f"{_counted(len(proposal.held_back), 'more finding')} with an unsafe fix: --unsafe"
    left = [one for one in mended.audited.report.open_findings() if one.severity != "info"]
    yield f"{_counted(len(left), 'finding')} at low or above " + (
        "left." if mended.written or mended.branch else "now."
    )


def _named(finding: Finding) -> str:
    return f"{finding.rule} {terminal(finding.subject)}"


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
