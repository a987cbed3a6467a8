"""The seam between a report and its formats: what a renderer is and which ones there are."""

from collections.abc import Sequence
from enum import StrEnum
from typing import Protocol, assert_never

from msgspec import Struct

from autodevops.errors import UsageError
from autodevops.model.background import Background
from autodevops.model.report import Result
from autodevops.model.suggestion import nearest
from autodevops.model.trend import Trend

DEFAULT_WIDTH = 100
"""Columns where neither a terminal nor `COLUMNS` tells."""


class Format(StrEnum):
    """A form that reports can be given, by the name that `--format` takes."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"
    MARKDOWN = "markdown"
    HTML = "html"
    JUNIT = "junit"
    CSV = "csv"
    GITHUB = "github"
    BADGE = "badge"
    SHIELDS = "shields"


class RenderOptions(Struct, frozen=True, kw_only=True):
    """How a report is shown; never what it says."""

    width: int = DEFAULT_WIDTH
    """Columns that text is wrapped to; words that are longer stay whole."""
    color: bool = False
    """Whether text carries colours."""
    unicode: bool = True
    """Whether text may go beyond ASCII."""
    verbose: bool = False
    """Whether every place, reason and set-aside finding is listed."""
    quiet: bool = False
    """Whether text is one line a target."""
    brief: bool = False
    """Whether text is the findings and one line, as somebody reads who waits for a commit."""
    batch: bool = False
    """Whether even a single result is given as one of several."""
    path_prefix: str = ""
    """Put before the paths of findings in text, so that a terminal finds the files."""
    trend: Trend | None = None
    """How the only target came along, with this report at the end; None when nobody knows."""
    background: Background | None = None
    """What stands behind the only report; None when nobody knows."""


DEFAULTS = RenderOptions()
"""As in a pipe."""


class Renderer(Protocol):
    """Gives reports a form. The same results and options give the same text."""

    def __call__(self, results: Sequence[Result], options: RenderOptions) -> str:
        """Return the whole output, with a line end at its end."""
        ...


def format_named(name: str) -> Format:
    """Return the format of that name.

    Raises:
        UsageError: there is none.
    """
    try:
        return Format(name)
    except ValueError:
        close = nearest(name, Format)
        advice = f"did you mean {close}?" if close else f"there are: {', '.join(Format)}"
        raise UsageError(f"there is no format {name!r}", advice=advice) from None


def render(results: Sequence[Result], to: Format, options: RenderOptions = DEFAULTS) -> str:
    """Return the results in a format; the text encodes to UTF-8 whatever the target held."""
    return renderer_for(to)(results, options)


def renderer_for(wanted: Format) -> Renderer:  # noqa: C901 - a flat list, one line each
    """Return what writes a format; only that format's code is imported."""
    renderer: Renderer
    match wanted:
        case Format.TEXT:
            from autodevops.render.text import render_text as renderer
        case Format.JSON:
            from autodevops.render.json_v1 import render_json as renderer
        case Format.SARIF:
            from autodevops.render.sarif import render_sarif as renderer
        case Format.MARKDOWN:
            from autodevops.render.markdown import render_markdown as renderer
        case Format.HTML:
            from autodevops.render.html import render_html as renderer
        case Format.JUNIT:
            from autodevops.render.junit import render_junit as renderer
        case Format.CSV:
            from autodevops.render.csv import render_csv as renderer
        case Format.GITHUB:
            from autodevops.render.github import render_github as renderer
        case Format.BADGE:
            from autodevops.render.badge import render_badge as renderer
        case Format.SHIELDS:
            from autodevops.render.badge import render_shields as renderer
        case _:
            assert_never(wanted)
    return renderer
