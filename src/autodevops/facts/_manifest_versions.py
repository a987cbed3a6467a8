"""Reads the version out of a manifest: the text and its line, or None when it claims none."""

import configparser
import json
import re
from collections.abc import Callable
from typing import TypeAlias

from autodevops.facts._toml import TomlError, load

Found: TypeAlias = tuple[str, int | None]
"""A version as written and its 1-based line."""
Reader: TypeAlias = Callable[[str], Found | None]
"""Reads a manifest's text; a file that doesn't parse claims nothing."""


def pyproject_version(text: str) -> Found | None:
    """Return `[project]` or `[tool.poetry]` version; a dynamic one is unknown."""
    data = _toml(text)
    project, tool = _table(data, "project"), _table(data, "tool")
    return _located(project.get("version") or _table(tool, "poetry").get("version"), text)


def cargo_version(text: str) -> Found | None:
    """Return the package's version; one that is inherited or not published is none."""
    data = _toml(text)
    package = _table(data, "package") or _table(_table(data, "workspace"), "package")
    return None if package.get("publish") is False else _located(package.get("version"), text)


def package_json_version(text: str) -> Found | None:
    """Return the version of a package that may be published."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(data, dict) or data.get("private") is True:
        return None
    return _located(data.get("version"), text)


def setup_cfg_version(text: str) -> Found | None:
    """Return `[metadata]` version unless it is computed (`attr:`, `file:`)."""
    parser = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return None
    version = parser.get("metadata", "version", fallback="")
    return None if version.startswith(("attr:", "file:")) else _located(version, text)


READERS: dict[str, Reader] = {
    "Cargo.toml": cargo_version,
    "package.json": package_json_version,
    "pyproject.toml": pyproject_version,
    "setup.cfg": setup_cfg_version,
}
"""A reader for each manifest, by file name."""


def _toml(text: str) -> dict[str, object]:
    try:
        return load(text)
    except TomlError:
        return {}


def _table(data: object, key: str) -> dict[str, object]:
    value = data.get(key) if isinstance(data, dict) else None
    return value if isinstance(value, dict) else {}


def _located(version: object, text: str) -> Found | None:
    """Return a version with the line that assigns it."""
    if not isinstance(version, str) or not version or not version[0].isdecimal():
        return None
    assigned = re.compile(rf"""[ \t{{,]*"?version"?[ \t]*[:=][ \t]*["']?{re.escape(version)}""")
    for number, line in enumerate(text.split("\n"), start=1):
        if assigned.match(line):
            return version, number
    return version, None
