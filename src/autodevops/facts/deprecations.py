"""Where responses are given a header that announces a deprecation."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._line_counter import LineCounter
from autodevops.facts._path_kinds import is_own_source
from autodevops.facts.routes import Routes
from autodevops.guide.model import ApiPolicy
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

# A gateway in front of the API may set the header just as well.
_GATEWAYS = regex(r"(?:.*nginx.*|.*\.conf|Caddyfile|vercel\.json|.*traefik.*|.*envoy.*)")


class DeprecationHeader(NamedTuple):
    """One place that names such a header."""

    path: str
    """The file."""
    line: int
    """1-based line."""
    header: str
    """The header."""


class Deprecations(Struct, frozen=True, kw_only=True):
    """Every such place."""

    found: tuple[DeprecationHeader, ...]
    """By path and line."""


@fact
def deprecations(snapshot: Snapshot, routes: Routes, policy: ApiPolicy) -> Deprecations:
    """Look for the headers in the API's code and in gateways' configuration."""
    if len(routes.versions) < 2:  # noqa: PLR2004 - nothing is deprecated before the second version
        return Deprecations(found=())
    tops = {path.partition("/")[0] for path in routes.files}
    names = "|".join(map(re.escape, policy.deprecation_headers))
    quoted = re.compile(rf"[\"']({names})[\"']", re.IGNORECASE)
    plain = re.compile(rf"\b({names})\b", re.IGNORECASE)
    found: list[DeprecationHeader] = []
    for entry in snapshot.entries:
        path = entry.path
        if entry.kind is not EntryKind.FILE:
            continue
        if path.endswith(".py") and path.partition("/")[0] in tops and is_own_source(path):
            found += _named(path, snapshot.text(path) or "", quoted)
        elif _GATEWAYS.fullmatch(basename(path)):
            found += _named(path, snapshot.text(path, CONFIG_LIMIT) or "", plain)
    return Deprecations(found=tuple(found))


def _named(path: str, text: str, header: re.Pattern[str]) -> Iterator[DeprecationHeader]:
    lines = LineCounter(text)
    for match in header.finditer(text):
        start = text.rfind("\n", 0, match.start()) + 1
        if not text[start : match.start()].lstrip().startswith("#"):
            yield DeprecationHeader(path, lines.line_at(start), match[1])
