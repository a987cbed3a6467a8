"""Pushes to the team's backend after an audit; whatever happens, the audit's exit code stays."""

from autodevops.cli.console import progress, remark


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
