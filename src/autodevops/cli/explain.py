"""`autodevops explain`: one rule."""

import sys
from typing import Annotated

import typer

from autodevops.cli.options import NoColor
from autodevops.errors import UsageError
from autodevops.model.suggestion import nearest


def explain(
    rule: Annotated[
        str, typer.Argument(metavar="RULE", help="Id or slug, such as BR004 or branch-age.")
    ],
    no_color: NoColor = False,
) -> None:
    """Explain one rule: the good state, why it matters, and what to do.

    Example: `autodevops explain branch-age`
    """
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.rules.catalog import RULES
    from autodevops.rules.pages import page

    wanted = rule.strip()
    found = next((one for one in RULES if wanted.upper() == one.id or wanted == one.slug), None)
    if found is None:
        close = nearest(wanted, [name for one in RULES for name in (one.id, one.slug)])
        advice = f"did you mean {close}?" if close else "`autodevops rules` lists them all"
        raise UsageError(f"there is no rule {rule!r}", advice=advice)
    text = page(found)
    shown = screen(no_color=no_color)
    if sys.stdout is not None and sys.stdout.isatty():
        from rich.markdown import Markdown

        console = shown.console()
        with console.capture() as capture:
            console.print(Markdown(text))
        text = capture.get()
    write(text, None)
