"""Commit ids that documents name and the default branch does not have."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_fixture, is_test, is_vendored
from autodevops.facts._prose import is_document, is_history, without_blocks
from autodevops.facts._words import words
from autodevops.facts.lineage import Lineage
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot, Unavailable

_FOLDERS = words("ops docs repo security deploy")
_NAMED = regex(
    r"\b(?:commits?|sha|revision|rev|HEAD|hash)\b[ \t:=(*@]{1,5}[`\[]{0,2}([0-9a-f]{7,40})\b",
    re.IGNORECASE,
)
_URL = regex(r"(?:github\.com/([\w.-]{1,100}/[\w.-]{1,100})|\.\./\.\.)/commit/([0-9a-f]{7,40})\b")
_CELL = regex(r"\|[ \t]{0,9}[`\[]{0,2}([0-9a-f]{7,40})[`\]]{0,2}(?=[ \t|(])")
_COLUMN = regex(r"\b(?:commit|sha|hash|revision|tip|head)\b", re.IGNORECASE)
_LONGEST_LINE = 2_000
_FOREIGN = regex(
    r"sha-?256|digest|image|docker|checksum|upstream|\bfork|vendor|submodule|pinned|pins\b|third"
    r"|example|e\.g\.|for instance|such as|https?://(?!github\.com/)|actions/|uses:|md5|blob"
    r"|dependenc|placeholder|rewritten|purged|removed from history|no longer|dropped|before the"
    r"|old id|squashed",
    re.IGNORECASE,
)


class Mention(NamedTuple):
    """One commit id in a document."""

    path: str
    """The document."""
    line: int
    """1-based line."""
    oid: str
    """As written, lower case."""


class LostCommit(NamedTuple):
    """A mention of a commit that the default branch lacks."""

    mention: Mention
    """Where it is named."""
    elsewhere: bool
    """Whether another branch or tag has it."""


class Mentions(Struct, frozen=True, kw_only=True):
    """The commits of this repository that documents name."""

    found: tuple[Mention, ...]
    """By path and line."""


class LostCommits(Struct, frozen=True, kw_only=True):
    """The commit ids in documents that lead nowhere."""

    found: tuple[LostCommit, ...]
    """By path and line."""


@fact
def mentions(snapshot: Snapshot) -> Mentions | NotApplicable:
    """Find commit ids in the root's documents and in those of the guide's document folders."""
    found: list[Mention] = []
    for entry in snapshot.entries:
        if not _is_judged(entry.path):
            continue
        text = snapshot.text(entry.path, CONFIG_LIMIT)
        if text is not None:
            found += _in_document(entry.path, text, snapshot.target.name)
    if not found:
        return NotApplicable(reason="no document names a commit")
    return Mentions(found=tuple(found))


@fact
def lost_commits(mentions: Mentions, lineage: Lineage) -> LostCommits | Unavailable:
    """Look for each named commit among those of the default branch."""
    ids = sorted(lineage.position)
    lost = []
    for mention in mentions.found:
        full = list(_beginning_with(ids, mention.oid))
        if not any(lineage.is_on_default(oid) for oid in full):
            lost.append(LostCommit(mention, elsewhere=bool(full)))
    if lost and lineage.shallow:
        where = f"{lost[0].mention.path}:{lost[0].mention.line}"
        return Unavailable(
            f"whether commit {lost[0].mention.oid} of {where} is there lies beyond the clone",
            needs="`git fetch --unshallow`",
        )
    return LostCommits(found=tuple(lost))


def _is_judged(path: str) -> bool:
    folder, _, rest = path.partition("/")
    if rest and folder not in _FOLDERS:
        return False
    if not is_document(path) or is_history(path):
        return False
    return not (is_vendored(path) or is_fixture(path) or is_test(path))


def _in_document(path: str, text: str, name: str) -> Iterator[Mention]:
    if not (_NAMED.search(text) or _URL.search(text) or _CELL.search(text)):
        return
    header: tuple[str, ...] = ()
    before = ""
    for number, line in enumerate(without_blocks(text).split("\n"), start=1):
        if not line.lstrip().startswith("|"):
            header = ()
        elif _is_rule(line):
            header = tuple(before.split("|"))
        before = line[:_LONGEST_LINE]
        for oid in dict.fromkeys(_on_line(before, header, name)):
            if _is_id(oid):
                yield Mention(path, number, oid.lower())


def _on_line(line: str, header: tuple[str, ...], name: str) -> Iterator[str]:
    for found in _URL.finditer(line):
        if found[1] is None or found[1].lower().removesuffix(".git") == name.lower():
            yield found[2]
    if _URL.search(line) or _FOREIGN.search(line):
        return
    for found in _NAMED.finditer(line):
        yield found[1]
    for found in _CELL.finditer(line) if header else ():
        column = line.count("|", 0, found.start() + 1)
        if column < len(header) and _COLUMN.search(header[column]):
            yield found[1]


def _is_rule(line: str) -> bool:
    """Tell whether a row only parts a table's header from the rest."""
    return "-" in line and not line.strip("|:- \t")


def _is_id(text: str) -> bool:
    """Tell whether a text is an id and not a number or a word."""
    return any(map(str.isdigit, text)) and any(map(str.isalpha, text))


def _beginning_with(ids: list[str], prefix: str) -> Iterator[str]:
    at = bisect_left(ids, prefix)
    while at < len(ids) and ids[at].startswith(prefix):
        yield ids[at]
        at += 1
