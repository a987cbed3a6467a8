"""Parses the SQL statements that shape a schema, each on its own, with PostgreSQL's own grammar.

The parser is C code that recurses: statements with more code than it can take without overflowing
its stack are refused before it sees them.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from autodevops.facts._sql.split import Statement, split
from autodevops.facts._words import words
from autodevops.model.patterns import regex

MAX_CODE = 30_000
"""Longest statement that is parsed, in characters outside quotes and comments."""
MAX_STATEMENTS = 4_000
"""Most statements of one file that are parsed."""

_SHAPING = words("create alter drop do set")
_WORD = regex(r"[A-Za-z]+")
_NAME = r"(?:\"[^\"]{1,80}\"|[A-Za-z_][\w$]{0,80})"
_WRITES = regex(
    rf"(?:insert\s+into|update(?:\s+only)?|delete\s+from(?:\s+only)?)\s+({_NAME}(?:\s*\.\s*{_NAME})?)",
    re.IGNORECASE,
)
_LONGEST_HEAD = 400


class Parsed(NamedTuple):
    """One statement, understood as far as it could be."""

    line: int
    """1-based line of its first word."""
    kind: str
    """The grammar's name, such as `create_stmt`; `write`, `select` or empty without a tree."""
    node: Any
    """The tree; None without one."""
    text: str
    """As written."""
    problem: str | None = None
    """Why there is no tree although the statement shapes the schema."""


def parse(text: str) -> Iterator[Parsed]:
    """Yield the statements of a text that shape a schema or write to it; the others are left out.

    Ends with a problem when there are more than `MAX_STATEMENTS`.
    """
    parsed = 0
    for statement in split(text):
        word = _WORD.match(statement.text)
        first = word[0].lower() if word else ""
        if first in {"insert", "update", "delete"}:
            yield Parsed(statement.line, "write", None, statement.text[:_LONGEST_HEAD])
        elif first == "select":
            yield from _selected(statement)
        elif first in _SHAPING or not first or _is_torn(first):
            if parsed == MAX_STATEMENTS:
                reason = f"only the first {MAX_STATEMENTS} statements are judged"
                yield Parsed(statement.line, "", None, "", reason)
                return
            parsed += 1
            yield from parse_statement(statement)


def parse_statement(statement: Statement) -> Iterator[Parsed]:
    """Yield what one statement holds."""
    from google.protobuf.message import DecodeError
    from postgast import PgQueryError, parse

    text, line, code = statement
    if code > MAX_CODE:
        yield Parsed(line, "", None, text, f"it is longer than {MAX_CODE} characters")
        return
    try:
        trees = parse(text).stmts
    except PgQueryError as error:
        yield Parsed(line, "", None, text, str(error)[:120])
        return
    except (DecodeError, RecursionError, UnicodeEncodeError, MemoryError):
        yield Parsed(line, "", None, text, "it nests too deep")
        return
    for raw in trees:
        kind = raw.stmt.WhichOneof("node") or ""
        yield Parsed(line, kind, getattr(raw.stmt, kind) if kind else None, text)


def written_relation(text: str) -> str | None:
    """Return the table, as written, that an `INSERT`, `UPDATE` or `DELETE` names."""
    found = _WRITES.match(text)
    return found[1] if found else None


def _selected(statement: Statement) -> Iterator[Parsed]:
    """Yield a `SELECT`: with its tree when it sets the search path."""
    if "search_path" in statement.text:
        yield from (found for found in parse_statement(statement) if found.problem is None)
    else:
        yield Parsed(statement.line, "select", None, statement.text[:_LONGEST_HEAD])


def _is_torn(first: str) -> bool:
    """Tell whether a first word begins no statement at all, such as `CRATE`."""
    return first not in _OTHER_STATEMENTS


_OTHER_STATEMENTS = words(
    """
    abort analyze begin call checkpoint close cluster comment commit copy deallocate declare
    discard end execute explain fetch grant import listen load lock merge move notify prepare
    reassign refresh reindex release reset revoke rollback savepoint security show start table
    truncate unlisten vacuum values with
    """
)
