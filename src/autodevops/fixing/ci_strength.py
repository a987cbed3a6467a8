"""CI Pipelines Per Service: what hides a failure goes."""

import re
from collections.abc import Iterable
from collections.abc import Mapping as ByName
from typing import NamedTuple

from autodevops.facts._yaml import Mapping
from autodevops.fixing import _lines, _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._workflow_text import parts, step_at

_OR = re.compile(r"\s*\|\|\s*(?:true|:|echo\b[^|;&\n`$()]*|exit 0)\s*(?=$|\"$)")
_LAX = re.compile(r"\s*set \+e\s*")
_OPTIONS = ("--exit-zero", "--exit-code 0", "--audit-level=none", "--soft-fail", "--no-fail")


class _Hidden(NamedTuple):
    """What hides one failure."""

    how: str
    path: str
    line: int


@fixer("CI006", title="let the job fail", safety=Safety.UNSAFE)
def let_fail(finding: Finding, site: Site) -> Answer:
    """Take away `|| true`, `continue-on-error` and the like where they hide the job's work."""
    path, job, _ = parts(finding.subject)
    texts: dict[str, str] = {}
    if finding.evidence.get("job_continues_on_error"):
        text = _yaml.remove_key(site.text(path) or "", ("jobs", job, "continue-on-error"))
        if isinstance(text, Refusal):
            return text
        texts[path] = text
    for one in dict.fromkeys(_hidden(finding.evidence.get("hidden"))):
        before = site.text(one.path)
        now = texts.get(one.path, before)
        line = None if before is None else site.line_now(one.path, one.line)
        if before is None or now is None or line is None:
            return Refusal(f"what hides the failure ({one.how}) is not there any more")
        at = _lines.moved(before, now, line)
        if at is None:
            continue  # another command of the same line was already dealt with
        new = _shown(now, one, at)
        if isinstance(new, Refusal):
            return new
        texts[one.path] = new
    return tuple(edit for name, text in texts.items() for edit in site.write(name, text))


def _hidden(listed: object) -> Iterable[_Hidden]:
    for one in listed if isinstance(listed, (list, tuple)) else ():
        if isinstance(one, ByName):
            path, _, line = str(one.get("place")).rpartition(":")
            if line.isdecimal():
                yield _Hidden(str(one.get("hidden_by")), path, int(line))


def _shown(text: str, one: _Hidden, line: int) -> str | Refusal:
    """Return the text in which nothing hides the failure."""
    row = text.split("\n")[line - 1]
    refused = Refusal(f"what `{one.how}` in {one.path}:{line} is for a person has to judge")
    if one.how.startswith("continue-on-error"):
        step = step_at(text, line)
        is_set = step is not None and step.node.get("continue-on-error") is not None
        if step is None or not is_set:
            return refused
        return _yaml.remove_key(text, (*step.path, "continue-on-error"))
    if one.how.startswith("||"):
        bare = _OR.sub("", row)
        return refused if bare == row else _rewritten(text, line, bare)
    if one.how == "set +e" and _LAX.fullmatch(row):
        rest = text.split("\n")[line:]
        kept_status = any("$?" in other for other in rest[:50])
        return refused if kept_status else _lines.replaced(text, line, line)
    for option in _OPTIONS:
        if one.how.startswith(option) and f" {option}" in row:
            return _rewritten(text, line, row.replace(f" {option}", "", 1))
    return refused


def _rewritten(text: str, line: int, row: str) -> str | Refusal:
    new = _lines.replaced(text, line, line, row)
    before, after = _yaml.find(text, ()), _yaml.find(new, ())
    if isinstance(before, Mapping) and not isinstance(after, Mapping):
        return Refusal("the line can't be shortened without breaking the file")
    return new
