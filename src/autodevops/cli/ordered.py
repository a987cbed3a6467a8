"""Commands that care about the order in which options are given."""

import typer

from autodevops.cli.plain import PlainCommand

_ORDER = "autodevops.order"


class OrderedCommand(PlainCommand):
    """A command that remembers in which order `--format` and `--output` were given."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]  # Typer makes the context
        """Note the order, then parse as usual."""
        values, _, order = self.make_parser(ctx).parse_args(args=list(args))
        names = [parameter.name for parameter in order]
        given = {name: iter(values.get(name) or ()) for name in ("format", "output")}
        ctx.meta[_ORDER] = tuple((name, next(given[name])) for name in names if name in given)
        return super().parse_args(ctx, args)


def given_order(ctx: typer.Context) -> tuple[tuple[str, str], ...]:
    """Return `--format` and `--output` with their values, in the order of the command line."""
    order: tuple[tuple[str, str], ...] = ctx.meta[_ORDER]
    return order
