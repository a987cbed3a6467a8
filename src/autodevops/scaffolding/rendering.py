"""Fills in the templates of `templates/`; their signs leave GitHub's `${{ }}` alone."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from autodevops.fixing.rendering import environment

if TYPE_CHECKING:
    from jinja2 import Environment


def filled(template: str, values: Mapping[str, object]) -> str:
    """Return a template with its values; one that is missing is an error."""
    return _environment().get_template(template).render(values)


def raw(template: str) -> str:
    """Return a file of the templates as it is."""
    return files(__package__).joinpath("templates", template).read_text(encoding="utf-8")


@lru_cache(maxsize=1)
def _environment() -> "Environment":
    # Names are of plain characters only, see `wishes`: none can begin a tag.
    return environment(
        "autodevops.scaffolding",
        block_start_string="<%",
        block_end_string="%>",
        variable_start_string="<<",
        variable_end_string=">>",
        comment_start_string="<#",
        comment_end_string="#>",
    )
