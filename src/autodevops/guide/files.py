"""Where configuration files are read from: the audited repository, or this machine."""

import os
import re
import stat
from collections.abc import Callable
from posixpath import dirname, join, normpath
from typing import Protocol

from msgspec import Struct

from autodevops.errors import ConfigurationError
from autodevops.guide.document import PYPROJECT, TEXT_LIMIT, parse_document
from autodevops.model.patterns import regex

CONFIG_FILES = ("autodevops.toml", ".autodevops.toml", PYPROJECT)
"""Where a team's file is looked for, in the root of the repository."""

_OUR_HEADER = regex(r"^[ \t]*\[+[ \t]*tool[ \t]*\.[ \t]*[\"']?autodevops(?![\w-])", re.MULTILINE)


class Files(Protocol):
    """A place that files are read from."""

    def resolve(self, base: str, reference: str) -> str | None:
        """Return the path that a file means by a reference; None when it leads outside."""
        ...

    def read(self, path: str) -> str | None:
        """Return a file's text, None when there is none; raises ConfigurationError."""
        ...


class RepositoryFiles(Struct, frozen=True):
    """Files of the audited repository, as the audit sees them: the tree, the index, a commit."""

    text: Callable[[str], str | None]
    """Returns a tracked file's text, None when there is none."""

    def resolve(self, base: str, reference: str) -> str | None:
        """Return a path inside the repository; None for any other."""
        if "\\" in reference or reference.startswith(("/", "~")) or ":" in reference:
            return None
        path = normpath(join(dirname(base), reference))
        return None if path == ".." or path.startswith("../") else path

    def read(self, path: str) -> str | None:
        """Return a tracked file's text."""
        return self.text(path)


class DiskFiles(Struct, frozen=True):
    """Files that the user names; they may be anywhere on this machine."""

    def resolve(self, base: str, reference: str) -> str | None:
        """Return the path relative to the folder of the file that names it."""
        return os.path.normpath(os.path.join(os.path.dirname(base), reference))  # noqa: PTH118, PTH120 - text in, text out

    def read(self, path: str) -> str | None:
        """Return a regular file's text; raises ConfigurationError when it can't be read."""
        try:
            return _regular_text(path)
        except FileNotFoundError:
            return None
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            advice = "save it as UTF-8"
            raise ConfigurationError(
                "the file is not UTF-8", advice=advice, path=path, line=line
            ) from None
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            message = f"the file can't be read: {reason}"
            raise ConfigurationError(
                message, advice="check the path and its permissions", path=path
            ) from None


def _regular_text(path: str) -> str:
    """Return the text of a regular file of bounded size; never waits on a pipe or device."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise ValueError("not a regular file")
        content = file.read(TEXT_LIMIT + 1)
    if len(content) > TEXT_LIMIT:
        raise ValueError("too large for a guide")
    return content.decode("utf-8-sig")


class ConfigFile(Struct, frozen=True, kw_only=True):
    """A team's file, found or named."""

    path: str
    """As people know it; inside the repository or on disk."""
    text: str
    """Its content."""
    files: Files
    """Where the files that it names are read from."""


def discover(files: RepositoryFiles) -> ConfigFile | None:
    """Return the team's file of a repository, None when it has none.

    Raises ConfigurationError when two files would do: which one counts must not be a guess.
    """
    found = [
        ConfigFile(path=path, text=text, files=files)
        for path in CONFIG_FILES
        if (text := files.read(path)) is not None and _is_ours(path, text)
    ]
    if len(found) > 1:
        names = " and ".join(file.path for file in found)
        raise ConfigurationError(
            f"there are two configurations: {names}",
            advice="keep one of them, or name the one to use with --config",
            path=found[1].path,
        )
    return found[0] if found else None


def _is_ours(path: str, text: str) -> bool:
    """Tell whether a file configures us; a broken `pyproject.toml` only when it names us."""
    if path != PYPROJECT:
        return True
    if "autodevops" not in text:
        return False
    try:
        return bool(parse_document(text, path).tables) or bool(_OUR_HEADER.search(text))
    except ConfigurationError:
        return bool(_OUR_HEADER.search(text))


def config_at(path: str) -> ConfigFile:
    """Return a file on disk that the user names; raises ConfigurationError when it isn't there."""
    files = DiskFiles()
    text = files.read(path)
    if text is None:
        raise ConfigurationError("there is no such file", advice="check the path", path=path)
    return ConfigFile(path=path, text=text, files=files)
