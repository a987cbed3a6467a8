"""CI Pipelines Per Service: the commit linter knows the policy's types."""

import json
import re

from autodevops.facts.commit_lint import CONVENTIONAL
from autodevops.fixing import _yaml
from autodevops.fixing._api import Answer, Finding, Refusal, Safety, Site, fixer
from autodevops.fixing._evidence import listed
from autodevops.fixing._yaml_items import remove_item
from autodevops.fixing.rendering import rendered
from autodevops.guide.model import CommitPolicy

_PRESET = "@commitlint/config-conventional"
_PRESET_LIMIT = 100
_ENUM = re.compile(r"[\"']?type-enum[\"']?\s*:\s*\[")
_TEXT = re.compile(r"([\"'`])([^\"'`\n]{1,60})\1")
_BLOCK = ("rules", "type-enum", 2)
_ODD = Refusal("its types are written in a way that only a person can change")


@fixer("GV003", title="let the commit linter take the policy's types", safety=Safety.SAFE)
def configure_commit_lint(finding: Finding, site: Site) -> Answer:
    """Create the configuration, or set the types of the one that there is."""
    policy = site.guide(CommitPolicy)
    path = finding.subject
    text = site.text(path)
    if text is not None:
        new = _agreeing(text, finding)
        return new if isinstance(new, Refusal) else site.write(path, new)
    if path.rpartition("/")[2] != "commitlint.config.js":
        return Refusal(f"how {path} is written is not known")
    text = rendered(
        "commitlint.config.js.j2",
        is_module=_is_module(site),
        preset=_PRESET,
        types=None if set(policy.types) == CONVENTIONAL else json.dumps(list(policy.types)),
        limit=None if policy.header_limit == _PRESET_LIMIT else policy.header_limit,
    )
    return site.write(path, text)


def _is_module(site: Site) -> bool:
    """Tell whether Node reads the root's `.js` files as modules."""
    try:
        manifest = json.loads(site.text("package.json") or "{}")
    except (ValueError, RecursionError):
        return False
    return isinstance(manifest, dict) and manifest.get("type") == "module"


def _agreeing(text: str, finding: Finding) -> str | Refusal:
    missing, unknown = listed(finding, "missing"), set(listed(finding, "unknown"))
    enum = _ENUM.search(text)
    opened = text.find("[", enum.end()) if enum else -1
    closed = text.find("]", opened) if opened >= 0 else -1
    if closed < 0 or "..." in text[opened:closed]:
        return _of_block(text, missing, unknown)
    return _of_list(text, opened + 1, closed, missing, unknown)


def _of_list(
    text: str, start: int, end: int, missing: tuple[str, ...], unknown: set[str]
) -> str | Refusal:
    """Return the text with the list between two brackets changed, each entry as it was written."""
    inner = text[start:end]
    entries = list(_TEXT.finditer(inner))
    if not entries or any(mark in inner for mark in ("//", "/*", "#")):
        return _ODD
    kept = [one for one in entries if one[2] not in unknown]
    if not kept:
        return _ODD
    quote = entries[0][1]
    between = inner[entries[0].end() : entries[1].start()] if len(entries) > 1 else ", "
    if between.strip() != ",":
        return _ODD
    items = [one[0] for one in kept] + [f"{quote}{kind}{quote}" for kind in missing]
    head, tail = inner[: entries[0].start()], inner[entries[-1].end() :]
    return text[:start] + head + between.join(items) + tail + text[end:]


def _of_block(text: str, missing: tuple[str, ...], unknown: set[str]) -> str | Refusal:
    found = _yaml.find(text, _BLOCK)
    names = [] if found is None else list(found.texts())
    if not names:
        return _ODD
    for kind in missing:
        new = _yaml.append_item(text, _BLOCK, kind)
        if isinstance(new, Refusal):
            return new
        text = new
    for at in sorted((names.index(kind) for kind in unknown), reverse=True):
        new = remove_item(text, _BLOCK, at)
        if isinstance(new, Refusal):
            return new
        text = new
    return text
