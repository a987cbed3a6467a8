"""Options that go together: declared once, as fields of a named tuple, and taken by any command."""

from collections.abc import Callable, Iterator
from functools import wraps
from inspect import Parameter, signature
from typing import TypeVar

_R = TypeVar("_R")


def grouped(command: Callable[..., _R]) -> Callable[..., _R]:
    """Return a command as Typer takes it, with the options of each group in the group's place.

    A group is a keyword parameter that is annotated with a named tuple. Each of its fields is an
    option, annotated as Typer wants it, with a default.
    """
    declared = signature(command)
    groups = {
        name: parameter.annotation
        for name, parameter in declared.parameters.items()
        if hasattr(parameter.annotation, "_fields")
    }

    @wraps(command)
    def called(**given: object) -> _R:
        for name, group in groups.items():
            given[name] = group(**{option: given.pop(option) for option in group._fields})
        return command(**given)

    spread = [option for one in declared.parameters.values() for option in _options(one)]
    vars(called)["__signature__"] = declared.replace(parameters=spread)
    return called


def _options(parameter: Parameter) -> Iterator[Parameter]:
    """Yield the options of a group, or the parameter itself."""
    group = parameter.annotation
    if not hasattr(group, "_fields"):
        yield parameter
        return
    for name, annotation in group.__annotations__.items():
        default = group._field_defaults[name]
        yield Parameter(name, Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
