"""`autodevops hook`: git's own hooks, for those who don't use the pre-commit framework."""

from typing import Annotated

import typer

from autodevops.cli.options import Folder
from autodevops.cli.plain import PlainCommand, PlainGroup

app = typer.Typer(
    name="hook",
    cls=PlainGroup,
    help="Audit before each commit: install git's hooks, or take them away.",
    no_args_is_help=True,
)

_EXAMPLE = "fix: keep the session after a login"


@app.command(cls=PlainCommand)
def install(target: Folder = ".") -> None:
    """Write a pre-commit hook that audits what is staged and a commit-msg hook that reads messages.

    Hooks that others wrote are left alone. `git commit --no-verify` goes past them once.
    """
    from autodevops.cli.console import remark
    from autodevops.hooks import install as write

    for hook in write(target):
        remark(f"wrote {hook}")


@app.command(cls=PlainCommand)
def uninstall(target: Folder = ".") -> None:
    """Take the hooks away that `hook install` wrote."""
    from autodevops.cli.console import remark
    from autodevops.hooks import uninstall as remove

    gone = remove(target)
    for hook in gone:
        remark(f"removed {hook}")
    if not gone:
        remark("there is no hook of ours")


@app.command(cls=PlainCommand)
def commit_message(
    file: Annotated[str, typer.Argument(metavar="FILE", help="The message, as git hands it over.")],
) -> int:
    """Judge one commit message by the guide's policy (GV002); for git's commit-msg hook.

    Exits with 1 when the message is not written as the policy asks.
    """
    from autodevops.cli.console import complain
    from autodevops.exit_codes import DONE, FINDINGS
    from autodevops.hooks import fault_of_message

    fault = fault_of_message(file)
    if fault is None:
        return DONE
    complain(f"the commit message {fault.reason}", f"such as `{_EXAMPLE}`; {fault.advice}")
    return FINDINGS
