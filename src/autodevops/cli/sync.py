"""`autodevops sync`: shares this machine's audits with a team."""

from typing import Annotated

import typer

from autodevops.cli.options import ListFormat, selectors
from autodevops.cli.plain import PlainCommand, PlainGroup

app = typer.Typer(
    name="sync",
    cls=PlainGroup,
    help="Share audits with a team through Supabase.",
    no_args_is_help=True,
)

Organisation = Annotated[
    str | None,
    typer.Option(
        "--organisation",
        metavar="SLUG",
        help="Whose audits they become. [default: AUTODEVOPS_ORGANISATION, or the only one]",
    ),
]
Repositories = Annotated[
    list[str] | None,
    typer.Option(
        "--repository",
        metavar="NAMES",
        help="Only audits of these, such as `acme/*`: globs, repeated or comma-separated.",
    ),
]


@app.command(cls=PlainCommand)
def push(
    organisation: Organisation = None,
    repository: Repositories = None,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Print exactly what would go up, and send nothing."),
    ] = False,
    token: Annotated[
        str | None,
        typer.Option(
            "--token", metavar="FILE", help="A file with your access token; `-` is standard input."
        ),
    ] = None,
    service_role: Annotated[
        bool,
        typer.Option(
            "--service-role",
            help="Ask with SUPABASE_SERVICE_ROLE_KEY, which no policy of the backend holds back.",
        ),
    ] = False,
    retry_refused: Annotated[
        bool,
        typer.Option("--retry-refused", help="Try what was refused before, too."),
    ] = False,
) -> int:
    """Send the audits that wait in this machine's history.

    What the backend has not acknowledged stays; a second push of the same audit changes nothing.
    Exits with 0 when all arrived, 3 when nothing could be sent, 4 when some did not arrive.
    """
    from autodevops.cli.console import progress, remark
    from autodevops.cli.sync_text import as_lines, exit_code, told
    from autodevops.exit_codes import DONE
    from autodevops.sharing import Sharing, rehearse, share

    sharing = Sharing(
        organisation=organisation,
        service_role=service_role,
        token=token,
        repositories=selectors(repository),
        retry_refused=retry_refused,
    )
    if dry_run:
        as_lines(rehearse(sharing))
        return DONE
    if service_role:
        remark("warning: the service key sees and writes everything; a user's token is enough")
    with progress(quiet=False) as shown:
        pushed = share(sharing, shown.step)
    for line in told(pushed):
        remark(line)
    return exit_code(pushed)


@app.command(cls=PlainCommand)
def status(organisation: Organisation = None, form: ListFormat = "text") -> None:
    """Say what waits, what has arrived, and what the backend refused and why. Asks nobody."""
    from autodevops.cli.reports import write
    from autodevops.cli.sync_text import standing_as_json, standing_as_text
    from autodevops.sharing import Sharing, standing

    found = standing(Sharing(organisation=organisation))
    write(standing_as_json(found) if form == "json" else standing_as_text(found), None)


@app.command(cls=PlainCommand)
def schema(
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FOLDER",
            help="Write each migration into this folder, such as supabase/migrations; what is "
            "there already stays.",
        ),
    ] = None,
) -> None:
    """Print the migrations that a Supabase project needs, in their order."""
    from autodevops.cli.console import remark
    from autodevops.cli.reports import write
    from autodevops.cli.sync_text import migrations_as_text, write_migrations
    from autodevops.sync.schema import migrations

    steps = migrations()
    if output is None:
        write(migrations_as_text(steps), None)
        return
    for line in write_migrations(steps, output):
        remark(line)
