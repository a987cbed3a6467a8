"""The values of GitHub's expressions, and how they compare."""

from typing import TypeAlias

from msgspec import Struct

Plain: TypeAlias = str | float | bool | None
"""A value that is known."""


class Open(Struct, frozen=True):
    """A value that only a run can tell."""

    names: frozenset[str] = frozenset()
    """What it depends on, such as `needs.changes.outputs.app`."""


Value: TypeAlias = Plain | Open
"""What an expression comes to."""


def opened(*values: Value) -> Open:
    """Return a value that depends on all that these depend on."""
    return Open(frozenset().union(*(value.names for value in values if isinstance(value, Open))))


def as_text(value: Value) -> str:
    """Return a value as GitHub writes it into a text; nothing for one that is not known."""
    match value:
        case None | Open():
            return ""
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
    return value


def compared(mark: str, left: Plain, right: Plain) -> bool:
    """Compare as GitHub does: texts without case, unlike types as numbers."""
    one: str | float
    other: str | float
    if isinstance(left, str) and isinstance(right, str):
        one, other = left.lower(), right.lower()
    else:
        one, other = _number(left), _number(right)
    match mark:
        case "==":
            return one == other
        case "!=":
            return one != other
        case "<":
            return one < other  # type: ignore[operator]  # both are of one type
        case ">":
            return one > other  # type: ignore[operator]
        case "<=":
            return one <= other  # type: ignore[operator]
    return one >= other  # type: ignore[operator]


def _number(value: Plain) -> float:
    match value:
        case None | "":
            return 0.0
        case str():
            try:
                return float(value)
            except ValueError:
                return float("nan")
    return float(value)
