"""`autodevops plan`: what will an audit answer, and what will it cost?"""

from typing import Annotated

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.groups import GuideOptions, RuleOptions, narrowed
from autodevops.cli.options import ListFormat, NoColor, Offline, Targets


@grouped
def plan(
    target: Targets = None,
    *,
    offline: Offline = False,
    no_history: Annotated[
        bool,
        typer.Option(
            "--no-history",
            help="Plan an audit with --no-history.",
            rich_help_panel="What is audited",
        ),
    ] = False,
    rules: RuleOptions,
    guide: GuideOptions,
    form: ListFormat = "text",
    no_color: NoColor = False,
) -> None:
    """Say before an audit which rules the token can answer, which stay unknown and why.

    Names the permission that unlocks most and the number of API calls that the audit will cost.
    GitHub is asked one thing, about the token and the repository; with --offline nothing.

    Examples: `autodevops plan`, `autodevops plan acme/shop --select BR`
    """
    from msgspec.structs import replace

    from autodevops.cli.console import progress
    from autodevops.cli.plan_text import as_json, as_text
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.plans import plan_audit
    from autodevops.request import Request

    request = narrowed(Request(history=not no_history, offline=offline), rules, guide)
    with progress(quiet=False) as shown:
        plans = [
            plan_audit(replace(request, target=name), say=shown.step) for name in target or ["."]
        ]
    write(as_json(plans) if form == "json" else as_text(plans, screen(no_color=no_color)), None)
