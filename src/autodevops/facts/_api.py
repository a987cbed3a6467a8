"""How a fact is made: a function from the snapshot, other facts and sections of the guide."""

from collections.abc import Callable
from typing import Any, TypeVar

Provider = Callable[..., Any]
"""Returns a fact, or `Unavailable`, or `NotApplicable`; its parameters are resolved by type."""

_P = TypeVar("_P", bound=Provider)


def fact(provider: _P) -> _P:
    """Mark a function as the maker of the fact that its return annotation names first.

    The parameters' annotations say what it needs: `Snapshot`, other facts, sections of the guide.
    A parameter annotated `SomeFact | Unavailable` (or `| NotApplicable`) is given such an answer;
    without it, an `Unavailable` or `NotApplicable` parameter becomes the answer of the fact itself.
    Annotations are read at run time: modules with facts don't postpone their evaluation.
    """
    provider.__fact__ = True  # type: ignore[attr-defined]
    return provider
