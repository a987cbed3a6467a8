"""The Typer app and the one place where errors become messages and exit codes."""

from typing import Annotated

import typer

from autodevops import __version__
from autodevops.cli import (
    advise,
    audit,
    auth,
    baseline,
    batch,
    doctor,
    explain,
    fix,
    guide,
    history,
    hook,
    init,
    plan,
    report,
    rules,
    scaffold,
    sync,
)
from autodevops.cli.console import complain
from autodevops.cli.ordered import OrderedCommand
from autodevops.cli.plain import PlainCommand, PlainGroup
from autodevops.errors import AutodevopsError, place_of, spent
from autodevops.exit_codes import BUG, DONE, INTERRUPTED, NOT_DONE
from autodevops.folders import settle_temporary_folder

app = typer.Typer(
    name="autodevops",
    cls=PlainGroup,
    help="Holds a repository against a written structure guide, rule by rule.",
    epilog="First time here? Run `autodevops audit` in a repository.",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
_AUDIT, _MEND, _BEGIN, _SHARE = "Audit", "Mend", "Begin", "Remember and share"
"""Panels of the help, in this order."""

app.command(cls=OrderedCommand, rich_help_panel=_AUDIT)(audit.audit)
app.command(cls=OrderedCommand, rich_help_panel=_AUDIT)(batch.batch)
app.command(cls=PlainCommand, rich_help_panel=_AUDIT)(plan.plan)
app.command(cls=OrderedCommand, rich_help_panel=_AUDIT)(report.report)
app.command(cls=PlainCommand, rich_help_panel=_AUDIT)(rules.rules)
app.command(cls=PlainCommand, rich_help_panel=_AUDIT)(explain.explain)
app.add_typer(guide.app, rich_help_panel=_AUDIT)
app.command(cls=PlainCommand, rich_help_panel=_MEND)(fix.fix)
app.command(cls=PlainCommand, rich_help_panel=_MEND)(advise.advise)
app.add_typer(baseline.app, rich_help_panel=_MEND)
app.command(cls=PlainCommand, rich_help_panel=_BEGIN)(init.init)
app.command(cls=PlainCommand, rich_help_panel=_BEGIN)(scaffold.scaffold)
app.add_typer(hook.app, rich_help_panel=_BEGIN)
app.add_typer(auth.app, rich_help_panel=_BEGIN)
app.command(cls=PlainCommand, rich_help_panel=_BEGIN)(doctor.doctor)
app.add_typer(history.app, rich_help_panel=_SHARE)
app.add_typer(sync.app, rich_help_panel=_SHARE)


def _show_version(asked: bool) -> None:
    if asked:
        typer.echo(f"autodevops {__version__}")
        raise typer.Exit


@app.callback()
def main(
    _version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and leave.", callback=_show_version),
    ] = False,
) -> None:
    """Holds a repository against a written structure guide, rule by rule."""


def run(arguments: list[str]) -> int:
    """Run a command line and return its exit code; every error ends here as a message."""
    try:
        settle_temporary_folder()
        code = app(args=arguments, prog_name="autodevops", standalone_mode=False)
    except AutodevopsError as error:
        complain(error.message, error.advice)
        return error.exit_code
    except typer.Exit as leaving:
        return leaving.exit_code
    except (KeyboardInterrupt, typer.Abort):
        complain("interrupted", "run it again when you like")
        return INTERRUPTED
    except SystemExit as leaving:
        if isinstance(leaving.__context__, BrokenPipeError):
            return DONE  # nobody reads the help to its end
        raise
    except Exception as error:  # noqa: BLE001 - the one handler: a bug ends as a message too
        return _own_up(error)
    return code if isinstance(code, int) else DONE


def _own_up(error: Exception) -> int:
    """Tell about a usage error of the option parser, a machine at its end, or a bug of ours."""
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        context = getattr(error, "ctx", None)
        where = context.command_path if context is not None else "autodevops"
        message = error.format_message()
        if message:  # without one, the help was shown already: there was nothing but the command
            complain(message, f"see `{where} --help`")
        return int(error.exit_code)
    limit = spent(error)
    if limit is not None:
        complain(f"this machine stops the work: {limit}", "make room, then run it again")
        return NOT_DONE
    place = place_of(error)
    where = "" if place is None else f" ({place})"
    complain(
        f"this is a bug in autodevops: {type(error).__name__}{where}",
        "please report it with the command you ran; the message of the error is left out, "
        "since it may quote your repository",
    )
    return BUG
