"""What the repository's own documents say, sentence by sentence, with how seriously they say it.

Only sentences about branches, reviews, secrets, rotation and scanners are kept. Changelogs,
decision records, postmortems and templates tell of another time or of nothing yet: they are not
read.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_fixture, is_test, is_vendored
from autodevops.facts._words import listed, words
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

_FOLDERS = listed("docs/ doc/ .github/ repo/ ops/ security/ deploy/ wiki/")
_ENDINGS = (".md", ".rst", ".txt", ".adoc", ".mdx")
_OTHER_TIMES = words(
    "adr adrs decisions rfc rfcs postmortems post-mortems incidents archive archived history "
    "changelog changelogs releases templates issue_template pull_request_template old legacy"
)
_OTHER_NAMES = regex(
    r"changelog|changes\.|history\.|news\.|license|postmortem|post-mortem|migrat|template|roadmap"
    r"|^adr|requirements|constraints"
)
_MOST_DOCUMENTS = 2_000
_LONGEST_LINE = 2_000
_ABOUT = regex(
    r"branch|develop|staging|release/|rotat|approv|history|secret|signed|protect|\bci\b|scan|pinned"
    r"|\.env|default|required|force|review|leak|trivy|bandit|semgrep|audit|git |\bmain\b|master"
    r"|push|\b(?:days?|weeks?|months?|quarters?|years?)\b|annual|quarterly|yearly"
)
_SENTENCE = regex(r"(?<=[.!?;])\s+")
_LIST = regex(r"\s{0,40}(?:[-*+]|\d{1,3}[.)])\s+(?:\[([ xX])\]\s+)?")
_BOUNDS = regex(r"\b(?:no|not) (?:longer|more|later|older|greater) than\b")
_NEGATION = regex(
    r"\b(?:no|not|never|none|without|don.?t|doesn.?t|can.?t|cannot|won.?t|isn.?t"
    r"|aren.?t|forbid\w*|forbade|prohibit\w*|disallow\w*|avoid\w*|instead|rather|former\w*"
    r"|legacy|obsolete|deprecat\w*|remov\w*|delet\w*|dropp\w*|abandon\w*|bann\w*|unlike|retired"
    r"|old|previous\w*|used to|anti-?patterns?|wrong|bad|reject\w*|refus\w*|fails?)\b|~~|[❌✗✘🚫⛔]"
)
_HEDGE = regex(
    r"\b(?:will|would|should|must|shall|could|can|may|might|plan\w*|todo|tbd|future|later|if|ensure"
    r"\w*|make sure|check that|confirm|consider\w*|recommend\w*|optional\w*|needs?|goals?|aims?"
    r"|wants?|until|before|once|when|example|e\.g|suppose|assum\w*|expect\w*|targets?|propos\w*"
    r"|unless|please|never|to be|pending|coming|next)\b|\?"
)
_ORDER = regex(
    r"[\s*_`]{0,9}(?:run|add|enable|configure|check|use|set|make|verify|create|keep|do|don.?t|protect"
    r"|require|sign|pin|scan|turn|test|review)\b"
)


class Statement(NamedTuple):
    """One sentence, table row or line of code of a document."""

    path: str
    """The document."""
    line: int
    """1-based line."""
    text: str
    """In lower case, marks of lists and quotes left out."""
    quote: str
    """The same as written."""
    heading: str
    """The heading above it, in lower case."""
    negated: bool
    """Whether it, or the label of its list, denies or forbids something."""
    hedged: bool
    """Whether it is a wish, an order, a condition or a question rather than a fact."""
    in_code: bool
    """Whether it stands in a code block."""


class Statements(Struct, frozen=True, kw_only=True):
    """What the documents say about how the team works."""

    statements: tuple[Statement, ...]
    """By document and line."""


@fact
def statements(snapshot: Snapshot) -> Statements:
    """Read the policy documents: Markdown and text in the root and the folders for documents."""
    found: list[Statement] = []
    paths = [
        entry.path
        for entry in snapshot.entries
        if entry.kind is EntryKind.FILE and _is_policy(entry.path)
    ]
    if len(paths) > _MOST_DOCUMENTS:
        reason = f"only {_MOST_DOCUMENTS} of {len(paths)} documents are read"
        snapshot.note_gap(paths[_MOST_DOCUMENTS], reason)
    for path in paths[:_MOST_DOCUMENTS]:
        text = snapshot.text(path, CONFIG_LIMIT)
        if text is not None:
            found += read_statements(path, text)
    return Statements(statements=tuple(found))


def read_statements(path: str, text: str) -> Iterator[Statement]:
    """Yield the sentences of a document that are about how the team works."""
    heading = label = fence = ""
    for number, raw in enumerate(text.split("\n"), start=1):
        line = raw[:_LONGEST_LINE]
        bare = line.strip().lower()
        if bare.startswith(("```", "~~~")):
            fence = "" if fence and bare.startswith(fence) else fence or bare[:3]
            continue
        if fence:
            if _ABOUT.search(bare):
                denied = _denies(bare)
                yield Statement(
                    path, number, bare, line.strip(), heading, denied, hedged=False, in_code=True
                )
            continue
        if bare.startswith("#"):
            heading, label = bare.strip("# "), ""
            continue
        item = _LIST.match(line)
        if item is None and bare and not bare.startswith("|"):
            label = bare if bare.rstrip("*_ ").endswith(":") else ""
        if bare and ("branch" in heading or _ABOUT.search(bare)):
            yield from _sentences(path, number, line, item, f"{heading}\n{label}")


def _sentences(
    path: str, number: int, line: str, item: re.Match[str] | None, above: str
) -> Iterator[Statement]:
    undone = item is not None and item[1] == " "
    heading = above.partition("\n")[0]
    for quote in _SENTENCE.split((line[item.end() :] if item else line).strip(" >\t")):
        sentence = quote.lower()
        if "branch" in heading or _ABOUT.search(sentence):
            negated = _denies(sentence) or (item is not None and _denies(above))
            hedged = undone or bool(_HEDGE.search(sentence) or _ORDER.match(sentence))
            yield Statement(
                path, number, sentence, quote, heading, negated, hedged=hedged, in_code=False
            )


def _denies(text: str) -> bool:
    return _NEGATION.search(_BOUNDS.sub("", text)) is not None


def _is_policy(path: str) -> bool:
    lowered = path.lower()
    if not lowered.endswith(_ENDINGS) or ("/" in path and not lowered.startswith(_FOLDERS)):
        return False
    *folders, name = lowered.split("/")
    if not _OTHER_TIMES.isdisjoint(folders) or _OTHER_NAMES.search(name):
        return False
    return not (is_vendored(path) or is_fixture(path) or is_test(path))
