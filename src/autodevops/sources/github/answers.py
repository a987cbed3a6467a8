"""What GitHub answered: data, or why there is none."""

from typing import TypeVar

import msgspec
from msgspec import Struct

from autodevops.model.snapshot import Unavailable

_T = TypeVar("_T")
NOT_FOUND = 404
"""Status of what is not there, or hidden from this token."""
UNREADABLE = Unavailable("GitHub's answer has an unexpected shape", "an answer as documented")
"""Stands for data that is not what GitHub documents."""


class Answer(Struct, frozen=True, kw_only=True):
    """The answer to one REST request."""

    status: int
    """HTTP status; 0 when no whole answer came."""
    data: object = None
    """The decoded body; None where there is none."""
    unavailable: Unavailable | None = None
    """Why there is no data; None when there is."""
    message: str | None = None
    """GitHub's own words on why not, shortened."""
    next_page: str | None = None
    """Address of the page after this one."""

    @property
    def is_missing(self) -> bool:
        """Whether GitHub says 404: not there, or not for this token; `message` may tell."""
        return self.status == NOT_FOUND

    def read(self, shape: type[_T]) -> _T | Unavailable:
        """Return the data as a type that msgspec knows (a Struct, `list[...]`), or why not."""
        return self.unavailable if self.unavailable is not None else _shaped(self.data, shape)


class Listing(Struct, frozen=True, kw_only=True):
    """The items of all pages of one address."""

    status: int
    """HTTP status of the last page."""
    items: tuple[object, ...]
    """What was read."""
    unavailable: Unavailable | None = None
    """Why some or all are missing; None when the list is whole."""
    message: str | None = None
    """GitHub's own words on why."""

    @property
    def is_missing(self) -> bool:
        """Whether GitHub says 404: not there, or not for this token."""
        return self.status == NOT_FOUND

    def read(self, shape: type[_T]) -> tuple[_T, ...] | Unavailable:
        """Return the items as a type that msgspec knows; those of a cut-short list, too.

        `unavailable` tells the two apart; items of another shape make it Unavailable.
        """
        if self.unavailable is not None and not self.items:
            return self.unavailable
        return _shaped(self.items, tuple[shape, ...])  # type: ignore[valid-type]


class GraphError(Struct, frozen=True, kw_only=True):
    """One error of a GraphQL answer; the rest of the answer may be whole."""

    path: tuple[str | int, ...]
    """Where in the data a null stands for it; empty for the whole query."""
    kind: str
    """GitHub's type, such as `NOT_FOUND`, `FORBIDDEN` or `INSUFFICIENT_SCOPES`; may be empty."""
    message: str
    """GitHub's words, shortened."""


class GraphAnswer(Struct, frozen=True, kw_only=True):
    """The answer to one GraphQL query."""

    data: object = None
    """The decoded `data`; fields that failed are null."""
    errors: tuple[GraphError, ...] = ()
    """What failed, by path."""
    unavailable: Unavailable | None = None
    """Why there is no data at all; None when there is some."""

    def at(self, *path: str | int) -> object:
        """Return the value at a path, or an Unavailable where an error stands for it.

        A plain None is GitHub's own null: nothing is there, and nobody says that it was hidden.
        """
        if self.unavailable is not None:
            return self.unavailable
        value = self.data
        for depth, step in enumerate(path):
            if value is None:
                return self._error_on(path[:depth])
            value = _step(value, step)
            if isinstance(value, Unavailable):
                return value
        return self._error_on(path) if value is None else value

    def read(self, shape: type[_T], *path: str | int) -> _T | Unavailable:
        """Return the value at a path as a type that msgspec knows, or why not."""
        value = self.at(*path)
        return value if isinstance(value, Unavailable) else _shaped(value, shape)

    def below(self, *path: str | int) -> tuple[GraphError, ...]:
        """Return the errors at a path and under it."""
        return tuple(error for error in self.errors if error.path[: len(path)] == path)

    def _error_on(self, path: tuple[str | int, ...]) -> Unavailable | None:
        """Return the error that explains a null: at it, above it, or under it (nulls climb)."""
        for error in self.errors:
            shared = min(len(error.path), len(path))
            if error.path[:shared] == path[:shared]:
                return hidden(error)
        return None


def hidden(error: GraphError) -> Unavailable:
    """Return what an error of a GraphQL answer means for the field that it stands for."""
    match error.kind:
        case "FORBIDDEN":
            return Unavailable(f"the token may not see it: {error.message}")
        case "INSUFFICIENT_SCOPES":
            return Unavailable("the token lacks a scope", _scopes(error.message))
        case "NOT_FOUND":
            return Unavailable("GitHub shows this token no such thing; a permission may be missing")
        case _:
            return Unavailable(f"GitHub could not tell: {error.message}", "an answer of GitHub")


def _scopes(message: str) -> str | None:
    """Return the scopes that GitHub's sentence asks for (`following scopes: [...]`)."""
    _, found, rest = message.partition("following scopes: [")
    named = rest.partition("]")[0].replace("'", "") if found else ""
    return f"GitHub: scope {named.replace(', ', ' or ')}" if named else None


def _step(value: object, step: str | int) -> object:
    match value, step:
        case dict(), str():
            return value.get(step)
        case list(), int() if -len(value) <= step < len(value):
            return value[step]
        case _:
            return UNREADABLE


def _shaped(value: object, shape: type[_T]) -> _T | Unavailable:
    try:
        return msgspec.convert(value, shape, strict=True)
    except (msgspec.ValidationError, RecursionError):
        return UNREADABLE
