"""What happens after a command failed: the right side of `||`, an `else`, a kept `$?`."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from autodevops.facts._shell import tree
from autodevops.facts._shell.parts import Fate
from autodevops.facts._shell.tree import Statement
from autodevops.model.patterns import regex

if TYPE_CHECKING:
    from tree_sitter import Node

QUIET = frozenset(
    {
        "true", ":", "echo", "printf", "cat", "ls", "sleep", "tail", "head", "tee", "date", "pwd",
        "ps", "df", "free", "warn", "warning", "log", "info", "logger", "cp", "mv", "rm", "mkdir",
        "touch", "unset", "set", "export", "builtin",
    }
)  # fmt: skip
"""Commands that report or tidy up: what stands there for a failure is no failure."""
_QUIET_SUBCOMMANDS = frozenset({"logs", "describe", "ps"})
_TOUCHES_STATUS = regex(rb"\$\?|\$\{\?|PIPESTATUS|pipestatus")
_ENDS_IN_FAILURE = regex(rb"\b(?:exit|return)\s+(?!0\b)\S")
_LEAVES = regex(rb"\b(?:exit|return|break|continue)\b")
_STORES = regex(rb"GITHUB_(?:OUTPUT|ENV)")
_ONLY_PRINTS = regex(rb"\s*(?:echo|printf)\b")
_MAX_DEPTH = 8
_MAX_LOOKUPS = 200


class Sink(NamedTuple):
    """Where a failure goes."""

    fate: Fate
    """What becomes of it."""
    how: str = ""
    """What hides it."""
    line: int = 0
    """0-based line of that."""


SEEN = Sink(Fate.SEEN)
"""The script fails."""
UNKNOWN = Sink(Fate.UNKNOWN)
"""It steers the script in a way that is not followed."""
VALUE = Sink(Fate.VALUE)
"""The output is what counts."""


class Place(NamedTuple):
    """Where a statement stands, by what becomes of its failure."""

    fail: Sink
    """For a failure at which the shell may end (`-e`)."""
    status: Sink
    """For a failure that is only left behind as `$?`, as the left side of `&&` does."""
    abort: Sink | None = None
    """Where the end of the shell (`-e`) leads; None where `-e` is not obeyed."""
    piped: Sink | None = None
    """For a failure inside a pipe, where the next statement asks for it."""

    @classmethod
    def all(cls, sink: Sink) -> "Place":
        """Return a place where every failure goes to one sink."""
        return cls(sink, sink)


def touches_status(node: "Node") -> bool:
    """Tell whether a statement looks at the status of the one before it."""
    return _TOUCHES_STATUS.search(node.text or b"") is not None


class Judge:
    """Answers what a script does with a failure where it reacts to one."""

    def __init__(self, text: bytes, functions: "dict[str, Node]") -> None:
        """Keep the script's text and the bodies of its functions, which may still grow."""
        self._text = text
        self._functions = functions
        self._lookups = 0

    def is_used(self, names: Sequence[str], after: int) -> bool:
        """Tell whether anything behind a byte offset decides by one of these variables.

        Being printed is no decision; being stored for later steps may become one.
        """
        for name in filter(None, names):
            self._lookups += 1
            if self._lookups > _MAX_LOOKUPS:
                return True
            written = re.escape(name.encode())
            expanded = re.compile(rb"\$\{?[#!]?" + written + rb"\b")
            word = re.compile(rb"\b" + written + rb"\b")
            for line in self._text[after:].split(b"\n"):
                if _ONLY_PRINTS.match(line) and not _STORES.search(line):
                    continue
                sum_at = line.find(b"((")
                if expanded.search(line) or (sum_at >= 0 and word.search(line, sum_at + 2)):
                    return True
        return False

    def is_mentioned(self, name: str, after: int) -> bool:
        """Tell whether a variable is read at all behind a byte offset."""
        use = re.compile(rb"\$\{?" + re.escape(name.encode()) + rb"\b")
        self._lookups += 1
        return self._lookups > _MAX_LOOKUPS or use.search(self._text, after) is not None

    def kept(self, node: "Node", hidden: Sink) -> Sink:
        """Return where a failure goes whose `$?` this next statement looks at."""
        text = node.text or b""
        if node.type == "variable_assignment":
            used = self.is_used([tree.assigned_name(node)], node.end_byte)
            return SEEN if used else hidden
        asks = node.type == "test_command" or tree.first_word(node) == "test"
        if asks or _ENDS_IN_FAILURE.search(text) or b"=$?" in text:
            return SEEN
        return SEEN if _STORES.search(text) else hidden

    def may_be_redeemed(self, statements: Sequence[Statement]) -> bool:
        """Tell whether what runs on success is missed later, when it did not run.

        So it is with a flag that is asked later, and with leaving a loop or the script early.
        """
        for node, _ in statements:
            names = [tree.assigned_name(part) for part in tree.assignments(node)]
            text = node.text or b""
            if _LEAVES.search(text) or _STORES.search(text) or self.is_used(names, node.end_byte):
                return True
        return False

    def handled(self, node: "Node", sink: Sink, how: str, depth: int = 0) -> Sink:
        """Return where a failure goes that starts this handler.

        `sink` is where the handler's own failure goes; `how` names the construct.
        """
        hidden = Sink(Fate.HIDDEN, how, node.start_point[0])
        match node.type:
            case _ if depth > _MAX_DEPTH:
                found = UNKNOWN
            case _ if self._stores(node):
                found = SEEN
            case "command":
                found = self._command(node, sink, hidden, depth)
            case "variable_assignment" | "variable_assignments" | "declaration_command":
                names = [tree.assigned_name(part) for part in tree.assignments(node)]
                found = SEEN if self.is_used(names, node.end_byte) else hidden
            case "compound_statement" | "subshell":
                found = self.decided(tree.statements(node.children), sink, hidden, depth)
            case "redirected_statement":
                found = self.handled(node.children[0], sink, how, depth + 1)
            case "list" | "pipeline":
                found = self.decided(
                    [Statement(node.children[-1], background=False)], sink, hidden, depth
                )
            case "if_statement" | "case_statement" | "negated_command":
                found = SEEN if _ENDS_IN_FAILURE.search(node.text or b"") else UNKNOWN
            case _:
                found = sink
        return found

    def _stores(self, node: "Node") -> bool:
        """Tell whether the line stores something for later steps."""
        end = self._text.find(b"\n", node.start_byte)
        end = end if end >= 0 else len(self._text)
        return _STORES.search(self._text, node.start_byte, end) is not None

    def decided(
        self, statements: Sequence[Statement], sink: Sink, hidden: Sink, depth: int = 0
    ) -> Sink:
        """Return where a failure goes that starts these statements, one after the other."""
        if not statements:
            return hidden
        for node, _ in statements:
            text = node.text or b""
            names = [tree.assigned_name(part) for part in tree.assignments(node)]
            if _ENDS_IN_FAILURE.search(text) or _STORES.search(text):
                return SEEN
            if self.is_used(names, node.end_byte):
                return SEEN
        return self.handled(statements[-1].node, sink, hidden.how, depth + 1)

    def _command(self, node: "Node", sink: Sink, hidden: Sink, depth: int) -> Sink:
        words = [tree.word(child) for child in node.children]
        name, argument = words[0], words[1] if len(words) > 1 else None
        if name in self._functions:
            return self.handled(self._functions[name], sink, hidden.how, depth + 1)
        match name:
            case "exit" | "return":
                return hidden if argument == "0" else SEEN
            case "break" | "continue":
                return UNKNOWN
        if name in QUIET or _QUIET_SUBCOMMANDS.intersection(words[1:4]):
            return hidden
        return sink
