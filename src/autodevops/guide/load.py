"""Reads the guide: the built-in one, an organisation's, a team's."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from autodevops.guide.build import build
from autodevops.guide.model import Guide

DEFAULT_GUIDE = "staff-engineer"
"""Name of the guide that every other one extends in the end."""


@cache
def built_in_text() -> str:
    """Return the text of the built-in guide."""
    return (files("autodevops.guide") / f"{DEFAULT_GUIDE}.toml").read_text(encoding="utf-8")


def built_in_tables() -> dict[str, Any]:
    """Return the tables of the built-in guide."""
    return tomllib.loads(built_in_text())


def built_in_guide() -> Guide:
    """Return the built-in guide as it is."""
    return build(built_in_tables())
