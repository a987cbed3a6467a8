"""Pushes to the team's backend after an audit; whatever happens, the audit's exit code stays."""

from autodevops.cli.console import progress, remark
from autodevops.errors import UsageError


def goes_with(*, stored: bool, staged: bool) -> None:
    """Raise UsageError for an audit that is not stored: only what is stored can be pushed."""
    if not stored:
        raise UsageError(
            "--sync and --no-store don't go together",
            advice="what is pushed comes from the history: leave one of them out",
        )
    if staged:
        raise UsageError(
            "--sync and --staged don't go together",
            advice="what is staged is no state of a repository yet: leave one of them out",
        )


def push_afterwards(*, quiet: bool, offline: bool) -> None:
    """Push what waits, and say on standard error what became of it."""
    if offline:
        remark("not pushed: --offline")
        return
    from autodevops.cli.sync_text import told
    from autodevops.sharing import Sharing, share_after_audit

    with progress(quiet=quiet) as shown:
        pushed = share_after_audit(Sharing(), shown.step)
    if isinstance(pushed, str):
        remark(f"not pushed: {pushed}")
        return
    for line in told(pushed):
        remark(line)
