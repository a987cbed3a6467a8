"""`autodevops advise`: asks a model how to remedy findings, and shows what was proven of it."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.groups import GuideOptions, RuleOptions, VerdictOptions, narrowed
from autodevops.cli.options import BaselineOption, ListFormat, NoColor, Quiet, selectors

if TYPE_CHECKING:
    from autodevops.advising import Wish

_ADVICE = "Advice"


class AdviceOptions(NamedTuple):
    """What is asked, what it may cost, and what becomes of the answers."""

    rule: Annotated[
        list[str] | None,
        typer.Option(
            "--rule",
            metavar="RULE",
            help="Ask only about these: ids, families or slugs, repeated or comma-separated. All "
            "rules still judge the edits.",
            rich_help_panel=_ADVICE,
        ),
    ] = None
    limit: Annotated[
        int,
        typer.Option(
            "--limit",
            metavar="N",
            min=1,
            help="Ask about so many findings, the worst first.",
            rich_help_panel=_ADVICE,
        ),
    ] = 10
    apply: Annotated[
        bool,
        typer.Option(
            "--apply", help="Write the edits that were verified.", rich_help_panel=_ADVICE
        ),
    ] = False
    governance: Annotated[
        bool,
        typer.Option(
            "--governance",
            help="Let edits touch workflows and CODEOWNERS, too.",
            rich_help_panel=_ADVICE,
        ),
    ] = False
    show_prompt: Annotated[
        bool,
        typer.Option(
            "--show-prompt",
            help="Print what would be sent, and send nothing; needs no key.",
            rich_help_panel=_ADVICE,
        ),
    ] = False
    model: Annotated[
        str | None,
        typer.Option(
            "--model",
            metavar="NAME",
            help="Ask this model. [default: gemini-3.8-flash, about many findings "
            "gemini-3.5-flash-lite]",
            rich_help_panel=_ADVICE,
        ),
    ] = None
    max_cost: Annotated[
        float,
        typer.Option(
            "--max-cost",
            metavar="DOLLARS",
            min=0,
            help="Ask nothing that might cost more in all.",
            rich_help_panel=_ADVICE,
        ),
    ] = 1.0
    max_tokens: Annotated[
        int,
        typer.Option(
            "--max-tokens",
            metavar="N",
            min=0,
            help="Ask nothing that might take more tokens in all.",
            rich_help_panel=_ADVICE,
        ),
    ] = 200_000
    token: Annotated[
        str | None,
        typer.Option(
            "--token",
            metavar="FILE",
            help="Read Gemini's key from this file; `-` is standard input.",
            rich_help_panel=_ADVICE,
        ),
    ] = None
    fresh: Annotated[
        bool,
        typer.Option(
            "--fresh", help="Don't take answers from earlier runs.", rich_help_panel=_ADVICE
        ),
    ] = False

    def wish(self) -> "Wish":
        """Return what is to be advised on, and how."""
        from autodevops.advice.session import Bounds
        from autodevops.advising import Wish

        return Wish(
            rules=selectors(self.rule),
            most=self.limit,
            model=self.model,
            token=self.token,
            bounds=Bounds(cost=self.max_cost, tokens=self.max_tokens),
            apply=self.apply,
            governance=self.governance,
            show_prompt=self.show_prompt,
            use_cache=not self.fresh,
        )


@grouped
def advise(
    target: Annotated[
        str,
        typer.Argument(
            metavar="[TARGET]", help="A folder, owner/repo or an address; by default this folder."
        ),
    ] = ".",
    *,
    advice: AdviceOptions,
    offline: Annotated[
        bool,
        typer.Option("--offline", help="Contact nobody; earlier answers and the rules' remedies."),
    ] = False,
    rules: RuleOptions,
    form: ListFormat = "text",
    verdict: VerdictOptions,
    guide: GuideOptions,
    baseline: BaselineOption = None,
    quiet: Quiet = False,
    no_color: NoColor = False,
) -> int:
    """Ask Gemini how to remedy the findings; its edits are shown as verified or not.

    No secret and no environment or key file is sent; `--show-prompt` shows all that is. Without a
    key, network or answer the rules' own remedies stand in. Exits like `audit` does, whatever the
    model says; after --apply by the repaired state.

    Examples: `autodevops advise --rule CI`, `autodevops advise --show-prompt --limit 1`
    """
    from autodevops.advising import advise as ask
    from autodevops.cli.console import progress, remark
    from autodevops.cli.reports import write
    from autodevops.cli.screen import screen
    from autodevops.request import Request

    limits = verdict.verdicts()
    asked = Request(target=target, offline=offline, baseline=baseline)
    with progress(quiet=quiet) as shown:
        counsel = ask(narrowed(asked, rules, guide), advice.wish(), shown.step)
    for obstacle in counsel.obstacles:
        remark(f"{obstacle}: the rules' own remedies stand in")
    if form == "json":
        from autodevops.cli.advise_json import as_json

        write(as_json(counsel), None)
    else:
        from autodevops.cli.advise_text import as_text

        write(as_text(counsel, screen(no_color=no_color), quiet=quiet), None)
    return limits.code(counsel.audited)
