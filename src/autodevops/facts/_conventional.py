"""Commit headers by the grammar of Conventional Commits 1.0.0."""

import re
from typing import NamedTuple

from autodevops.model.patterns import regex

_HEADER = regex(r"([A-Za-z][A-Za-z0-9_-]{0,40})(\([^()\n]{1,100}\))?(!)?:[ ](\S.*)")
_PULL_REQUEST = regex(r"\s{1,3}\((?:#|!|gh-)\d{1,9}\)$", re.IGNORECASE)


class Header(NamedTuple):
    """A header that fits the grammar."""

    type: str
    """In lower case."""
    scope: str | None
    """Without its parentheses."""
    breaking: bool
    """Whether `!` stands before the colon."""
    description: str
    """What stands behind it."""


def parse_header(message: str) -> Header | None:
    """Return the header of a commit message; None when it does not fit the grammar.

    The type is taken without regard to case, as the specification's rule 15 allows.
    """
    match = _HEADER.fullmatch(header_of(message))
    if match is None:
        return None
    scope = match[2][1:-1].strip() if match[2] else None
    return None if scope == "" else Header(match[1].lower(), scope, match[3] is not None, match[4])


def header_of(message: str) -> str:
    """Return the first line of a message, trailing blanks left out."""
    return message.lstrip("\n").partition("\n")[0].rstrip()


def without_pull_request(header: str) -> str:
    """Return a header without the number that GitHub appends when it squashes."""
    return _PULL_REQUEST.sub("", header)


def is_revert(message: str) -> bool:
    """Tell whether git wrote the message of a revert, or of a revert's revert."""
    return header_of(message).startswith(('Revert "', 'Reapply "'))
