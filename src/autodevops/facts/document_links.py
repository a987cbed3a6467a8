"""Relative links in documents that lead nowhere, and anchors that no heading makes."""

import time
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._link_anchors import anchors_of, names_anchor
from autodevops.facts._link_finder import RelativeLink, Surroundings, relative_links
from autodevops.facts._link_targets import Territory, territory_of
from autodevops.facts._path_kinds import is_fixture, is_generated, is_test, is_vendored
from autodevops.facts._prose import is_document, is_history
from autodevops.facts.ignores import Ignores
from autodevops.facts.path_index import PathIndex
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_BUDGET_SECONDS = 0.9
"""Most time for one document."""
_TEMPLATES = regex(r"(?:^|[_.-])(?:templates?|cookiecutter|skeleton|scaffold|boilerplate)|\{\{")
_GITHUB_TEMPLATES = ("issue_template", "pull_request_template")
_LINES = regex(r"L\d")


class DeadLink(NamedTuple):
    """One link that leads nowhere."""

    line: int
    """1-based line."""
    target: str
    """As written."""
    why: str
    """Why it is dead."""


class DeadLinks(NamedTuple):
    """The dead links of one document."""

    path: str
    """The document."""
    links: tuple[DeadLink, ...]
    """By line."""


class DocumentLinks(Struct, frozen=True, kw_only=True):
    """What the links of all documents lead to."""

    dead: tuple[DeadLinks, ...]
    """Documents with dead links, by path."""
    documents: int
    """How many documents were read."""
    links: int
    """How many links to places in the repository they hold."""


@fact
def document_links(
    snapshot: Snapshot, index: PathIndex, ignores: Ignores
) -> DocumentLinks | NotApplicable:
    """Follow every relative link of the repository's own Markdown documents."""
    paths = [entry.path for entry in snapshot.entries if _is_judged(entry.path, entry.kind)]
    if not paths:
        return NotApplicable(reason="there are no Markdown documents")
    follower = _Follower(snapshot, territory_of(snapshot, index, ignores))
    dead = tuple(
        DeadLinks(path, links) for path in paths if (links := tuple(follower.dead_links(path)))
    )
    return DocumentLinks(dead=dead, documents=len(paths), links=follower.links)


def _is_judged(path: str, kind: EntryKind) -> bool:
    if not is_document(path) or kind is not EntryKind.FILE or is_history(path):
        return False
    if is_vendored(path) or is_fixture(path) or is_test(path) or is_generated(path):
        return False
    *folders, name = path.lower().split("/")
    if any(_TEMPLATES.search(folder) for folder in folders):
        return False
    return not any(part.startswith(_GITHUB_TEMPLATES) for part in (*folders, name))


class _Follower:
    """Follows links; each document's anchors are read once, when the first link asks for them."""

    def __init__(self, snapshot: Snapshot, territory: Territory) -> None:
        self.links = 0
        self._snapshot = snapshot
        self._territory = territory
        self._anchors: dict[str, frozenset[str] | None] = {}

    def dead_links(self, path: str) -> Iterator[DeadLink]:
        """Yield the dead links of one document, by position."""
        text = self._snapshot.text(path, CONFIG_LIMIT)
        if text is None:
            return
        surroundings = Surroundings(text)
        until = time.monotonic() + _BUDGET_SECONDS
        found = []
        for link in relative_links(text):
            if time.monotonic() > until:
                reason = f"{path} takes too long to read beyond line {surroundings.line_of(link)}"
                self._snapshot.note_gap(path, reason)
                break
            self.links += 1
            why = self._why_dead(path, link, text)
            if why is not None and surroundings.is_link(link):
                found.append(DeadLink(surroundings.line_of(link), link.target, why))
        yield from sorted(dict.fromkeys(found))

    def _why_dead(self, document: str, link: RelativeLink, text: str) -> str | None:
        if link.path:
            path, why = self._territory.landing(document, link.path)
            if path is None or not is_document(path):
                return why
        else:
            path = document
        if not link.fragment or link.fragment == "top" or _LINES.match(link.fragment):
            return None
        anchors = self._anchors_of(path, text if path == document else None)
        if anchors is None or names_anchor(anchors, link.fragment):
            return None
        return f"{path} has no heading or anchor #{link.fragment}"

    def _anchors_of(self, path: str, text: str | None) -> frozenset[str] | None:
        if path not in self._anchors:
            read = self._snapshot.text(path, CONFIG_LIMIT) if text is None else text
            self._anchors[path] = None if read is None else anchors_of(read)
        return self._anchors[path]
