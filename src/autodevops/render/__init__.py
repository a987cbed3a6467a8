"""Turns reports into text for people and programs."""

from autodevops.render.interface import (
    DEFAULTS,
    Format,
    Renderer,
    RenderOptions,
    format_named,
    render,
)

__all__ = ["DEFAULTS", "Format", "RenderOptions", "Renderer", "format_named", "render"]
