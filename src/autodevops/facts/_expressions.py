"""GitHub's expressions (`${{ ... }}`, `if:`): read, and answered as far as the values are known."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from autodevops.facts._expression_values import Open, Plain, Value, as_text, compared, opened
from autodevops.model.patterns import regex

__all__ = ["Open", "Plain", "Value", "calls_in", "evaluate", "names_in", "truth"]

MAX_CHARACTERS = 4_000
"""Longest expression that is read."""
MAX_DEPTH = 40
"""Deepest nesting that is read."""

_TOKEN = regex(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?(?:0x[0-9a-fA-F]+|\d+\.?\d*(?:[eE][+-]?\d+)?))"
    r"|(?P<name>[A-Za-z_][\w-]*)|(?P<mark>\|\||&&|==|!=|<=|>=|[!<>()\[\].,*]))"
)
_WHOLE = regex(r"\s*\$\{\{(.*)\}\}\s*", re.DOTALL)
_STATUS = {"always": True, "success": True, "failure": False, "cancelled": False}
_CONSTANTS: dict[str, Plain] = {"true": True, "false": False, "null": None}


class _UnreadableError(Exception):
    """The text is no expression."""


class _Token(NamedTuple):
    kind: str
    text: str


def evaluate(text: str, known: Mapping[str, Plain]) -> Value:
    """Return what an expression comes to when these names have these values.

    `text` may stand in `${{ }}` or not, as in `if:`. Names are compared without case. Status
    functions answer as after a success, unless `known` has them as `success()`, `failure()` ...
    What is not known, or can't be read, is `Open`.
    """
    inner = _WHOLE.fullmatch(text)
    body = inner[1] if inner is not None and "${{" not in inner[1] else text
    if "${{" in body or len(body) > MAX_CHARACTERS:
        return Open(names_in(text))
    try:
        reader = _Reader(list(_tokens(body)), known)
        value = reader.either()
    except _UnreadableError:
        return Open(names_in(text))
    return value if reader.at_end else Open(names_in(text))


def names_in(text: str) -> frozenset[str]:
    """Return the dotted names that a text mentions outside quotes, in lower case."""
    bare = re.sub(r"'[^']{0,2000}'", "''", text[:MAX_CHARACTERS])
    found = re.findall(r"[A-Za-z_][\w-]*+(?:\.[\w*-]++)*+(?!\s{0,9}\()", bare)
    return frozenset(name.lower() for name in found if name.lower() not in _CONSTANTS)


def calls_in(text: str) -> frozenset[str]:
    """Return the functions that a text calls, in lower case."""
    bare = re.sub(r"'[^']{0,2000}'", "''", text[:MAX_CHARACTERS])
    return frozenset(name.lower() for name in re.findall(r"([A-Za-z_]\w*)\s{0,9}\(", bare))


def truth(value: Value) -> bool | None:
    """Return whether a value counts as true; None when only a run can tell."""
    if isinstance(value, Open):
        return None
    return not (value is None or value is False or value in ("", 0))


def _tokens(text: str) -> Iterator[_Token]:
    at = 0
    text = text.rstrip()
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None or found.lastgroup is None:
            raise _UnreadableError
        yield _Token(found.lastgroup, found[found.lastgroup])
        at = found.end()


@dataclass(slots=True)
class _Reader:
    """Reads and answers at once, by precedence: `||`, `&&`, comparisons, `!`."""

    tokens: list[_Token]
    known: Mapping[str, Plain]
    at: int = 0
    depth: int = field(default=0)

    @property
    def at_end(self) -> bool:
        return self.at >= len(self.tokens)

    def next_is(self, *marks: str) -> str | None:
        """Take the next token if it is one of these marks."""
        if not self.at_end and self.tokens[self.at].kind == "mark":
            text = self.tokens[self.at].text
            if text in marks:
                self.at += 1
                return text
        return None

    def expect(self, mark: str) -> None:
        if self.next_is(mark) is None:
            raise _UnreadableError

    def either(self) -> Value:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise _UnreadableError
        value = self.both()
        while self.next_is("||"):
            right = self.both()
            match truth(value):
                case False:
                    value = right
                case None:
                    value = right if truth(right) else opened(value, right)
        self.depth -= 1
        return value

    def both(self) -> Value:
        value = self.comparison()
        while self.next_is("&&"):
            right = self.comparison()
            match truth(value):
                case True:
                    value = right
                case None:
                    value = right if truth(right) is False else opened(value, right)
        return value

    def comparison(self) -> Value:
        value = self.negation()
        while (mark := self.next_is("==", "!=", "<", ">", "<=", ">=")) is not None:
            right = self.negation()
            if isinstance(value, Open) or isinstance(right, Open):
                value = opened(value, right)
            else:
                value = compared(mark, value, right)
        return value

    def negation(self) -> Value:
        turns = 0
        while self.next_is("!"):
            turns += 1
        value = self.atom()
        if not turns:
            return value
        known = truth(value)
        return value if known is None else known ^ (turns % 2 == 1)

    def atom(self) -> Value:
        if self.next_is("("):
            value = self.either()
            self.expect(")")
            return value
        if self.at_end:
            raise _UnreadableError
        token = self.tokens[self.at]
        self.at += 1
        match token.kind:
            case "text":
                return token.text[1:-1].replace("''", "'")
            case "number":
                return float(int(token.text, 0)) if "x" in token.text else float(token.text)
            case "name" if self.next_is("("):
                return self.call(token.text.lower())
            case "name" if token.text.lower() in _CONSTANTS:
                return _CONSTANTS[token.text.lower()]
            case "name":
                return self.named(token.text.lower())
        raise _UnreadableError

    def named(self, name: str) -> Value:
        """Read the rest of a dotted name and return its value."""
        while True:
            if self.next_is("."):
                if self.at_end:
                    raise _UnreadableError
                name += "." + self.tokens[self.at].text.lower()
                self.at += 1
            elif self.next_is("["):
                key = self.either()
                self.expect("]")
                name += f".{key.lower()}" if isinstance(key, str) else ".*"
            else:
                break
        return self.known[name] if name in self.known else Open(frozenset({name}))

    def call(self, name: str) -> Value:
        arguments: list[Value] = []
        while not self.next_is(")"):
            arguments.append(self.either())
            if not self.next_is(","):
                self.expect(")")
                break
        if name in _STATUS:
            return self.known.get(f"{name}()", _STATUS[name])
        function = _FUNCTIONS.get(name)
        if function is None or len(arguments) != 2 or any(isinstance(a, Open) for a in arguments):  # noqa: PLR2004
            return opened(*arguments)
        first, second = (as_text(argument).lower() for argument in arguments)
        return function(first, second)


_FUNCTIONS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
}
