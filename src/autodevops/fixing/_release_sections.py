"""Words a release from its commits, and puts its section where the changelog has such sections."""

import re
from collections.abc import Iterable, Iterator

from autodevops.facts._conventional import parse_header, without_pull_request
from autodevops.facts.changelog import read_sections
from autodevops.facts.release_notes import Release
from autodevops.facts.semver import parse_version
from autodevops.fixing import _lines

_KINDS = {"feat": "Added", "fix": "Fixed", "perf": "Changed", "revert": "Changed"}
_ORDER = ("Breaking", "Added", "Changed", "Fixed")
_HEADING = re.compile(r"(#{1,4})[ \t]+(\[)?(v?)\d[^\s\]]*\]?(.*)")
_LINK = re.compile(r"^\(\w+://[^)]*\)")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOST = 50
"""Commits that one section names."""


def entries(release: Release) -> list[str]:
    """Return what a release brought as lines of Markdown, grouped when its commits say by what."""
    groups: dict[str, list[str]] = {}
    others: list[str] = []
    for header in release.headers:
        parsed = parse_header(header)
        if parsed is None:
            others.append(header)
            continue
        kind = "Breaking" if parsed.breaking else _KINDS.get(parsed.type)
        if kind is not None:
            text = without_pull_request(parsed.description)
            groups.setdefault(kind, []).append(text[:1].upper() + text[1:])
    if not groups:
        return _items(others or release.headers)
    groups["Changed"] = [*groups.get("Changed", []), *others]
    rows: list[str] = []
    for kind in _ORDER:
        if groups.get(kind):
            rows += [*([""] if rows else []), f"### {kind}", "", *_items(groups[kind])]
    return rows


def with_release(text: str, path: str, release: Release, version: str) -> str | None:
    """Return a changelog with a section for a release; None when it is written in another way."""
    sections = list(read_sections(path, text))
    rows = text.split("\n")
    shapes = [found for one in sections if (found := _HEADING.fullmatch(rows[one.line - 1]))]
    if not path.lower().endswith((".md", ".markdown")) or len(shapes) != len(sections):
        return None
    heading = _heading(shapes[0] if shapes else None, version, release)
    wanted = parse_version(version)
    older = [
        one.line
        for one in sections
        if wanted and one.version and one.version.precedence < wanted.precedence
    ]
    new = [heading, "", *entries(release)]
    if older:
        return _lines.inserted(text, min(older) - 1, *new, "")
    return _lines.appended(text, *([] if text.endswith("\n\n") or not text else [""]), *new)


def _heading(shape: re.Match[str] | None, version: str, release: Release) -> str:
    """Return a heading in the shape of the first one."""
    day = release.day.isoformat()
    if shape is None:
        return f"## [{version}] - {day}"
    level, bracket, prefix, rest = shape.groups()
    rest = _LINK.sub("", rest)  # it compares other versions
    name = f"[{prefix}{version}]" if bracket else f"{prefix}{version}"
    return f"{level} {name}" + (_DAY.sub(day, rest) if _DAY.search(rest) else f" - {day}")


def _items(texts: Iterable[str]) -> list[str]:
    return [f"- {one}" for one in _limited(list(dict.fromkeys(texts)))]


def _limited(texts: list[str]) -> Iterator[str]:
    yield from (_escaped(one) for one in texts[:_MOST])
    if len(texts) > _MOST:
        yield f"and {len(texts) - _MOST} more"


def _escaped(text: str) -> str:
    """Return a commit's words as Markdown that says just them."""
    return re.sub(r"([\\`*_\[\]<>#|])", r"\\\1", text) if re.search(r"[\[\]<>`\\]", text) else text
