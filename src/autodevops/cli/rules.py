"""`autodevops rules`: the catalogue."""

from typing import Annotated

import typer

from autodevops.cli.options import JsonOrText, OnlySelected


def rules(select: OnlySelected = None, output_format: JsonOrText = "text") -> None:
    """List every rule with its severity, where its facts come from, and what it demands.

    Examples:

        autodevops rules --select BR

        autodevops rules --format json
    """
    from autodevops.cli.catalogue import rules_as_json, rules_as_text
    from autodevops.engine.plan import Selection, plan
    from autodevops.rules.catalog import RULES

    planned = plan(RULES, Selection(select_option=tuple(select or ())))
    listed = [entry.rule for entry in planned if entry.disabled is None]
    typer.echo(
        rules_as_json(listed) if output_format == "json" else rules_as_text(listed), nl=False
    )
