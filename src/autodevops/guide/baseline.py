"""The baseline: findings that a team accepted on a day, by fingerprint, in a JSON file."""

import json
import re
from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import sha256

from msgspec import Struct

from autodevops.errors import ConfigurationError
from autodevops.model.patterns import regex
from autodevops.model.suggestion import nearest

SCHEMA = "autodevops/baseline/v1"
"""What a baseline says about itself."""

_LENGTH = 32
_REWRITE = "write it anew with `autodevops baseline write`"
_TOKENS = regex(r'"(?:[^"\\]|\\.)*"|[{}\[\]]')
_KEYS = ("fingerprint", "rule", "date", "subject")
_FINGERPRINT = regex(r"[0-9a-f]{32}\Z")
_RULE = regex(r"[A-Z]{2}[0-9]{3}\Z")


def fingerprint(rule_id: str, subject: str) -> str:
    """Return the identity of a finding: 32 hexadecimal digits from its rule and subject.

    Message, line and time are left out, so it survives edits, moves inside a file and re-clones.
    """
    identity = f"{rule_id}\0{subject}".encode("utf-8", errors="surrogatepass")
    return sha256(identity).hexdigest()[:_LENGTH]


class BaselineEntry(Struct, frozen=True, kw_only=True):
    """One accepted finding."""

    fingerprint: str
    """Identity of the finding."""
    rule: str
    """Rule id."""
    accepted: date
    """Day on which it was accepted."""
    subject: str | None = None
    """What it is about, for those who read the file."""


class Baseline(Struct, frozen=True, kw_only=True):
    """All accepted findings."""

    entries: tuple[BaselineEntry, ...] = ()
    """In the file's order, the first of each fingerprint."""


def dump_baseline(entries: Iterable[BaselineEntry]) -> str:
    """Return the file's text: one entry a line, sorted, so that a difference reads well."""
    unique = {entry.fingerprint: entry for entry in entries}
    ordered = sorted(
        unique.values(), key=lambda one: (one.rule, one.subject or "", one.fingerprint)
    )
    lines = ",\n".join(f"    {json.dumps(_plain(entry))}" for entry in ordered)
    body = f"[\n{lines}\n  ]" if lines else "[]"
    return f'{{\n  "schema": "{SCHEMA}",\n  "entries": {body}\n}}\n'


def _plain(entry: BaselineEntry) -> dict[str, str]:
    plain = {
        "fingerprint": entry.fingerprint,
        "rule": entry.rule,
        "date": entry.accepted.isoformat(),
    }
    return plain if entry.subject is None else {**plain, "subject": entry.subject}


def load_baseline(text: str, path: str) -> Baseline:
    """Return the baseline that a file's text holds; `path` is for messages.

    Raises ConfigurationError with the line of what is wrong.
    """
    content = _parse(text, path)
    lines = list(_entry_lines(text))
    found: dict[str, BaselineEntry] = {}
    for position, raw in enumerate(content):
        line = lines[position] if position < len(lines) else None
        entry = _entry(raw, path, line)
        found.setdefault(entry.fingerprint, entry)
    return Baseline(entries=tuple(found.values()))


def _parse(text: str, path: str) -> list[object]:
    """Return the raw entries of a baseline."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"the baseline is not JSON: {error.msg}"
        raise ConfigurationError(message, advice=_REWRITE, path=path, line=error.lineno) from None
    except (RecursionError, ValueError):
        message = "the baseline nests too deep or holds a number that is too long"
        raise ConfigurationError(message, advice=_REWRITE, path=path) from None
    if not isinstance(content, dict) or content.get("schema") != SCHEMA:
        message = f'a baseline is an object with "schema": "{SCHEMA}"'
        raise ConfigurationError(message, advice=_REWRITE, path=path, line=1)
    _refuse_unknown(content, ("schema", "entries"), path, 1)
    entries = content.get("entries")
    if not isinstance(entries, list):
        raise ConfigurationError('"entries" is a list', advice=_REWRITE, path=path, line=1)
    return entries


def _entry_lines(text: str) -> Iterator[int]:
    """Yield the 1-based line of each object inside the outer object's list."""
    depth = 0
    line, seen = 1, 0
    for token in _TOKENS.finditer(text):
        bracket = token.group()
        if bracket in "}]":
            depth -= 1
        elif bracket in "{[":
            depth += 1
            if bracket == "{" and depth == 3:  # noqa: PLR2004 - object, list, object
                line += text.count("\n", seen, token.start())
                seen = token.start()
                yield line


def _entry(raw: object, path: str, line: int | None) -> BaselineEntry:
    """Return one entry, checked."""
    if not isinstance(raw, dict):
        message = "an entry of the baseline is an object with fingerprint, rule and date"
        raise ConfigurationError(message, advice=_REWRITE, path=path, line=line)
    _refuse_unknown(raw, _KEYS, path, line)
    identity = _text(raw, "fingerprint", _FINGERPRINT, "32 hexadecimal digits", (path, line))
    rule = _text(raw, "rule", _RULE, "a rule's id such as BR004", (path, line))
    subject = raw.get("subject")
    try:
        accepted = date.fromisoformat(str(raw.get("date")))
    except ValueError:
        message = f'"date" is a day such as 2026-02-20, not {_shown(raw.get("date"))}'
        raise ConfigurationError(message, advice=_REWRITE, path=path, line=line) from None
    return BaselineEntry(
        fingerprint=identity,
        rule=rule,
        accepted=accepted,
        subject=subject if isinstance(subject, str) else None,
    )


def _text(
    raw: dict[str, object],
    key: str,
    shape: re.Pattern[str],
    wanted: str,
    place: tuple[str, int | None],
) -> str:
    """Return a text of an entry that has the wanted shape."""
    value = raw.get(key)
    if isinstance(value, str) and shape.match(value):
        return value
    message = f'"{key}" is {wanted}, not {_shown(value)}'
    raise ConfigurationError(message, advice=_REWRITE, path=place[0], line=place[1])


def _refuse_unknown(
    raw: dict[str, object], known: tuple[str, ...], path: str, line: int | None
) -> None:
    """Raise for the first key that a baseline does not have."""
    for key in raw:
        if key not in known:
            close = nearest(key, known)
            advice = f'did you mean "{close}"?' if close else f"its keys are {', '.join(known)}"
            message = f"a baseline has no key {_shown(key)} here"
            raise ConfigurationError(message, advice=advice, path=path, line=line)


def _shown(value: object) -> str:
    """Return a value for a message, cut short."""
    limit = 60
    text = json.dumps(value)
    return text if len(text) <= limit else f"{text[:limit]}..."
