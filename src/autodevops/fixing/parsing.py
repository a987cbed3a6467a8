"""Whether an edited file still is what its name says: YAML, TOML, JSON, Python, shell, SQL, HCL."""

import ast
import json
import tomllib
import warnings
from collections.abc import Callable, Mapping

from autodevops.facts import _yaml
from autodevops.model.snapshot import decode

_LARGEST = 1 << 20
"""Longer files are not parsed a second time here; the audit reads them within its own limits."""


def parse_objection(path: str, before: bytes | None, after: bytes) -> str | None:
    """Return why an edited file can't be read any more; None if it can, or never could be."""
    reads = _reader(path)
    if reads is None or len(after) > _LARGEST:
        return None
    text = decode(after)
    if text is None:
        return "would be no text"
    problem = reads(text)
    if problem is None:
        return None
    old = None if before is None or len(before) > _LARGEST else decode(before)
    if old is not None and reads(old) is not None:
        return None
    return f"would not parse: {problem}"


def _reader(path: str) -> Callable[[str], str | None] | None:
    name = path.rpartition("/")[2]
    return _READERS.get(name.rpartition(".")[2].lower())


def _yaml_problem(text: str) -> str | None:
    parsed = _yaml.parse(text)
    if parsed.problem is not None:
        return parsed.problem.reason
    return "a key stands twice" if parsed.duplicates else None


def _toml_problem(text: str) -> str | None:
    try:
        tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        return str(error)[:200]
    return None


def _json_problem(text: str) -> str | None:
    try:
        json.loads(text)
    except (ValueError, RecursionError) as error:
        return str(error)[:200]
    return None


def _python_problem(text: str) -> str | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            return type(error).__name__
    return None


def _shell_problem(text: str) -> str | None:
    import tree_sitter_bash
    from tree_sitter import Language, Parser

    parser = Parser(Language(tree_sitter_bash.language()))
    return "a syntax error" if parser.parse(text.encode()).root_node.has_error else None


def _hcl_problem(text: str) -> str | None:
    import tree_sitter_hcl
    from tree_sitter import Language, Parser

    parser = Parser(Language(tree_sitter_hcl.language()))
    return "a syntax error" if parser.parse(text.encode()).root_node.has_error else None


def _sql_problem(text: str) -> str | None:
    import postgast

    try:
        postgast.parse(text)
    except Exception as error:  # noqa: BLE001 - the binding's own kinds of error
        return type(error).__name__
    return None


_READERS: Mapping[str, Callable[[str], str | None]] = {
    "yml": _yaml_problem,
    "yaml": _yaml_problem,
    "toml": _toml_problem,
    "json": _json_problem,
    "py": _python_problem,
    "sh": _shell_problem,
    "bash": _shell_problem,
    "tf": _hcl_problem,
    "hcl": _hcl_problem,
    "sql": _sql_problem,
}
