"""Builds the tree from the parser's events, within budgets that aliases can't get around."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from autodevops.facts._yaml_nodes import Mapping, Node, Pair, Scalar, Sequence

MAX_DEPTH = 100
"""Deepest nesting that is read, aliases expanded."""
MAX_NODES = 200_000
"""Most nodes that are read, aliases expanded."""
MAX_DUPLICATES = 100
"""Most duplicate keys that are told."""


class Duplicate(NamedTuple):
    """A key that stands twice in one mapping."""

    key: str
    """Its text."""
    first_line: int
    """1-based line where it stands first."""
    line: int
    """1-based line where it stands again."""


class RefusedError(Exception):
    """Ends the reading: a budget is spent, or an alias leads nowhere."""

    def __init__(self, line: int, reason: str) -> None:
        """Keep where and why."""
        super().__init__(reason)
        self.line = line
        self.reason = reason


class _Known(NamedTuple):
    """A finished node with what it costs to walk it."""

    node: Node
    """The node."""
    weight: int
    """How many nodes it holds, itself and aliases' targets counted."""
    height: int
    """How deep it goes; 1 for a scalar."""


@dataclass(slots=True)
class _Open:
    """A collection whose end was not read yet."""

    is_mapping: bool
    line: int
    column: int
    anchor: str | None
    tag: str | None
    children: list[Node] = field(default_factory=list)
    weight: int = 1
    height: int = 1


class Builder:
    """Builds the tree from events, within the budgets."""

    def __init__(self) -> None:
        """Start with nothing read."""
        import yaml

        self.documents: list[Node] = []
        self.duplicates: list[Duplicate] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Known | None] = {}
        self._total = 0
        self._takers = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: self._start,
            yaml.SequenceStartEvent: self._start,
            yaml.MappingEndEvent: self._end,
            yaml.SequenceEndEvent: self._end,
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }

    def take(self, event: Any) -> None:  # noqa: ANN401 - the events have no common typed base
        """Take the next event; raise `RefusedError` when reading has to end."""
        taker = self._takers.get(type(event))
        if taker is not None:
            taker(event)

    def _document(self, _event: Any) -> None:  # noqa: ANN401
        self._anchors.clear()

    def _scalar(self, event: Any) -> None:  # noqa: ANN401
        start, end, style = event.start_mark, event.end_mark, event.style
        # A block scalar's end mark stands at the start of the line below it.
        last = end.line + (0 if style in ("|", ">") and end.column == 0 else 1)
        node = Scalar(event.value, start.line + 1, start.column + 1, last, style or "", event.tag)
        self._add(_Known(node, 1, 1), event.anchor)

    def _start(self, event: Any) -> None:  # noqa: ANN401
        mark = event.start_mark
        if len(self._stack) >= MAX_DEPTH:
            raise RefusedError(mark.line + 1, f"it is nested deeper than {MAX_DEPTH} levels")
        is_mapping = type(event).__name__ == "MappingStartEvent"
        frame = _Open(is_mapping, mark.line + 1, mark.column + 1, event.anchor, event.tag)
        if event.anchor is not None:
            self._anchors[event.anchor] = None
        self._stack.append(frame)

    def _end(self, event: Any) -> None:  # noqa: ANN401
        frame = self._stack.pop()
        end = event.end_mark.line + (event.end_mark.column > 0)
        end = max(end, frame.children[-1].end_line if frame.children else frame.line)
        node: Node
        if frame.is_mapping:
            node = self._mapping(frame, end)
        else:
            node = Sequence(tuple(frame.children), frame.line, frame.column, end, frame.tag)
        self._add(_Known(node, frame.weight, frame.height), frame.anchor)

    def _alias(self, event: Any) -> None:  # noqa: ANN401
        line = event.start_mark.line + 1
        if event.anchor not in self._anchors:
            raise RefusedError(line, f"nothing is anchored as {event.anchor}")
        known = self._anchors[event.anchor]
        if known is None:
            raise RefusedError(line, f"{event.anchor} holds itself")
        if len(self._stack) + known.height > MAX_DEPTH:
            raise RefusedError(line, f"its aliases nest deeper than {MAX_DEPTH} levels")
        self._add(known, None)

    def _add(self, known: _Known, anchor: str | None) -> None:
        """Put a finished node where it belongs and count it."""
        node, weight, height = known
        if anchor is not None:
            self._anchors[anchor] = known
        if not self._stack:
            self._total += weight
            self._refuse_flood(self._total, node)
            self.documents.append(node)
            return
        frame = self._stack[-1]
        frame.children.append(node)
        frame.weight += weight
        frame.height = max(frame.height, height + 1)
        self._refuse_flood(self._total + frame.weight, node)

    def _refuse_flood(self, nodes: int, node: Node) -> None:
        if nodes > MAX_NODES:
            raise RefusedError(node.line, f"it expands to more than {MAX_NODES} nodes")

    def _mapping(self, frame: _Open, end: int) -> Mapping:
        pairs: list[Pair] = []
        merged: list[Node] = []
        index: dict[str, Pair] = {}
        children = iter(frame.children)
        for pair in map(Pair, children, children):
            key = pair.key
            if not isinstance(key, Scalar):
                pairs.append(pair)
            elif key.text == "<<" and not key.style:
                merged.append(pair.value)
            else:
                known = index.get(key.text)
                if known is not None and len(self.duplicates) < MAX_DUPLICATES:
                    self.duplicates.append(Duplicate(key.text, known.key.line, key.line))
                index[key.text] = pair
                pairs.append(pair)
        for source in merged:
            _merge(source, pairs, index)
        return Mapping(tuple(pairs), frame.line, frame.column, end, frame.tag, index)


def _merge(source: Node, pairs: list[Pair], index: dict[str, Pair]) -> None:
    """Bring in the entries of a merge key's mapping or mappings, where the key is not taken."""
    for mapping in source.items if isinstance(source, Sequence) else (source,):
        if not isinstance(mapping, Mapping):
            continue
        for name, pair in mapping.index.items():
            if name not in index:
                index[name] = pair
                pairs.append(pair)
