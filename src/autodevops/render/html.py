"""Reports as one self-contained page: no network, light and dark, printable, searchable."""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape

from autodevops import __version__
from autodevops.model.background import Background
from autodevops.model.finding import Plain, Severity
from autodevops.model.report import Report, Result
from autodevops.model.verdict import Status
from autodevops.render import outline
from autodevops.render.escape import terminal, web_address
from autodevops.render.html_batch import batch_of
from autodevops.render.html_charts import ages_of, curve_of, rows_of_trend
from autodevops.render.html_sections import rows_of
from autodevops.render.interface import RenderOptions
from autodevops.render.json_text import encode, plain
from autodevops.render.links import blob

_HEAT_STEPS = (0.5, 0.7, 0.85, 0.95)
"""Conformance from which a section of a batch gets the next better colour."""


def render_html(results: Sequence[Result], options: RenderOptions) -> str:
    """Return the page of one report, or for several a page that compares them."""
    if len(results) == 1 and not options.batch and isinstance(results[0], Report):
        return _page("report", _report(results[0], options))
    return _page("reports", _batch(results))


def _report(report: Report, options: RenderOptions) -> dict[str, object]:
    rows = rows_of(report)
    background = options.background or Background()
    guilty = [row for row in rows if row.section.groups]
    return {
        "report": report,
        "page": report.target,
        "rows": rows,
        "worst": sorted(guilty, key=lambda row: -row.section.groups[0].severity.rank),
        "most": max((row.section.findings for row in rows), default=0),
        "judged": outline.judged(report),
        "crashed": outline.with_status(report, Status.ERROR),
        "aside": outline.set_aside(report),
        "questions": outline.open_questions(report),
        "severities": tuple(reversed(Severity)),
        "ages": ages_of(background.branches),
        "curve": curve_of(options.trend),
        "past": rows_of_trend(options.trend),
        "excerpts": background.excerpts,
    }


def _batch(results: Sequence[Result]) -> dict[str, object]:
    batch = batch_of(results)
    return {
        "batch": batch,
        "version": batch.version or __version__,
        "data": _script_data(batch.data),
    }


def _page(name: str, content: Mapping[str, object]) -> str:
    style, script = _asset("page.css"), _asset(f"{name}.js")
    policy = (
        "default-src 'none'; base-uri 'none'; form-action 'none';"
        f" style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    )
    template = _environment().get_template(f"{name}.html")
    # Our own style and script, not data.
    own = {"style": Markup(style), "script": Markup(script)}  # noqa: S704
    return template.render(policy=policy, **own, **content) + "\n"


def _asset(name: str) -> str:
    return files("autodevops.render").joinpath("templates", name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """Return the hash by which the page's policy allows this one script or style."""
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("autodevops.render"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "blob": blob,
        "evidence": _evidence,
        "further": outline.further_messages,
        "heat": _heat,
        "percent": outline.percent,
        "place": outline.place,
        "places": outline.places,
        "prose": _prose,
        "web": web_address,
        "whole": lambda ratio: outline.percent(ratio).removesuffix("%"),
    }
    return environment


def _shown(value: Any) -> Any:  # noqa: ANN401 - whatever a template shows
    """Return text without control characters and direction overrides; escaping comes after."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return terminal(value)
    return value


def _prose(text: str) -> Markup:
    """Return text in which backticks mark code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:
        return escape(terminal(text))
    shown = (escape(terminal(part)) for part in parts)
    return Markup().join(
        Markup("<code>{}</code>").format(part) if at % 2 else part for at, part in enumerate(shown)
    )


def _evidence(evidence: Mapping[str, Plain]) -> Markup:
    # Already escaped as JSON: line ends between the values are ours.
    return escape(encode(plain(evidence)).rstrip("\n"))


def _heat(ratio: float) -> int:
    return sum(ratio >= step for step in _HEAT_STEPS)


def _script_data(data: object) -> Markup:
    """Return JSON for a script element, which nothing in it can close."""
    return Markup(encode(data, indent=0).replace("<", "\\u003c"))  # noqa: S704 - escaped
