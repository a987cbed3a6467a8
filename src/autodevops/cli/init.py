"""`autodevops init`: the files that make a repository audit itself."""

from typing import Annotated

import typer

from autodevops.cli.options import Folder, NoColor, Quiet


def init(
    target: Folder = ".",
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be added, write nothing.")
    ] = False,
    no_pre_commit: Annotated[
        bool, typer.Option("--no-pre-commit", help="Leave .pre-commit-config.yaml out.")
    ] = False,
    no_ci: Annotated[bool, typer.Option("--no-ci", help="Leave the workflow out.")] = False,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> None:
    """Add a configuration, a pre-commit entry and a workflow to a repository.

    What is there stays as it is; an entry is put behind those of an existing pre-commit
    configuration. Nothing is committed.

    Examples: `autodevops init`, `autodevops init --dry-run ../shop`
    """
    from autodevops.cli.console import progress, remark
    from autodevops.cli.differences import differences
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.onboarding import start

    with progress(quiet=quiet) as shown:
        begun = start(
            target,
            pre_commit=not no_pre_commit,
            workflow=not no_ci,
            write=not dry_run,
            step=shown.step,
        )
    if dry_run and begun.changes:
        write("\n".join(differences(begun.changes, screen(no_color=no_color))) + "\n", None)
    for change in begun.changes:
        remark(f"{'would write' if dry_run else 'wrote'} {change.path}")
    for reason in begun.kept:
        remark(reason)
    if quiet:
        return
    found = len(begun.report.open_findings())
    if found:
        remark(f"today's audit has {found} findings: `autodevops audit` shows them,")
        remark("`autodevops fix` repairs some, `autodevops baseline write` accepts the rest")
