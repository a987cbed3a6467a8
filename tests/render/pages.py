"""Pages of reports, whole and hostile."""

from autodevops.model.background import Background, BranchAge, Excerpt
from autodevops.model.finding import Plain, in_file
from autodevops.model.report import Result
from autodevops.model.trend import Trend, TrendPoint
from autodevops.model.verdict import Status
from autodevops.render import Format, RenderOptions, render
from tests.support.samples import (
    COMMIT,
    HOSTILE,
    finding,
    report,
    target,
    verdict,
)


def as_html(*results: Result, batch: bool = False) -> str:
    return render(results, Format.HTML, RenderOptions(batch=batch))


def hostile_report() -> Result:
    evidence: dict[str, Plain] = {HOSTILE: [HOSTILE, {"also": HOSTILE}]}
    bad = finding(
        "BR003",
        HOSTILE,
        in_file(HOSTILE, 1),
        message=HOSTILE,
        remediation=HOSTILE,
        evidence=evidence,
    )
    return report(
        [
            verdict(section=HOSTILE, title=HOSTILE, status=Status.FAIL, reason=HOSTILE),
            verdict("BR009", HOSTILE, Status.UNKNOWN, section=HOSTILE, needs=HOSTILE),
        ],
        [bad],
        notes=(HOSTILE,),
        of=target(HOSTILE, branch=HOSTILE),
    )


def whole_page(points: int = 3) -> str:
    """Return the page of a report with everything that may stand behind one."""
    guilty = finding("BR003", "a", in_file("ci.yml", 3), message="ci.yml lacks a gate")
    point = TrendPoint("", "2026-11-01T00:00:00Z", COMMIT, False, "", True, 0.5, 1, 0, 1, 0, 0, 0)
    options = RenderOptions(
        background=Background(
            branches=(BranchAge("feature/old", 9, 3), BranchAge("feature/new", 1, 3)),
            excerpts={("ci.yml", 3): Excerpt(2, ("jobs:", "  test: <b>", "    steps:"))},
        ),
        trend=Trend(target="acme/shop", branch="main", points=(point,) * points),
    )
    of = report([verdict("BR003", status=Status.FAIL)], [guilty])
    return render([of], Format.HTML, options)
