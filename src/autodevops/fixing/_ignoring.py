"""Adds patterns to `.gitignore`, each once."""

from collections.abc import Iterable

from autodevops.facts.ignores import Ignores
from autodevops.fixing import _lines
from autodevops.fixing._api import Edits, Site

GITIGNORE = ".gitignore"
"""The file of the root."""


def ignored(site: Site, patterns: Iterable[str]) -> Edits:
    """Return the edit that adds the patterns that `.gitignore` does not hold yet, at its end."""
    text = site.text(GITIGNORE) or ""
    there = {row.strip() for row in text.split("\n")}
    new = [one for one in dict.fromkeys(patterns) if one not in there]
    return site.write(GITIGNORE, _lines.appended(text, *new)) if new else ()


def is_ignored(site: Site, path: str) -> bool:
    """Tell whether git would ignore a path, tracked or not, before any edit."""
    ignores = site.fact(Ignores)
    return ignores is not None and ignores.ignoring(path) is not None


def anchored(path: str) -> str:
    """Return the pattern that means this path alone; a folder's ends with `/`."""
    # What is special in patterns is escaped; a path is not meant to match others.
    return "/" + "".join(f"\\{letter}" if letter in "*?[\\" else letter for letter in path)
