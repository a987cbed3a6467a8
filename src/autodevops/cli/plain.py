"""Commands that take texts as written.

Typer converts every value through pydantic, even text and what was not given; its import alone
takes a tenth of a short audit. Values that need no conversion are kept from it here.
"""

from collections.abc import Callable, Iterable

import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

_TEXTS = (str, list[str])
_Convert = Callable[[typer.Context, object], object]


class PlainCommand(TyperCommand):
    """A command whose texts need no conversion."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # Typer makes the context
        """Parse as usual, texts left as they are."""
        _leave_texts(self.get_params(ctx))
        return super().parse_args(ctx, args)


class PlainGroup(TyperGroup):
    """A group of commands whose own texts need no conversion."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # Typer makes the context
        """Parse as usual, texts left as they are."""
        _leave_texts(self.get_params(ctx))
        return super().parse_args(ctx, args)

    def invoke(self, ctx: typer.Context) -> object:  # type: ignore[override]  # Typer makes the context
        """Run the command; of an interruption Typer itself would leave the exit code only."""
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt as request:
            raise typer.Abort from request


def _leave_texts(parameters: Iterable[object]) -> None:
    for parameter in parameters:
        if isinstance(parameter, TyperArgument | TyperOption) and not parameter.required:
            parameter.process_value = _plain(parameter)  # type: ignore[assignment]  # Typer keeps its context private


def _plain(parameter: TyperArgument | TyperOption) -> _Convert:
    """Return what takes a parameter's value as written, if there is none or it is text."""
    described = getattr(parameter, "type_descriptor", None)
    is_text = getattr(described, "annotation", None) in _TEXTS
    is_several = parameter.multiple or parameter.nargs == -1
    convert: _Convert = type(parameter).process_value.__get__(parameter)

    def take(ctx: typer.Context, value: object) -> object:
        if value is not None and not is_text:
            return convert(ctx, value)
        taken = () if value is None and is_several else value
        return taken if parameter.callback is None else parameter.callback(ctx, parameter, taken)

    return take
