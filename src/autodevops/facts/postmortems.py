"""Postmortems and their template, each with the guide's sections that it lacks."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._markdown import parse
from autodevops.facts._markdown_parts import Markdown
from autodevops.facts._path_kinds import is_fixture, is_test, is_vendored
from autodevops.facts._prose import is_document
from autodevops.guide.model import PostmortemSection, RunbookPolicy, matches_any
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_ABOUT = regex(
    r"readme|index|process|polic(?:y|ies)|guide|guideline|checklist|how[-_]?to|overview"
    r"|runbook|playbook|response|culture|procedure"
)
_NAMED = regex(r"post[-_]?mortem|incident[-_]report")
_LEAD = regex(r"\s{0,9}(?:\*\*|__)([^*_\n]{1,100})(?:\*\*|__)|([A-Z][^:\n]{1,60}):")
_LEAD_LENGTH = 80
_MAX_DOCUMENTS = 200


class Postmortem(NamedTuple):
    """One postmortem."""

    path: str
    """Where it lies."""
    missing: tuple[PostmortemSection, ...]
    """The guide's sections that it lacks, in the guide's order."""
    found: tuple[str, ...]
    """Its own headings."""


class Postmortems(Struct, frozen=True, kw_only=True):
    """Every postmortem, and the template for them."""

    found: tuple[Postmortem, ...]
    """By path."""


@fact
def postmortems(snapshot: Snapshot, policy: RunbookPolicy) -> Postmortems | NotApplicable:
    """Read the documents that are postmortems by their path."""
    paths = [
        entry.path
        for entry in snapshot.entries
        if is_document(entry.path) and _is_postmortem(entry.path, policy)
    ]
    found = tuple(_read(snapshot, paths, policy))
    if not found:
        return NotApplicable(reason="there are no postmortems")
    return Postmortems(found=found)


def _is_postmortem(path: str, policy: RunbookPolicy) -> bool:
    lowered = path.lower()
    if not matches_any(policy.postmortem_files, lowered):
        return False
    if is_vendored(path) or is_fixture(path) or is_test(path):
        return False
    return _ABOUT.search(lowered.rpartition("/")[2]) is None


def _read(snapshot: Snapshot, paths: list[str], policy: RunbookPolicy) -> Iterator[Postmortem]:
    for path in paths[:_MAX_DOCUMENTS]:
        text = snapshot.text(path, CONFIG_LIMIT)
        if text is None:
            continue
        markdown = parse(text)
        if markdown.cut is not None:
            snapshot.note_gap(path, f"{path}: {markdown.cut}")
        said = tuple(_titles(markdown))
        missing = tuple(one for one in policy.postmortem_sections if not _says(said, one))
        # What only lies in a folder of incidents may be a note; with one section it is meant as
        # a postmortem.
        if len(missing) == len(policy.postmortem_sections) and not _NAMED.search(path.lower()):
            continue
        headings = tuple(heading.text for heading in markdown.headings)
        yield Postmortem(path, missing, headings)
    if len(paths) > _MAX_DOCUMENTS:
        snapshot.note_gap(paths[-1], f"only {_MAX_DOCUMENTS} of {len(paths)} postmortems are read")


def _says(titles: tuple[str, ...], section: PostmortemSection) -> bool:
    pattern = re.compile("|".join(rf"\b{re.escape(word)}" for word in section.headings))
    return any(pattern.search(title) for title in titles)


def _titles(markdown: Markdown) -> Iterator[str]:
    """Yield, in lower case, whatever may name a part: headings, bold leads, items, first cells."""
    for at, heading in enumerate(markdown.headings):
        # The title may well say "impact of ..."; a part has a heading of its own.
        if at or heading.level > 1:
            yield heading.text.lower()
    for paragraph in markdown.paragraphs:
        for line in paragraph.text.split("\n"):
            lead = _LEAD.match(line)
            if lead is not None:
                yield (lead[1] or lead[2]).lower()
    for item in markdown.items:
        yield item.text[:_LEAD_LENGTH].lower()
    for table in markdown.tables:
        for row in (table.header, *(row.cells for row in table.rows)):
            yield from (cell.lower() for cell in row[:1])
        yield from (cell.lower() for cell in table.header)
