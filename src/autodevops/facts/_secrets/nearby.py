"""What stands around a match: its line, the name that it is given, marks, comments that accept it.

Looks at a bounded stretch of bytes on either side, so that one line of 20 MB costs no more.
"""

import re
from functools import cached_property

from autodevops.facts._secrets import kinds
from autodevops.facts._secrets.kinds import SecretKind
from autodevops.facts._secrets.places import DOCUMENTED_REACH, Content
from autodevops.facts._secrets.words import names_secret
from autodevops.model.detection import Allowance
from autodevops.model.patterns import regex

_REACH = 400
_FAR = 1500
# Only whole words, and never a part of one: tried from each letter on, a line of 400 took 1 ms.
_NAME_BEFORE = regex(
    r"((?:@|(?<![A-Za-z_@$])[A-Za-z_$])[\w.\-$]{0,100}+)\\?[\"'`\])]{0,3}\s{0,5}"
    r"(?::\s{0,3}[\w.\[\]|<>]{1,30}\s{0,3}=|=>|:=|={1,3}|:|\s[^<>]{0,80}+>|\s|>|,)\s{0,12}"
    r"(?:[a-zA-Z.]{1,30}\()?[a-zA-Z@]{0,2}\\?[\"'`]{0,3}(?:[Bb]earer |[Bb]asic |[Tt]oken )?$"
)
_NAME_REACH = 260
_SEPARATOR = regex(r"[:=>,\s]")
_VALUE_REACH = 60
"""How far back a name, and what separates it from its value, can begin by the pattern above."""
_WORD = regex(r"[A-Za-z_][\w.\-]{2,100}")
_ALLOW = regex(
    r"autodevops:\s{0,5}allow\s{1,5}([A-Za-z][\w-]{1,40}(?:\s{0,3},\s{0,3}[A-Za-z][\w-]{1,40}){0,9})"
    r"(?:\s{1,5}--(?!>)\s{0,5}([^\n]{0,300}))?"
)
_CLOSERS = regex(r"\s*(?:\*/|-->|#\}|%>|\"\"\"|[\"',;]+)\s*$")
_FIREBASE = (b"authDomain", b"mobilesdk_app_id", b"GOOGLE_APP_ID", b"firebaseapp.com")
_SEARCH = (b"docsearch", b"DocSearch", b"indexName", b"algolia", b"Algolia")
_ACCOUNT = regex(rb"private_key_id\W{1,12}[0-9a-f]{40}")
_IN_LINK = regex(
    r"(?:SubscriptionId|AWSAccessKeyId|X-Amz-Credential|[?&;]Credential)(?:=|%3D)$"
    r"|alt=media&(?:amp;)?token=$|(?:badge[^\s\"')]{0,80}|\.svg)\?token=$"
)
"""Signed links carry the name of a key; links to a picture and badges are for every reader."""
_FOR_TESTS = regex(
    r"(?:^|[^A-Za-z])(?i:test|fake|dummy|mock|stub|sample|example)"
    r"|[a-z](?:Test|Fake|Dummy|Mock|Stub|Sample|Example)"
)
_SAMPLE = regex(r"(?i)(?:^|[^\w.-])examples?[\"']?(?:\s{0,3}[:=]\s{0,3}|\s)\[?\s{0,12}[\"'`]?$")
"""What a schema or a comment gives as an example: `examples=["..."]`, `@example ...`."""
_DOCUMENTATION = regex(
    rb"(?i)^\s*[rbu]?$|(?:doc|examples?|return|usage|help|description|epilog)"
    rb"\w{0,20}\s{0,5}=\s{0,5}[rbu]?$"
)
_MAPS = (b"maps.googleapis.com/maps/api/js", b"maps/embed/v1")
_END = regex(rb"-----END [A-Z0-9 ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_KEY_REACH = 20_000


class Nearby:
    """The surroundings of one match."""

    def __init__(self, content: Content, start: int, end: int) -> None:
        """Look at the bytes from `start` to `end`."""
        self._whole = content
        self._content = content.text
        self._start = start
        self._end = end

    @cached_property
    def _line_start(self) -> int:
        return self._whole.line_start(self._start)

    @cached_property
    def line_number(self) -> int:
        """Return the 1-based line of the first byte."""
        return self._whole.line(self._start)

    @cached_property
    def column(self) -> int:
        """Return the 1-based column of the first byte, in characters."""
        return self._whole.column(self._start)

    def end_line(self, *, key: bool) -> int:
        """Return the 1-based line of the last byte; of a private key's footer if it is one."""
        end = self._end
        if key:
            footer = _END.search(self._content, self._start, self._start + _KEY_REACH)
            end = footer.end() if footer else end
        return self.line_number + self._content.count(b"\n", self._start, end)

    @cached_property
    def _before(self) -> str:
        reach = max(0, self._start - _REACH)
        # Searched no further back: one line may have 20 MB and a thousand matches.
        first = self._content.rfind(b"\n", reach, self._start) + 1 or reach
        return self._content[first : self._start].decode("utf-8", "replace")

    @cached_property
    def _after(self) -> str:
        stop = self._content.find(b"\n", self._end, self._end + _REACH)
        last = stop if stop >= 0 else self._end + _REACH
        return self._content[self._end : last].decode("utf-8", "replace")

    @property
    def line(self) -> str:
        """Return the line without the value, as far as it is near."""
        return f"{self._before} {self._after}"

    @property
    def marked(self) -> str:
        """Return the line's comment or name part that could mark test data, short and cacheable."""
        text = self.line.lower()
        return next((word for word in _MARKS if word in text), "")

    def name(self, *, far: bool) -> str | None:
        """Return the variable or key that the value is given; `far` looks a few lines up."""
        if far:
            first = max(0, self._start - _REACH)
            before = self._content[first : self._start].decode("utf-8", "replace")
            named = [word for word in _WORD.findall(before) if names_secret(word)]
            return named[-1] if named else None
        before = self._before[-_NAME_REACH:]
        if _SEPARATOR.search(before, max(0, len(before) - _VALUE_REACH)) is None:
            return None
        found = _NAME_BEFORE.search(before)
        return found[1].strip("$@.-") or None if found else None

    def refined(self, kind: SecretKind, name: str | None) -> SecretKind | None:
        """Return a closer kind for these surroundings; None when they say it is public."""
        around = self._content[max(0, self._start - _FAR) : self._end + _FAR]
        if self._is_shown(kind, name, around):
            return None
        account = b"service_account" in around and _ACCOUNT.search(around) is not None
        if kind.slug == "private-key" and account:
            return kinds.SERVICE_ACCOUNT
        if kind.slug == "google-api-key":
            named = "firebase" in (name or "").lower()
            browser = any(mark in around for mark in _FIREBASE) or any(
                mark in around for mark in _MAPS
            )
            return None if named or browser else kind
        return kind

    def _is_shown(self, kind: SecretKind, name: str | None, around: bytes) -> bool:
        """Tell whether every visitor of a page sees the value: a search key, a badge, a link."""
        if kind.slug == "api-key" and "admin" not in (name or "").lower():
            return any(mark in around for mark in _SEARCH)
        if kind.slug in {"token", "aws-credentials"}:
            return _IN_LINK.search(self._before) is not None
        return False

    @property
    def minified(self) -> bool:
        """Tell whether the line goes on and on, as only the scripts of pages do."""
        return len(self._before) + len(self._after) >= _REACH * 3 // 2

    @property
    def cut_short(self) -> bool:
        """Tell whether dots stand for the rest of the value."""
        return self._after.startswith(("...", "\N{HORIZONTAL ELLIPSIS}"))

    @property
    def tested(self) -> bool:
        """Tell whether the line names the value as one for tests: `testWebhook = "..."`."""
        return _FOR_TESTS.search(self._before) is not None

    @property
    def is_sample(self) -> bool:
        """Tell whether the value is what a schema shows as an example."""
        return _SAMPLE.search(self._before[-_VALUE_REACH:]) is not None

    @property
    def in_document(self) -> bool:
        """Tell whether the value stands in a documentation string of Python."""
        if self._start > DOCUMENTED_REACH:
            return False
        for mark in (b'"""', b"'''"):
            opening = self._whole.opened_by(mark, self._start)
            if opening is not None:
                line = self._content[self._content.rfind(b"\n", 0, opening) + 1 : opening]
                return _DOCUMENTATION.search(line) is not None
        return False

    def allowance(self) -> Allowance | None:
        """Return the comment that accepts the value: on its line, or alone on the line above."""
        number = self.line_number
        if (found := _ALLOW.search(self._after)) is not None:
            return _allowance(found, number)
        above_start = self._content.rfind(b"\n", 0, max(0, self._line_start - 1)) + 1
        above_end = min(max(0, self._line_start - 1), above_start + _REACH)
        above = self._content[above_start:above_end]
        text = above.decode("utf-8", "replace")
        found = _ALLOW.search(text)
        if found is not None and re.search(r"\w", text[: found.start()]) is None:
            return _allowance(found, number - 1)
        found = _ALLOW.search(self._before)
        return None if found is None else _allowance(found, number)


_MARKS = (
    "fake", "dummy", "not real", "not-real", "not a real", "not a secret", "mock", "invented",
    "made up", "made-up", "bogus", "for test only", "for tests only", "test only", "test-only",
    "example only", "throwaway",
)  # fmt: skip


def _allowance(found: re.Match[str], line: int) -> Allowance:
    rules = tuple(re.split(r"\s*,\s*", found[1]))
    reason = (found[2] or "").strip()
    while (shorter := _CLOSERS.sub("", reason)) != reason:
        reason = shorter
    return Allowance(rules=rules, reason=reason or None, line=line)
