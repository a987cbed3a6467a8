"""Writes down the commands of a script as they are met."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from autodevops.facts._shell import tree
from autodevops.facts._shell.fate import VALUE, Sink
from autodevops.facts._shell.parts import Command, Fate, Script
from autodevops.model.patterns import regex

if TYPE_CHECKING:
    from tree_sitter import Node

MAX_COMMANDS = 5_000
"""Most commands that are followed, calls of functions counted."""

_MASK = regex(r"ghexpr(\d{1,5})z")


class _Written(NamedTuple):
    """What the text says of one command, wherever it is called."""

    argv: tuple[str, ...]
    text: str
    environment: tuple[tuple[str, str], ...]


class SpentError(Exception):
    """Ends the following: a budget is spent."""


class Recorder:
    """The list of commands, and what holds for all that are met now."""

    def __init__(self, opaque: Sequence[str]) -> None:
        """Keep the opaque parts that words stand for."""
        self.commands: list[Command] = []
        self.values = 0
        self.output: tuple[str, ...] = ()
        self._opaque = opaque
        self._read: dict[int, _Written] = {}

    def add(self, node: "Node", sink: Sink) -> None:
        """Write down one simple command whose failure goes to `sink`."""
        if len(self.commands) >= MAX_COMMANDS:
            raise SpentError
        if self.values and sink.fate is Fate.HIDDEN:
            sink = VALUE
        written = self._written(node)
        command = Command(
            argv=written.argv,
            line=node.start_point[0],
            text=written.text,
            fate=sink.fate,
            how=self._restored(sink.how),
            how_line=node.start_point[0] if sink.line < 0 else sink.line,
            output=tuple(map(self._restored, self.output)),
            environment=written.environment,
        )
        self.commands.append(command)

    def _written(self, node: "Node") -> _Written:
        """Return what a command's text says, read once: its function may be called often."""
        if node.id not in self._read:
            self._read[node.id] = _Written(
                argv=tuple(map(self._restored, tree.words(node))),
                text=self._restored(tree.shortened(node)),
                environment=tuple(
                    (name, self._restored(value)) for name, value in tree.environment(node)
                ),
            )
        return self._read[node.id]

    def add_nested(self, script: Script, offset: int, sink: Sink) -> None:
        """Write down the commands of a script within the script, `offset` lines below its start."""
        for command in script.commands[: MAX_COMMANDS - len(self.commands)]:
            moved = command._replace(
                argv=tuple(map(self._restored, command.argv)),
                text=self._restored(command.text),
                line=command.line + offset,
                how_line=command.how_line + offset,
            )
            if command.fate is Fate.SEEN:
                moved = moved._replace(fate=sink.fate, how=sink.how, how_line=sink.line)
            self.commands.append(moved)

    def _restored(self, text: str) -> str:
        """Return a text with the opaque parts back in their places."""
        if not self._opaque or "ghexpr" not in text:
            return text
        known = self._opaque
        return _MASK.sub(
            lambda found: known[int(found[1])] if int(found[1]) < len(known) else found[0], text
        )
