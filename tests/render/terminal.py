"""Reports as a terminal shows them."""

from autodevops.model.report import Result
from autodevops.render import Format, RenderOptions, render


def as_text(*results: Result, **options: object) -> str:
    return render(results, Format.TEXT, RenderOptions(**options))  # type: ignore[arg-type]
