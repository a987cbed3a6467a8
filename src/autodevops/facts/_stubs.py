"""Tells a written document from a stub: a bare heading, a template's own text, or TODO."""

from autodevops.facts._prose import front_matter, without_comments
from autodevops.model.patterns import regex

_WORD = regex(r"[^\W\d_]{2,}")
_IMAGE = regex(r"!\[[^\]]{0,300}\]\([^)]{0,500}\)|!\[[^\]]{0,300}\]\[[^\]]{0,100}\]")
_EMPTY_LINK = regex(r"\[\s{0,9}\]\([^)]{0,500}\)|\[\s{0,9}\]\[[^\]]{0,100}\]")
_DEFINITION = regex(r"\[[^\]]{1,200}\]:\s")
_TAG = regex(r"</?[a-zA-Z][^<>]{0,300}>")
_UNDERLINE = regex(r"[=\-~^*_#+.`\"']{3,}")
_MARKER = regex(r"(?:[-*+>|]|\d{1,4}[.)]|\[[ xX]\])\s{1,9}")
_UNWRITTEN = regex(
    r"(?:todo|tbd|tba|fixme|wip|xxx|work in progress|coming soon|under construction|placeholder"
    r"|lorem ipsum|to be (?:done|written|added|defined|determined|completed|filled|documented)"
    r"|not (?:yet )?written(?: yet)?|(?:insert|add|write|fill in|describe|configure) .{0,60}here)"
    r"\b.{0,80}"
)
_SLOT = regex(r"\[[^\]]{0,120}\](?!\()|<[^<>]{0,120}>|\{\{[^}]{0,120}\}\}|\.{3}|…")
_TEMPLATES = (
    ("use this section to tell people how to report a vulnerability", 10_000),
    ("use this section to tell people about which versions of your project", 10_000),
    ("to make it easy for you to get started with gitlab, here's a list of recommended", 10_000),
    ("one paragraph of project description goes here", 10_000),
    ("bootstrapped with [`create-next-app`]", 230),
    ("bootstrapped with create-next-app", 230),
    ("bootstrapped with [create react app]", 460),
    ("this template provides a minimal setup to get react working in vite", 200),
    ("this template should help get you started developing with vue", 200),
    ("everything you need to build a svelte project, powered by", 160),
)
"""Sentences of well-known templates, with the words below which nothing was added to them."""


def stub_reason(text: str) -> str | None:
    """Return why a document is a stub; None when somebody wrote it."""
    lines = _prose(text)
    words = sum(len(_WORD.findall(line)) for line in lines)
    if not words:
        return "holds headings only" if text.strip() else "is empty"
    joined = " ".join(lines).lower()
    for sentence, most_words in _TEMPLATES:
        if sentence in joined and words < most_words:
            return "still holds its template's own text"
    if all(_is_unwritten(line) for line in lines if _WORD.search(line)):
        return "says only that it is to be written"
    return None


def _prose(text: str) -> list[str]:
    """Return a text's lines without headings, rules, images, markup and comments."""
    kept: list[str] = []
    lines = without_comments(text).split("\n")
    for line in lines[front_matter(lines) :]:
        stripped = line.strip()
        if _UNDERLINE.fullmatch(stripped):
            if stripped[0] in "=-~^" and kept and kept[-1]:
                kept[-1] = ""
            continue
        if stripped.startswith("#") or _DEFINITION.match(stripped):
            kept.append("")
            continue
        bare = _TAG.sub("", _EMPTY_LINK.sub("", _IMAGE.sub("", stripped)))
        at = 0
        while (marker := _MARKER.match(bare, at)) is not None:
            at = marker.end()
        kept.append(bare[at:].strip(" |*_`"))
    return [line for line in kept if line]


def _is_unwritten(line: str) -> bool:
    lowered = line.lower().strip(" []()<>*_:.!-")
    return bool(_UNWRITTEN.fullmatch(lowered)) or not _WORD.search(_SLOT.sub("", line))
