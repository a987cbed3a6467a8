"""Anchors of a Markdown document, read from its lines: enough to say that one is not there."""

import re
from html import unescape

from autodevops.facts._prose import without_blocks
from autodevops.model.patterns import regex

_HEADING = regex(r"[ \t>]{0,12}(?:[-*+] )?#{1,6}[ \t]{1,9}(.{1,500}?)[ \t#]{0,20}$")
_UNDERLINE = regex(r" {0,3}(?:={2,}|-{2,})[ \t]*$")
_EXPLICIT = regex(r"\{\s{0,3}#([^\s}]{1,200})[^}]{0,200}\}|\[#([^\]\s]{1,200})\]")
_HTML = regex(
    r"<\w{1,20}\b[^<>]{0,500}?\b(?:id|name)\s{0,3}=\s{0,3}[\"'{]{1,2}([^\"'<>}]{1,200})",
    re.IGNORECASE,
)
_HTML_HEADING = regex(r"<h[1-6]\b[^<>]{0,300}>(.{1,500}?)</h[1-6]>", re.IGNORECASE | re.DOTALL)
_LINK = regex(r"!?\[([^\[\]]{0,300})\](?:\([^()]{0,500}\)|\[[^\]]{0,100}\])")
_TAG = regex(r"</?[a-zA-Z][^<>]{0,300}>")
_REPEAT = regex(r"-\d{1,3}$")
# Parts from other files, or headings that a program writes.
_DYNAMIC = regex(
    r"@include|--8<--|\{%|\{\{[<%]|^\s*import\s.*\bfrom\b|^:::\s*\{|<[A-Z]\w+|\{include\}|\]\(.*:include",
    re.MULTILINE,
)


def anchors_of(text: str) -> frozenset[str] | None:
    """Return the folded anchors of a document; None when a program adds more to it."""
    if _DYNAMIC.search(text):
        return None
    found: set[str] = set()
    lines = without_blocks(text).split("\n")
    for at, line in enumerate(lines):
        heading = _HEADING.match(line)
        if heading is not None:
            found.update(_folds(heading[1]))
        elif at and _UNDERLINE.match(line) and lines[at - 1].strip():
            found.update(_folds(lines[at - 1].strip()))
    if "<" in text:
        found.update(fold(name[1]) for name in _HTML.finditer(text))
        for heading in _HTML_HEADING.finditer(text):
            found.update(_folds(heading[1]))
    return frozenset(found)


def names_anchor(anchors: frozenset[str], fragment: str) -> bool:
    """Tell whether a fragment leads to one of these anchors; generators' spellings all count."""
    wanted = fragment.removeprefix("user-content-")
    return fold(wanted) in anchors or fold(_REPEAT.sub("", wanted)) in anchors


def fold(anchor: str) -> str:
    """Return the letters and digits of an anchor: what every generator keeps."""
    return "".join(character for character in anchor.lower() if character.isalnum())


def _folds(heading: str) -> set[str]:
    explicit = {fold(one[1] or one[2]) for one in _EXPLICIT.finditer(heading)}
    text = _TAG.sub("", _LINK.sub(r"\1", unescape(_EXPLICIT.sub("", heading))))
    return {*explicit, fold(text), fold(heading)}
