"""Charts of one report as numbers for inline SVG: branch ages, and how a target came along."""

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import Struct

from autodevops.model.background import BranchAge
from autodevops.model.trend import Trend
from autodevops.render.outline import SHORT_ID

MOST_BRANCHES = 25
"""Branches that are drawn; the others are counted."""
WIDTH = 600
"""Units of a chart from left to right."""
HEIGHT = 160
"""Units of the trend from bottom to top."""
_FEWEST_POINTS = 2


class AgeBar(NamedTuple):
    """One branch."""

    branch: BranchAge
    """The branch."""
    length: float
    """Part of the chart's width that its age takes."""
    limit: float
    """Part of the chart's width where its limit stands."""

    @property
    def is_over(self) -> bool:
        """Tell whether it is past its limit."""
        return self.branch.days > self.branch.limit


class Ages(NamedTuple):
    """The oldest branches."""

    bars: tuple[AgeBar, ...]
    """The oldest first."""
    left_out: int
    """Younger branches that are not drawn."""


class Curve(NamedTuple):
    """The trend of conformance."""

    points: str
    """`x,y` pairs as `polyline` takes them."""
    dots: tuple[tuple[float, float, str], ...]
    """Place and meaning of each figure."""
    first: str
    """Day of the oldest audit."""
    last: str
    """Day of the newest audit."""


class TrendRow(Struct, frozen=True, kw_only=True):
    """One audit of the trend as a row of its table."""

    day: str
    """Its day."""
    commit: str
    """The commit, shortened."""
    conformance: float | None
    """Its conformance."""
    findings: int
    """Open findings."""


def ages_of(branches: Sequence[BranchAge]) -> Ages | None:
    """Return what to draw of branches; None without any."""
    if not branches:
        return None
    shown = branches[:MOST_BRANCHES]
    longest = max(1, *(max(one.days, one.limit) for one in shown))
    bars = (AgeBar(one, one.days / longest, one.limit / longest) for one in shown)
    return Ages(tuple(bars), len(branches) - len(shown))


def curve_of(trend: Trend | None) -> Curve | None:
    """Return the curve of conformance; None for fewer than two audits with a figure."""
    known = [
        (at, point.conformance, point)
        for at, point in enumerate(() if trend is None else trend.points)
        if point.conformance is not None
    ]
    if len(known) < _FEWEST_POINTS or trend is None:
        return None
    step = WIDTH / (len(trend.points) - 1)
    dots = tuple(
        (round(at * step, 1), round(HEIGHT * (1 - ratio), 1), f"{point.at[:10]}: {ratio:.0%}")
        for at, ratio, point in known
    )
    return Curve(
        points=" ".join(f"{x},{y}" for x, y, _ in dots),
        dots=dots,
        first=trend.points[0].at[:10],
        last=trend.points[-1].at[:10],
    )


def rows_of_trend(trend: Trend | None) -> tuple[TrendRow, ...]:
    """Return the trend's audits, the newest first."""
    return tuple(
        TrendRow(
            day=point.at[:10],
            commit=(point.commit or "")[:SHORT_ID],
            conformance=point.conformance,
            findings=point.open,
        )
        for point in reversed(() if trend is None else trend.points)
    )
