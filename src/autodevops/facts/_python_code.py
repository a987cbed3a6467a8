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
