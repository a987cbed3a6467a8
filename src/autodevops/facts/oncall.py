"""Whether the on-call playbook says who is called and how."""

import re

from msgspec import Struct

from autodevops.facts._api import fact
from autodevops.facts._markdown import parse
from autodevops.facts._markdown_parts import Markdown
from autodevops.facts._placeholders import is_slot
from autodevops.facts._stubs import stub_reason
from autodevops.facts.path_index import PathIndex
from autodevops.facts.runbooks import runbook_place
from autodevops.facts.services import Services
from autodevops.guide.model import SloPolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, Snapshot

_EMAIL = regex(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")
_HANDLE = regex(r"(?<![\w/.])@[A-Za-z][\w-]{1,38}(?:/[\w.-]{1,100})?")
_PHONE = regex(r"(?<![\w.])\+?\(?\d{1,4}\)?(?:[ .-]?\(?\d{2,4}\)?){2,4}(?![\w.])")
_CHANNEL = regex(r"(?<![\w&#/(])#[a-z][a-z0-9_-]{2,79}\b")
_PRODUCT = regex(
    r"\b(?:pagerduty|opsgenie|slack|teams|discord|telegram|signal|phone|call|sms|text message"
    r"|grafana oncall|incident\.io|splunk on-call|victorops|e-?mail|zoom|page)\b",
    re.IGNORECASE,
)
_GROUP = regex(
    r"\b(?:on-?call|primary|secondary|escalat\w+|schedule|rotation|policy|team|lead|manager"
    r"|commander|owner|maintainers?|responder)\b",
    re.IGNORECASE,
)
# "Primary: Ada Lovelace", "the platform team", "schedule `shop-primary`".
_NAMED = regex(
    r"\b(?:primary|secondary|backup|lead|manager|owner|contact|commander|on-?call(?: engineer)?"
    r"|escalation|schedule|rotation|policy|team|maintainers?)\b[^:|\n]{0,40}[:|][ \t*]{1,4}[`@]?"
    r"[A-Z`@][\w.@`-]{2,}|\b(?:the )?[A-Za-z][\w-]{2,20} (?:team|rotation|schedule|on-call)\b"
    r"|\b(?:schedule|rotation|escalation policy|team|service) [`\"“'][^`\"”'\n]{3,60}[`\"”']",
    re.IGNORECASE,
)
_ROLE_COLUMN = regex(r"name|who|contact|person|engineer|owner|primary|handle", re.IGNORECASE)
_EMPTY_CELL = regex(r"[\s\-–—_.?/]*|n/?a|tbd|tba|todo|<[^<>]*>|x{2,}", re.IGNORECASE)  # noqa: RUF001
_SLOTS = regex(
    r"<[^<>@\n]{2,60}>|\{\{[^}\n]{1,60}\}\}|x{3,}|_{3,}|\[[^\]\n]{2,60}\](?![(\[:])", re.IGNORECASE
)
_MAX_CHARACTERS = 100_000
_LONGEST_LINE = 1_000
_TITLE_WORDS = regex(r"^\W*(?:the|your|this|each|every|an?|any)\b", re.IGNORECASE)


class OncallPlaybook(Struct, frozen=True, kw_only=True):
    """What the on-call playbook says about people."""

    path: str
    """Where it lies, or belongs."""
    exists: bool
    """Whether it is there."""
    stub: str | None
    """Why it is a stub; None when somebody wrote it."""
    who: tuple[tuple[int, str], ...]
    """Lines that name somebody, with what they say."""
    how: tuple[tuple[int, str], ...]
    """Lines that say how they are reached."""
    slots: tuple[tuple[int, str], ...]
    """Lines where a placeholder stands instead."""


@fact
def oncall_playbook(
    snapshot: Snapshot, index: PathIndex, services: Services, policy: SloPolicy
) -> OncallPlaybook | NotApplicable:
    """Read the playbook of a platform."""
    if not services.is_platform:
        return NotApplicable(reason=services.why_not_platform)
    path = runbook_place(index, policy.oncall_playbook)
    if path is None:
        return OncallPlaybook(
            path=policy.oncall_playbook, exists=False, stub=None, who=(), how=(), slots=()
        )
    text = snapshot.text(path, CONFIG_LIMIT) or ""
    if len(text) > _MAX_CHARACTERS:
        snapshot.note_gap(path, f"{path} is read up to {_MAX_CHARACTERS} characters only")
        text = text[:_MAX_CHARACTERS]
    who, how, slots = [], [], []
    markdown = parse(text)
    people = _people(markdown)
    titles = {heading.line for heading in markdown.headings} | {
        table.line for table in markdown.tables
    }
    for number, line in enumerate(text.split("\n"), start=1):
        shown = line.strip()[:120]
        if _is_slot_line(line[:_LONGEST_LINE]):
            slots.append((number, shown))
        # A title such as "On-call" or "Phone" names nobody.
        if number in titles:
            continue
        line = _SLOTS.sub(" ", line[:_LONGEST_LINE])  # noqa: PLW2901 - the line without its placeholders
        if number in people or _names_somebody(line):
            who.append((number, shown))
        if _says_how(line):
            how.append((number, shown))
    return OncallPlaybook(
        path=path,
        exists=True,
        stub=stub_reason(text),
        who=tuple(who),
        how=tuple(how),
        slots=tuple(slots),
    )


def _is_slot_line(line: str) -> bool:
    about = _GROUP.search(line) or _PRODUCT.search(line)
    return is_slot(line) or bool(about and _SLOTS.search(line))


def _names_somebody(line: str) -> bool:
    if is_slot(line):
        return False
    if _EMAIL.search(line) or _HANDLE.search(line):
        return True
    if _GROUP.search(line) and (_PHONE.search(line) or _CHANNEL.search(line)):
        return True
    if _GROUP.search(line) and re.search(r"pagerduty|opsgenie", line, re.IGNORECASE):
        return True
    found = _NAMED.search(line)
    return found is not None and not _TITLE_WORDS.match(found[0])


def _says_how(line: str) -> bool:
    if is_slot(line):
        return False
    return bool(
        _EMAIL.search(line) or _PHONE.search(line) or _CHANNEL.search(line) or _PRODUCT.search(line)
    )


def _people(markdown: Markdown) -> frozenset[int]:
    """Return the lines of tables whose column for a person is filled in."""
    found: set[int] = set()
    for table in markdown.tables:
        columns = [at for at, name in enumerate(table.header) if _ROLE_COLUMN.search(name)]
        for row in table.rows:
            cells = [row.cells[at] for at in columns if at and at < len(row.cells)]
            if any(not _EMPTY_CELL.fullmatch(cell) and not is_slot(cell) for cell in cells):
                found.add(row.line)
    return frozenset(found)
