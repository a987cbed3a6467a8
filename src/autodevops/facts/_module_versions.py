"""Reads literal versions out of Python modules, by their syntax tree; nothing is executed."""

import ast
import warnings
from collections.abc import Iterator

from autodevops.facts._manifests import Found


def module_version(text: str) -> Found | None:
    """Return the literal that a module assigns to `__version__`."""
    if "__version__" not in text:
        return None
    return next((value for name, value in _constants(text) if name == "__version__"), None)


def api_version(text: str) -> Found | None:
    """Return the version that a module gives to `FastAPI(version=...)`, itself or by a constant."""
    if "FastAPI(" not in text:
        return None
    tree = _parse(text)
    constants = dict(_constants(text))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "FastAPI":
            continue
        for keyword in node.keywords:
            if keyword.arg != "version":
                continue
            if isinstance(keyword.value, ast.Name):
                return constants.get(keyword.value.id)
            return _literal(keyword.value)
    return None


def _constants(text: str) -> Iterator[tuple[str, Found]]:
    """Yield the module's own names that are assigned a text."""
    for node in _parse(text).body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found = _literal(value)
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found = _literal(value)
            case _:
                continue
        if found is not None:
            yield name, found


def _literal(node: ast.expr) -> Found | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value[:1].isdigit():
        return node.value, node.lineno
    return None


def _parse(text: str) -> ast.Module:
    """Return the syntax tree; an empty one for what this Python can't parse."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return ast.Module(body=[], type_ignores=[])
