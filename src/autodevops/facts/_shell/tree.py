"""What the nodes of bash's syntax tree say: words, statements, redirections."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import count
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from autodevops.facts._shell.parts import SHELLS
from autodevops.model.patterns import regex

if TYPE_CHECKING:
    from tree_sitter import Language, Node

MAX_SECONDS = 0.4
"""Longest time that one script may take."""

_FREE_REPORTS = 100
_BYTES_A_REPORT = 60
_CHUNK = 1 << 16
_ESCAPE = regex(r"\\(\n|.)")
_ESCAPE_IN_QUOTES = regex(r"\\([\\\"$`\n])")
_SHORT = 160
_RUNS_TEXT = regex(r"-[a-z]{0,6}c")
_SUBSTITUTIONS = frozenset({"command_substitution", "process_substitution"})


class Statement(NamedTuple):
    """One statement of a list."""

    node: "Node"
    """Its node."""
    background: bool
    """Whether `&` sends it off."""


def root_of(text: bytes) -> "Node | None":
    """Return the root of a script's syntax tree; None when it takes too long to make.

    Some nonsense costs the parser time that grows with its square. It shows in many more parsing
    steps than a script takes (which has 9 reports of progress a thousand bytes at most), long
    before the time is spent; the clock catches the rest.
    """
    import tree_sitter

    parser = tree_sitter.Parser(_language())
    deadline = monotonic() + MAX_SECONDS
    reports = count()
    limit = _FREE_REPORTS + len(text) // _BYTES_A_REPORT
    try:
        tree = parser.parse(
            lambda offset, _point: text[offset : offset + _CHUNK],
            progress_callback=lambda _offset, _error: (
                next(reports) > limit or monotonic() > deadline
            ),
        )
    except ValueError:
        return None
    return tree.root_node


@cache
def _language() -> "Language":
    import tree_sitter
    import tree_sitter_bash

    return tree_sitter.Language(tree_sitter_bash.language())


def source(node: "Node") -> str:
    """Return the text of a node as written."""
    return (node.text or b"").decode("utf-8", errors="replace")


def shortened(node: "Node") -> str:
    """Return the first line of a node's text, cut to fit a message."""
    text = " ".join(source(node).split())
    return text if len(text) <= _SHORT else text[: _SHORT - 1] + "…"


def statements(children: "list[Node]") -> list[Statement]:
    """Return the statements among a body's children; comments and marks are left out."""
    found: list[Statement] = []
    for child in children:
        if child.type == "&" and found:
            found[-1] = Statement(found[-1].node, background=True)
        elif child.is_named and child.type != "comment":
            found.append(Statement(child, background=False))
    return found


def word(node: "Node") -> str:
    """Return an argument's text with quotes and escapes resolved."""
    text = source(node)
    match node.type:
        case "raw_string":
            return text[1:-1]
        case "string":
            return _ESCAPE_IN_QUOTES.sub(_unescaped, text[1:-1])
        case "word" | "number":
            return _ESCAPE.sub(_unescaped, text)
        case "concatenation" | "command_name":
            return "".join(word(child) for child in node.children)
    return text


def words(node: "Node") -> list[str]:
    """Return name and arguments of a simple command."""
    return [
        word(child)
        for child in node.children
        if child.is_named
        and child.type != "variable_assignment"
        and not child.type.endswith("redirect")
    ]


def environment(node: "Node") -> list[tuple[str, str]]:
    """Return the variables that a simple command sets for itself."""
    pairs = [source(part).partition("=") for part in assignments(node)]
    return [(name, value) for name, _, value in pairs]


def _unescaped(found: re.Match[str]) -> str:
    return "" if found[1] == "\n" else found[1]


def substitutions(node: "Node") -> Iterator["Node"]:
    """Return the outermost `$(...)` and `<(...)` in a node, in their order."""
    stack = list(reversed(node.children))
    while stack:
        child = stack.pop()
        if child.type in _SUBSTITUTIONS:
            yield child
        elif child.child_count:
            stack.extend(reversed(child.children))


def assignments(node: "Node") -> "list[Node]":
    """Return the `NAME=value` nodes of an assignment or declaration."""
    if node.type == "variable_assignment":
        return [node]
    return [child for child in node.children if child.type == "variable_assignment"]


def assigned_name(node: "Node") -> str:
    """Return the variable's name of an assignment."""
    name = node.child_by_field_name("name")
    return "" if name is None else source(name).partition("[")[0]


def redirect_targets(node: "Node") -> tuple[str, ...]:
    """Return the files that a redirected statement writes to."""
    found = []
    for child in node.children:
        if child.type == "file_redirect" and any(part.type[0] in ">&" for part in child.children):
            destination = child.child_by_field_name("destination")
            if destination is not None and destination.type != "number":
                found.append(word(destination))
    return tuple(found)


def first_word(node: "Node") -> str:
    """Return a simple command's name; empty for any other statement."""
    return word(node.children[0]) if node.type == "command" and node.children else ""


def operands(node: "Node") -> "tuple[list[Node], list[str]]":
    """Return what a chain of `&&` and `||` joins, and the operators between, from the left."""
    joined: list[Node] = []
    operators: list[str] = []
    while node.type == "list" and node.child_count > 1:
        left, *between, right = node.children
        joined.append(right)
        operators.append(between[0].type if between else "&&")
        node = left
    joined.append(node)
    return joined[::-1], operators[::-1]


def heredoc_handler(node: "Node") -> "tuple[str, Node] | None":
    """Return what stands behind `<<EOF` on its line, such as `|| true`."""
    for redirect in node.children:
        if redirect.type != "heredoc_redirect":
            continue
        for at, child in enumerate(redirect.children[:-1]):
            if child.type in ("||", "&&"):
                return child.type, redirect.children[at + 1]
    return None


def condition(clause: "Node") -> tuple[list[Statement], list[Statement]]:
    """Return the condition and the branch of an `if` or `elif`."""
    kinds = [child.type for child in clause.children]
    then = kinds.index("then") if "then" in kinds else len(kinds)
    end = next(
        (at for at, kind in enumerate(kinds) if kind in ("elif_clause", "else_clause")), len(kinds)
    )
    return statements(clause.children[:then]), statements(clause.children[then:end])


def nested_script(argv: list[str]) -> tuple[str, str] | None:
    """Return script and flags of `bash -c SCRIPT`, wherever in a command line it stands."""
    for at, name in enumerate(argv[:-2]):
        flags = argv[at + 1]
        if name.rpartition("/")[2] in SHELLS and _RUNS_TEXT.fullmatch(flags):
            return argv[at + 2], flags
    return None
