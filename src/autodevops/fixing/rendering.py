"""Renders the documents and scripts of `templates/`, each from values that its caller knows."""

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment


def rendered(template: str, **values: object) -> str:
    """Return a template filled in; a value that it needs and lacks is an error."""
    return _environment().get_template(template).render(values)


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    return environment("autodevops.fixing")


def environment(package: str, **signs: str) -> "Environment":
    """Return what reads the templates of a package; `signs` are jinja2's, where others are used."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    # Markdown, scripts and code, not HTML; every value is the guide's or the repository's own.
    return Environment(
        loader=PackageLoader(package, "templates"),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        **signs,  # type: ignore[arg-type] # all of them are text, which jinja2's own types mix
    )
