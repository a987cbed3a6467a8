"""Which lines of a Python module only a type checker reads."""

import ast

from autodevops.facts._python_code import python_tree


def type_checking_lines(text: str) -> frozenset[int]:
    """Return the 1-based lines inside `if TYPE_CHECKING:`; none when the text does not parse."""
    tree = python_tree(text)
    if tree is None:
        return frozenset()
    return frozenset(
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and _is_type_checking(node.test)
        for inner in node.body
        for line in range(inner.lineno, (inner.end_lineno or inner.lineno) + 1)
    )


def _is_type_checking(test: ast.expr) -> bool:
    name = test.attr if isinstance(test, ast.Attribute) else getattr(test, "id", "")
    return name == "TYPE_CHECKING"
