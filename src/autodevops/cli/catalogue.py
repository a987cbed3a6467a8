"""The catalogue as text and JSON."""

from collections.abc import Iterable
from itertools import groupby

from autodevops.cli.screen import Screen
from autodevops.render.json_text import encode
from autodevops.rules._api import Rule

SCHEMA = "autodevops/rules/v1"
"""What the JSON list of rules says about itself."""


def rules_as_json(rules: Iterable[Rule]) -> str:
    """Return the rules as one JSON object."""
    listed = [
        {
            "id": rule.id,
            "slug": rule.slug,
            "family": rule.family,
            "title": rule.title,
            "guide_section": rule.section,
            "severity": rule.severity,
            "tiers": list(rule.tiers),
            "fix": rule.fix,
        }
        for rule in rules
    ]
    return encode({"schema": SCHEMA, "rules": listed})


def rules_as_text(rules: Iterable[Rule], screen: Screen) -> str:
    """Return the rules by section of the guide, one a line as far as the width allows."""
    from rich.table import Table
    from rich.text import Text

    console = screen.console()
    with console.capture() as capture:
        for section, members in groupby(rules, lambda rule: rule.section):
            console.print(Text(section, style="bold"))
            table = Table.grid(padding=(0, 1, 0, 2))
            for column, style in (("id", "cyan"), ("severity", "magenta"), ("tier", "dim")):
                table.add_column(column, style=style, no_wrap=True)
            table.add_column("demands", overflow="fold")
            for rule in members:
                title = Text.assemble((rule.slug, "bold"), "  ", rule.title)
                table.add_row(rule.id, rule.severity, "/".join(rule.tiers), title)
            console.print(table)
            console.print()
    return capture.get()
