"""Reads literal versions out of Python modules, by their syntax tree; nothing is executed."""

import ast
from collections.abc import Iterator

from autodevops.facts._manifest_versions import Found
from autodevops.facts._python_code import python_tree


def module_version(text: str) -> Found | None:
    """Return the literal that a module assigns to `__version__`."""
    if "__version__" not in text:
        return None
    tree = python_tree(text)
    found = () if tree is None else _constants(tree)
    return next((value for name, value in found if name == "__version__"), None)


def api_version(text: str) -> Found | None:
    """Return the version that a module gives to `FastAPI(version=...)`, itself or by a constant."""
    if "FastAPI(" not in text:
        return None
    tree = python_tree(text)
    if tree is None:
        return None
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="FastAPI") | ast.Attribute(attr="FastAPI")):
                given = next((key.value for key in node.keywords if key.arg == "version"), None)
            case _:
                continue
        if isinstance(given, ast.Name):
            return dict(_constants(tree)).get(given.id)
        return None if given is None else _literal(given)
    return None


def _constants(tree: ast.Module) -> Iterator[tuple[str, Found]]:
    """Yield the module's own names that are assigned a text."""
    for node in tree.body:
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
