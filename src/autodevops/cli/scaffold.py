"""`autodevops scaffold DIR`: a new repository that follows the guide."""

from typing import Annotated, NamedTuple

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.options import GuideOption, NoColor, Quiet


class Answers(NamedTuple):
    """What options say already; None for what none says."""

    name: Annotated[
        str | None,
        typer.Option("--name", help="What the repository is called. [default: the folder's name]"),
    ] = None
    services: Annotated[
        str | None,
        typer.Option(
            "--services",
            metavar="LIST",
            help="Which of frontend, api and workers, with commas between; none for a library or "
            "a tool.",
        ),
    ] = None
    owner: Annotated[
        str | None,
        typer.Option(
            "--owner", metavar="@WHO", help="Who owns every file: @user or @organisation/team."
        ),
    ] = None
    licence: Annotated[
        str | None,
        typer.Option(
            "--licence",
            "--license",
            metavar="NAME",
            help="Apache-2.0, MIT, or none: all rights kept. [default: none]",
        ),
    ] = None
    holder: Annotated[
        str | None,
        typer.Option("--holder", help="Whose copyright it is. [default: git's user.name]"),
    ] = None


@grouped
def scaffold(
    folder: Annotated[
        str, typer.Argument(metavar="DIR", help="A folder that is not there yet, or empty.")
    ],
    *,
    answers: Answers,
    guide: GuideOption = None,
    no_git: Annotated[
        bool, typer.Option("--no-git", help="Write files only, without a repository.")
    ] = False,
    yes: Annotated[
        bool, typer.Option("--yes", "-y", help="Ask nothing; take the defaults.")
    ] = False,
    quiet: Quiet = False,
    no_color: NoColor = False,  # noqa: ARG001 - taken as everywhere; nothing here has colour
) -> None:
    """Make a new repository that follows the guide, with one commit.

    What no option says is asked on a terminal. The folder appears when all of it is there; a
    failure leaves nothing behind. The commit is yours, unsigned, and made without hooks.

    Examples: `autodevops scaffold shop`,
    `autodevops scaffold shop --services frontend,api --owner @acme/platform --licence MIT --yes`
    """
    import sys
    from pathlib import Path

    from autodevops.cli.console import progress
    from autodevops.cli.questions import wished
    from autodevops.cli.scaffold_text import tell
    from autodevops.scaffolding.making import free_folder
    from autodevops.scaffolding.making import scaffold as make

    place = Path(folder)
    free_folder(place)
    has_reader = sys.stdin is not None and sys.stdin.isatty()
    wish = wished(answers, place, ask=has_reader and not yes)
    with progress(quiet=quiet) as shown:
        made = make(place, wish, guide=guide, git=not no_git, step=shown.step)
    if not quiet:
        tell(made, folder, guide)
