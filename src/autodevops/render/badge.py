"""The conformance as a badge: an SVG of its own, or the data that shields.io draws one from.

https://shields.io/badges/endpoint-badge
"""

from collections.abc import Sequence
from statistics import median

from msgspec import Struct

from autodevops.model.report import Report, Result
from autodevops.render.interface import RenderOptions
from autodevops.render.json_text import encode
from autodevops.render.outline import percent

LABEL = "conformance"
"""What stands on the left."""
_GREY = "#6b7280"
_STEPS = ((0.95, "#1a7f43"), (0.8, "#4d7c0f"), (0.6, "#8a5a00"), (0.0, "#b3261e"))
"""Conformance from which a badge has a colour; white text is readable on each."""
_CHARACTER = 6.6
_MARGIN = 6


class Badge(Struct, frozen=True, kw_only=True):
    """What a badge says."""

    message: str
    """What stands on the right."""
    color: str
    """Its background."""


def badge_of(results: Sequence[Result]) -> Badge:
    """Return the conformance, the median for several; what was not judged is grey."""
    reports = [result for result in results if isinstance(result, Report)]
    ratios = [r.summary.conformance for r in reports if r.summary.conformance is not None]
    if not ratios:
        return Badge(message="unknown", color=_GREY)
    ratio = median(ratios)
    color = next(color for least, color in _STEPS if ratio >= least)
    return Badge(message=percent(ratio), color=color)


def render_badge(results: Sequence[Result], options: RenderOptions) -> str:
    """Return an SVG for a README."""
    del options
    badge = badge_of(results)
    left, right = _width(LABEL), _width(badge.message)
    title = f"{LABEL}: {badge.message}"
    return "\n".join(
        [
            (
                f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="20"'
                f' role="img" aria-label="{title}">'
            ),
            f"<title>{title}</title>",
            f'<rect width="{left + right}" height="20" rx="3" fill="#374151"/>',
            (
                f'<path d="M{left} 0h{right - 3}a3 3 0 0 1 3 3v14a3 3 0 0 1-3 3H{left}z"'
                f' fill="{badge.color}"/>'
            ),
            '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">',
            _text(LABEL, _MARGIN, left - 2 * _MARGIN),
            _text(badge.message, left + _MARGIN, right - 2 * _MARGIN),
            "</g>",
            "</svg>",
            "",
        ]
    )


def render_shields(results: Sequence[Result], options: RenderOptions) -> str:
    """Return the answer of a shields.io endpoint."""
    del options
    badge = badge_of(results)
    return encode(
        {"schemaVersion": 1, "label": LABEL, "message": badge.message, "color": badge.color}
    )


def _width(text: str) -> int:
    return round(len(text) * _CHARACTER) + 2 * _MARGIN


def _text(text: str, x: int, length: int) -> str:
    """Return text that takes the same room in every font."""
    return f'<text x="{x}" y="14" textLength="{length}">{text}</text>'
