"""`autodevops batch`: many repositories."""

from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from autodevops.cli.grouped import grouped
from autodevops.cli.groups import (
    DepthOptions,
    GuideOptions,
    KeepingOptions,
    ReportOptions,
    RuleOptions,
    ScreenOptions,
    VerdictOptions,
    narrowed,
)
from autodevops.cli.options import BaselineOption

if TYPE_CHECKING:
    from autodevops.batch.performing import Wanted
    from autodevops.request import Request

_TARGETS, _RUN = "What is audited", "How it runs"


class BatchOptions(NamedTuple):
    """Which repositories, and how the batch runs."""

    org: Annotated[
        list[str] | None,
        typer.Option(
            "--org",
            metavar="ORG",
            help="All repositories of an organisation on GitHub; may be repeated.",
            rich_help_panel=_TARGETS,
        ),
    ] = None
    include_archived: Annotated[
        bool,
        typer.Option(
            "--include-archived",
            help="Also what the organisation archived.",
            rich_help_panel=_TARGETS,
        ),
    ] = False
    include_forks: Annotated[
        bool,
        typer.Option(
            "--include-forks", help="Also what the organisation forked.", rich_help_panel=_TARGETS
        ),
    ] = False
    resume: Annotated[
        bool,
        typer.Option(
            "--resume",
            help="Go on with the batch that was interrupted; what is done stays done.",
            rich_help_panel=_RUN,
        ),
    ] = False
    force: Annotated[
        bool,
        typer.Option(
            "--force",
            help="Audit repositories on GitHub again that did not change since the last batch.",
            rich_help_panel=_RUN,
        ),
    ] = False
    jobs: Annotated[
        int | None,
        typer.Option(
            "--jobs",
            "-j",
            metavar="N",
            min=1,
            max=256,
            help="Audits that run side by side. [default: two for each core]",
            rich_help_panel=_RUN,
        ),
    ] = None
    output_dir: Annotated[
        str | None,
        typer.Option(
            "--output-dir",
            metavar="DIR",
            help="Write the JSON report of each target into this folder as soon as it is done.",
            rich_help_panel="Report",
        ),
    ] = None
    cluster: Annotated[
        str | None,
        typer.Option(
            "--cluster",
            metavar="ADDRESS",
            help="Audit on the workers of this Dask scheduler, such as tcp://host:8786.",
            rich_help_panel=_RUN,
        ),
    ] = None

    def wanted(self, request: "Request", file: str | None) -> "Wanted":
        """Return what the batch is to do; `file` names the list of targets."""
        from autodevops.batch.performing import Wanted

        return Wanted(
            request=request,
            file=file,
            organisations=tuple(self.org or ()),
            include_archived=self.include_archived,
            include_forks=self.include_forks,
            resume=self.resume,
            force=self.force,
            jobs=self.jobs,
            output_dir=self.output_dir,
            cluster=self.cluster,
        )


@grouped
def batch(
    ctx: typer.Context,
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="[FILE]",
            help="One target a line: folders, `owner/repo`, URLs; `#` begins a comment, `-` is "
            "standard input.",
        ),
    ] = None,
    *,
    run: BatchOptions,
    depth: DepthOptions,
    rules: RuleOptions,
    reports: ReportOptions,
    verdict: VerdictOptions,
    guide: GuideOptions,
    baseline: BaselineOption = None,
    keeping: KeepingOptions,
    screen: ScreenOptions,
) -> int:
    """Audit many repositories and say where each stands and what they have in common.

    One that fails doesn't stop the others. Exits like `audit`; 4 when some could not be audited,
    3 when none could.

    Examples: `autodevops batch --org acme`, `autodevops batch repositories.txt -f json -o all.json`
    """
    from autodevops.cli.batching import Batching
    from autodevops.request import Request

    keeping.check(staged=False)
    request = Request(
        history=not depth.no_history,
        history_since=depth.since(),
        offline=depth.offline,
        baseline=baseline,
    )
    return Batching(
        wanted=run.wanted(narrowed(request, rules, guide), file),
        reports=reports.destinations(ctx),
        options=screen.options(),
        verdicts=verdict.verdicts(),
        no_color=screen.no_color,
        store=not keeping.no_store,
        sync=keeping.sync,
    ).run()
