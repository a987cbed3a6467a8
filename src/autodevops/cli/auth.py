"""`autodevops auth`: signs in to GitHub, Gemini and Supabase."""

from typing import Annotated

import typer

from autodevops.cli.options import ListFormat
from autodevops.cli.plain import PlainCommand, PlainGroup

app = typer.Typer(
    name="auth",
    cls=PlainGroup,
    help="Sign in to GitHub, Gemini and Supabase; credentials go into the system's keyring.",
    no_args_is_help=True,
)

ServiceName = Annotated[str, typer.Argument(metavar="SERVICE", help="github, gemini or supabase.")]
OfflineOption = Annotated[bool, typer.Option("--offline", help="Contact nobody.")]


@app.command(cls=PlainCommand)
def login(
    service: ServiceName,
    email: Annotated[
        str | None,
        typer.Option(
            "--email",
            metavar="ADDRESS",
            help="supabase: sign in with this address and its password; without it, with an "
            "access token.",
        ),
    ] = None,
    offline: OfflineOption = False,
) -> None:
    """Ask for a token, key or password, and keep it in the system's keyring.

    It is typed unseen on a terminal, and read from standard input elsewhere. It is read back after
    it was kept; what its service refuses is not kept. Without a keyring, use the environment:
    GITHUB_TOKEN, GEMINI_API_KEY, AUTODEVOPS_SUPABASE_TOKEN.

    Examples: `autodevops auth login github`, `autodevops auth login gemini < key.txt`
    """
    from autodevops.accounts import (
        require_keyring,
        sign_in,
        sign_in_to_backend,
        sign_in_to_backend_with,
    )
    from autodevops.cli.auth_text import kept
    from autodevops.cli.console import remark
    from autodevops.cli.secrets import named, password, secret
    from autodevops.credentials import Service

    wanted = named(service, email=email)
    require_keyring(wanted)
    if email is not None:
        done = sign_in_to_backend(email, password(wanted))
    elif wanted is Service.SUPABASE:
        done = sign_in_to_backend_with(secret(wanted))
    else:
        done = sign_in(secret(wanted), offline=offline)
    for line in kept(done):
        remark(line)


@app.command(cls=PlainCommand)
def status(form: ListFormat = "text", offline: OfflineOption = False) -> int:
    """Say where each credential comes from and what it may do, never its value.

    Exits with 3 when a service refuses a credential that is there, otherwise with 0.
    """
    from autodevops.cli.auth_text import as_json, as_text
    from autodevops.cli.reports import write
    from autodevops.exit_codes import DONE, NOT_DONE
    from autodevops.standing import State, standings

    found = standings(offline=offline)
    write(as_json(found) if form == "json" else as_text(found), None)
    return NOT_DONE if any(one.state is State.REFUSED for one in found) else DONE


@app.command(cls=PlainCommand)
def logout(service: ServiceName) -> None:
    """Take a credential out of the system's keyring."""
    from autodevops.accounts import sign_out
    from autodevops.cli.console import remark
    from autodevops.cli.secrets import named

    wanted = named(service, email=None)
    if sign_out(wanted):
        remark(f"{wanted}: the keyring holds nothing any more")
    else:
        remark(f"{wanted}: the keyring held nothing")
