"""Python code as a syntax tree; nothing of it is executed."""

import ast
import warnings


def python_tree(text: str) -> ast.Module | None:
    """Return the syntax tree of a module; None for what this Python can't parse.

    Neither code of another version of Python, nor code that is nested too deeply, is an error.
    """
    with warnings.catch_warnings():
        # Odd escapes and comparisons in a repository's code are no warnings to our users.
        warnings.simplefilter("ignore")
        try:
            return ast.parse(text)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


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
