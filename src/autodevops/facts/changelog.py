"""The changelog's sections by version, in the shapes that projects write them."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts.semver import Version, parse_version
from autodevops.guide.model import ReleasePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import Snapshot

_STEMS = ("changelog", "changes", "history", "news", "release_notes", "releases")
_SUFFIXES = ("", ".md", ".markdown", ".rst", ".txt", ".adoc")
_PATHS = frozenset(
    [f"{stem}{suffix}" for stem in _STEMS for suffix in _SUFFIXES]
    + [f"docs/{stem}{suffix}" for stem in _STEMS[:2] for suffix in _SUFFIXES]
)
_LONGEST_LINE = 300
_HEADING = regex(r"(?:#{1,4}|={2,4})[ \t]+(?P<text>.*)")
_UNDERLINE = regex(r"(?:={3,}|-{3,}|~{3,}|\^{3,}|\*{3,}|\+{3,})[ \t]*")
_NO_HEADING = regex(r"[ \t]|[-*+>|][ \t]")
_FENCE = regex(r"[ ]{0,3}(?:```|~~~)")
# `[1.2.0] - 2024-05-01`, `v1.2.0 (May 2024)`, `Release 1.2`, `shop 1.2.0`, `@acme/shop@1.2.0`.
_ENTRY = regex(
    r"(?:(?:version|release)[ ]+)?"
    r"(?:[@A-Za-z][\w/.-]{0,60}(?:(?P<named>[ ]+)|@))?"
    r"[\[(]?[vV]?(?P<version>[0-9]+(?:\.[0-9]+){1,3}(?:[-+.]?[0-9A-Za-z][0-9A-Za-z.+-]*)?)"
    r"[\])]?(?P<rest>(?:[ \t\[\](),:/–—-].*)?)",  # noqa: RUF001 - dashes that people type
    re.IGNORECASE,
)
# What may stand after the version when the heading is about a release and not about "2.0 support".
_TAIL = regex(
    r"[ \t]*(?:$|[\[(,:/–—-]|[0-9]|released\b|unreleased\b|not\b|tb[ad]\b|"  # noqa: RUF001
    r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))",
    re.IGNORECASE,
)
_DATE = regex(
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}|[0-9]{1,2}[-/.][0-9]{1,2}[-/.][0-9]{4}"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b.{0,8}[0-9]{4}"
    r"|\b[0-9]{4}\b",
    re.IGNORECASE,
)
_RELEASED = regex(
    r"(?:unreleased|not (?:yet )?released|(?:released?|release date|date)[ :]+.{1,40})",
    re.IGNORECASE,
)
_PEEK = 4
_PENDING = regex(
    r"unreleased|not (?:yet )?released|upcoming|in progress|in development|\btb[ad]\b|\bwip\b"
    r"|pending|xx",
    re.IGNORECASE,
)


class Section(NamedTuple):
    """One version's section."""

    path: str
    """The changelog."""
    line: int
    """1-based line of its heading."""
    text: str
    """The version as written, without `v`."""
    is_pending: bool
    """Whether the heading says that it is not released yet."""

    @property
    def version(self) -> Version | None:
        """Return the semantic version; `1.2` reads as `1.2.0`."""
        return parse_version(self.text) or parse_version(f"{self.text}.0")


class Changelog(Struct, frozen=True, kw_only=True):
    """What the changelogs say about versions."""

    paths: tuple[str, ...]
    """The changelogs, the guide's own first."""
    sections: tuple[Section, ...]
    """Their versions, in the order of the files."""

    @property
    def newest(self) -> Section | None:
        """Return the section of the highest released version."""
        known = [(s.version.precedence, s) for s in self.sections if s.version and not s.is_pending]
        return max(known, key=lambda pair: pair[0])[1] if known else None

    def find(self, version: Version) -> Section | None:
        """Return a version's section, pending or not; build metadata aside."""
        wanted = version.precedence
        return next(
            (s for s in self.sections if s.version and s.version.precedence == wanted), None
        )


@fact
def changelog(snapshot: Snapshot, policy: ReleasePolicy) -> Changelog | NotApplicable:
    """Return the changelogs in the root and in `docs/`."""
    paths = [
        entry.path
        for entry in snapshot.entries
        if entry.path == policy.changelog or entry.path.lower() in _PATHS
    ]
    paths.sort(key=lambda path: (path != policy.changelog, path))
    if not paths:
        return NotApplicable(reason="there is no changelog")
    return Changelog(
        paths=tuple(paths),
        sections=tuple(
            section for path in paths for section in read_sections(path, snapshot.text(path) or "")
        ),
    )


def read_sections(path: str, text: str) -> Iterator[Section]:
    """Yield the versions that a changelog's headings name."""
    lines = text.split("\n")
    for line, heading, is_plain in _headings(lines):
        found = _ENTRY.fullmatch(_without_markup(heading))
        if found is None or not _TAIL.match(found["rest"]):
            continue
        said = f"{found['rest']} {_first_words(lines[line : line + _PEEK])}"
        dated, pending = bool(_DATE.search(said)), bool(_PENDING.search(said))
        # "Python 3.12" is the name of something else unless there is a day to it.
        if (is_plain or found["named"]) and not dated and not pending:
            continue
        yield Section(path, line, found["version"], pending)


def _first_words(below: list[str]) -> str:
    """Return what stands alone below a heading: `Unreleased`, `Released 2026-01-01`."""
    text = next((line for line in below if line.strip() and not _UNDERLINE.fullmatch(line)), "")
    found = _RELEASED.fullmatch(text.strip(" \t_*:()[]"))
    return found[0] if found else ""


def _headings(lines: list[str]) -> Iterator[tuple[int, str, bool]]:
    """Yield line, text and whether it is only a plain line, for all that may be a heading."""
    fenced = False
    following: Iterable[str] = [*lines[1:], ""]
    for number, (line, below) in enumerate(zip(lines, following, strict=True), start=1):
        if _FENCE.match(line):
            fenced = not fenced
        if fenced or not line or len(line) > _LONGEST_LINE or _NO_HEADING.match(line):
            continue
        if heading := _HEADING.fullmatch(line):
            yield number, heading["text"].strip(" \t#="), False
        else:
            yield number, line.strip(), not _UNDERLINE.fullmatch(below)


def _without_markup(heading: str) -> str:
    """Return the heading's text: links by their label, no emphasis, no signs in front."""
    plain = re.sub(r"\]\([^()]{0,200}\)", "]", heading)
    plain = re.sub(r"[*`]|^<a [^<>]{0,100}></a>", "", plain)
    return re.sub(r"^(?::[a-z_]{1,40}:|[^\w\[(@])+", "", plain).rstrip()
