"""The imports that Python and TypeScript or JavaScript code writes down, with their lines."""

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from autodevops.facts._python_code import python_tree

PYTHON = (".py", ".pyi")
"""Endings of Python code."""
WEB = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte")
"""Endings of code with ECMAScript imports."""

# Looked for as plain text, which is many times faster than one pattern for all.
_WORDS = {
    "from": re.compile(r"\bfrom\s{0,3}[\"'`]([^\"'`\s]{1,300})[\"'`]"),
    "import": re.compile(r"\bimport(?:\s{0,3}\()?\s{0,3}[\"'`]([^\"'`\s]{1,300})[\"'`]"),
    "require": re.compile(r"\brequire\s{0,3}\(\s{0,3}[\"'`]([^\"'`\s]{1,300})[\"'`]"),
}
_COMMENT = ("//", "*", "/*", "#", "<!--")
_MARGIN = 300
"""Characters of a line that tell whether it is commented out."""


class PythonImport(NamedTuple):
    """One imported module."""

    line: int
    """1-based line."""
    level: int
    """Leading dots of a relative import; 0 for an absolute one."""
    module: str
    """Dotted name, empty for `from . import x`."""
    names: tuple[str, ...]
    """What is imported from it; nothing for `import module`."""


class WebImport(NamedTuple):
    """One imported specifier."""

    line: int
    """1-based line."""
    specifier: str
    """As written, without quotes."""


def python_imports(text: str) -> Iterator[PythonImport]:
    """Yield every import of a Python module; nothing when it does not parse."""
    tree = python_tree(text)
    if tree is None:
        return
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield PythonImport(node.lineno, 0, alias.name, ())
        elif isinstance(node, ast.ImportFrom):
            names = tuple(alias.name for alias in node.names)
            yield PythonImport(node.lineno, node.level, node.module or "", names)


def web_imports(text: str) -> Iterator[WebImport]:
    """Yield every import, re-export and `require` with a literal specifier.

    Commented-out lines don't count.
    """
    line = 1
    at = start = passed = 0
    for match in _specifiers(text):
        line += text.count("\n", at, match.start(1))
        at = match.start(1)
        start = text.rfind("\n", passed, match.start()) + 1 or start
        passed = match.start()
        # Of a minified file's one line, the beginning tells: the whole of it costs too much.
        before = text[start : min(match.start(), start + _MARGIN)]
        if not before.lstrip().startswith(_COMMENT):
            yield WebImport(line, match[1])


def _specifiers(text: str) -> list[re.Match[str]]:
    """Return where a specifier is imported, in the text's order."""
    found = []
    for word, pattern in _WORDS.items():
        at = text.find(word)
        while at >= 0:
            match = pattern.match(text, at)
            if match is not None:
                found.append(match)
            at = text.find(word, at + len(word))
    return sorted(found, key=re.Match.start)
