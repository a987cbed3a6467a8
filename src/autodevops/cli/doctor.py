"""`autodevops doctor`: are the surroundings fit for an audit?"""

from typing import Annotated

import typer

from autodevops.cli.options import ListFormat, NoColor


def doctor(
    target: Annotated[
        str, typer.Argument(metavar="[TARGET]", help="A folder whose configuration is read.")
    ] = ".",
    offline: Annotated[
        bool, typer.Option("--offline", help="Contact nobody: credentials are not tried.")
    ] = False,
    form: ListFormat = "text",
    no_color: NoColor = False,
) -> int:
    """Look at git, engines, cache, configuration, tokens, models and backend; say what to do.

    Exits with what an audit would end with: 0, 2 for an invalid configuration, 3 without git.
    """
    from autodevops.cli.doctor_text import as_json, as_text
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.diagnosis import diagnose

    found = tuple(diagnose(target, offline=offline))
    write(as_json(found) if form == "json" else as_text(found, screen(no_color=no_color)), None)
    return max(one.exit_code for one in found)
