"""The command line as a page, from the commands themselves."""

import inspect
import re
from collections.abc import Iterator

import typer
from typer.core import TyperGroup
from typer.main import get_command

INTRODUCTION = """\
# Commands

The report goes to standard output; progress, warnings and errors go to standard error. How a run
ends is told by its [exit code](exit-codes.md). `NO_COLOR`, `FORCE_COLOR`, `CI` and `COLUMNS` are
honoured."""


def commands_page(app: typer.Typer) -> str:
    """Return the whole page."""
    top = get_command(app)
    if not isinstance(top, TyperGroup):
        raise TypeError(top)
    context = typer.Context(top, **top.context_settings)
    return "\n\n".join([INTRODUCTION, *_commands("autodevops", top, context)]) + "\n"


def _commands(path: str, group: TyperGroup, around: typer.Context) -> Iterator[str]:
    """Yield what each command of a group does and what it takes."""
    for name, command in group.commands.items():
        called = f"{path} {name}"
        yield f"## {called}"
        yield inspect.cleandoc(command.help or "")
        context = typer.Context(command, parent=around)
        if isinstance(command, TyperGroup):
            yield from _commands(called, command, context)
            continue
        records = (taken.get_help_record(context) for taken in command.get_params(context))
        rows = [_row(*record) for record in records if record]
        yield "\n".join(["| argument or option | does |", "|---|---|", *rows])


def _row(name: str, meaning: str) -> str:
    """Return one row of a table, with what Markdown would take for a column escaped."""
    name = re.sub(r" <[a-z\[\]]+>$", "", name)  # the type, which the metavar tells already
    cells = (cell.replace("|", "\\|") for cell in (f"`{name}`", meaning))
    return f"| {' | '.join(cells)} |"
