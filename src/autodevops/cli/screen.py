"""What kind of screen standard output is: its width and whether it shows colours."""

import os
import shutil
import sys
from typing import TYPE_CHECKING

from msgspec import Struct

from autodevops.render.interface import DEFAULT_WIDTH, RenderOptions

if TYPE_CHECKING:
    from rich.console import Console

NARROWEST = 40
"""Columns below which nothing is laid out any more."""
WIDEST = 1000
"""Columns above which lines grow no longer."""


class Screen(Struct, frozen=True, kw_only=True):
    """Where text is shown."""

    width: int
    """Columns."""
    color: bool
    """Whether it shows colours."""
    unicode: bool
    """Whether it shows more than ASCII."""

    def options(
        self,
        *,
        verbose: bool = False,
        quiet: bool = False,
        path_prefix: str = "",
        brief: bool = False,
    ) -> RenderOptions:
        """Return how reports are shown on it."""
        return RenderOptions(
            width=self.width,
            color=self.color,
            unicode=self.unicode,
            verbose=verbose,
            quiet=quiet,
            brief=brief,
            path_prefix=path_prefix,
        )

    def console(self) -> "Console":
        """Return a Rich console of this kind that writes to memory only."""
        from io import StringIO

        from rich.console import Console

        return Console(
            file=StringIO(),
            width=self.width,
            color_system="standard" if self.color else None,
            force_terminal=self.color,
            no_color=not self.color,
            highlight=False,
            legacy_windows=False,
            emoji=False,
            markup=False,
        )


def screen(*, no_color: bool = False) -> Screen:
    """Return what standard output is, by `COLUMNS`, `NO_COLOR`, `FORCE_COLOR`, `TERM`, `CI`."""
    encoding = (getattr(sys.stdout, "encoding", None) or "utf-8").lower()
    return Screen(
        width=_width(),
        color=not no_color and _colors(),
        unicode=encoding.replace("-", "") in {"utf8", "utf8sig", "cp65001"},
    )


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")[:9]
    if columns.isdecimal() and int(columns):
        return min(max(int(columns), NARROWEST), WIDEST)
    if _on_terminal():
        return max(shutil.get_terminal_size((DEFAULT_WIDTH, 24)).columns, NARROWEST)
    return DEFAULT_WIDTH


def _on_terminal() -> bool:
    """Tell whether a person looks at standard output, which may be closed."""
    return sys.stdout is not None and sys.stdout.isatty()


def _colors() -> bool:
    """Tell whether to colour: https://no-color.org and https://force-color.org."""
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR", "0") not in {"", "0"}:
        return True
    return _on_terminal() and os.environ.get("TERM") != "dumb"
