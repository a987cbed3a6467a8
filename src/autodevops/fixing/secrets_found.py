"""Environment & Secret Management: templates hold names, not values."""

import re

from autodevops.fixing import _lines
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer

_ASSIGNMENT = re.compile(
    r"(\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*)(\"[^\"]*\"|'[^']*'|[^\s#]*)(.*)"
)


@fixer("SE008", title="take the value out of the template", safety=Safety.UNSAFE)
def blank_value(finding: Finding, site: Site) -> Answer:
    """Leave the name and take the value away; rotating it is left to its owner."""
    texts: dict[str, str] = {}
    for place in finding.locations:
        if place.path is None or place.line is None:
            return Refusal("where the value stands can't be told")
        now = texts.get(place.path, site.text(place.path))
        line = site.line_now(place.path, place.line)
        if now is None or line is None:
            return Refusal("the line is not there any more")
        row = now.split("\n")[line - 1]
        found = _ASSIGNMENT.fullmatch(row)
        if found is None or (place.end_line or place.line) != place.line:
            return Refusal("the value is not written as NAME=value on one line")
        texts[place.path] = _lines.replaced(
            now, line, line, (found[1].rstrip() + found[4]).rstrip()
        )
    return tuple(edit for path, text in texts.items() for edit in site.write(path, text))
