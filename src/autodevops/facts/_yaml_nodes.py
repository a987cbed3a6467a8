"""The frozen tree that YAML becomes, with 1-based line and column marks.

Scalars are typed by the YAML 1.2 core schema: `on`, `yes` and `no` are text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from autodevops.model.patterns import regex

Value: TypeAlias = str | int | float | bool | None
"""What a scalar may mean."""

_CONSTANTS: dict[str, Value] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True,
    "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = regex(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = regex(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE = regex(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


class _Node:
    """What all nodes can be asked, so that a reader of odd shapes needs no type tests."""

    __slots__ = ()

    line: int
    column: int

    def get(self, key: str) -> "Node | None":  # noqa: ARG002 - only mappings have keys
        """Return the value of a key; None without it or when this is no mapping."""
        return None

    def path(self, *keys: str) -> "Node | None":
        """Return what these keys lead to, one below the other."""
        node: _Node | None = self
        for key in keys:
            node = None if node is None else node.get(key)
        return node  # type: ignore[return-value]  # every node is of the union

    @property
    def as_text(self) -> str | None:
        """Return a scalar's text as written; None for a null and for anything else."""
        return None

    def texts(self) -> tuple[str, ...]:
        """Return the scalar's text, or those of a sequence's scalars: `a` reads like `[a]`."""
        return ()


@dataclass(frozen=True, slots=True)
class Scalar(_Node):
    """A single value."""

    text: str
    """The text, quotes and escapes resolved."""
    line: int
    """1-based line of its first character, quotes and block marks included."""
    column: int
    """1-based column of its first character."""
    end_line: int
    """1-based line of its last character."""
    style: str = ""
    """How it is written: `'`, `"`, `|`, `>`, or empty for plain."""
    tag: str | None = None
    """The explicit tag, such as `!vault`."""

    @property
    def value(self) -> Value:
        """Return what it means by the core schema; text where a tag says so or none fits."""
        if self.style or self.tag is not None:
            return self.text
        return _typed(self.text)

    @property
    def as_text(self) -> str | None:
        """Return the text as written; None for a null."""
        return None if not self.style and self.value is None else self.text

    def texts(self) -> tuple[str, ...]:
        """Return the one text, or nothing for a null."""
        text = self.as_text
        return () if text is None else (text,)

    @property
    def content_line(self) -> int:
        """Return the line where the text itself starts: for a block, the one below its mark."""
        return self.line + (self.style in ("|", ">"))

    def line_at(self, index: int) -> int:
        """Return the file's line for a 0-based line of the text.

        Exact for literal blocks; what is folded or quoted gives its first line.
        """
        return self.content_line + (index if self.style == "|" else 0)


class Pair(NamedTuple):
    """One entry of a mapping."""

    key: "Node"
    """The key, a scalar but in odd files."""
    value: "Node"
    """The value."""


@dataclass(frozen=True, slots=True)
class Mapping(_Node):
    """Keys and values, in their order; of a duplicate key the last value counts."""

    pairs: tuple[Pair, ...]
    """Every entry as written, then what merge keys (`<<`) bring in."""
    line: int
    """1-based line of its first key."""
    column: int
    """1-based column of its first key."""
    end_line: int
    """1-based line of its last character."""
    tag: str | None = None
    """The explicit tag."""
    index: dict[str, Pair] = field(default_factory=dict, compare=False, repr=False)
    """The entries by key text; not to be changed."""

    def get(self, key: str) -> "Node | None":
        """Return the value of a key."""
        pair = self.index.get(key)
        return None if pair is None else pair.value

    def key_line(self, key: str) -> int:
        """Return the line of a key, or of the mapping where it has no such key."""
        pair = self.index.get(key)
        return self.line if pair is None else pair.key.line

    def entries(self) -> Iterator[tuple[str, "Node"]]:
        """Return key text and value of each entry with a scalar key, without duplicates."""
        for name, pair in self.index.items():
            yield name, pair.value


@dataclass(frozen=True, slots=True)
class Sequence(_Node):
    """A list."""

    items: tuple["Node", ...]
    """The items in their order."""
    line: int
    """1-based line of its first item."""
    column: int
    """1-based column of its first item."""
    end_line: int
    """1-based line of its last character."""
    tag: str | None = None
    """The explicit tag."""

    def texts(self) -> tuple[str, ...]:
        """Return the texts of its scalars."""
        return tuple(text for item in self.items if (text := item.as_text) is not None)


Node: TypeAlias = Scalar | Mapping | Sequence
"""Any node."""


def items_of(node: Node | None) -> tuple[Node, ...]:
    """Return the items of a list; none of anything else, so that odd shapes need no test."""
    return node.items if isinstance(node, Sequence) else ()


def texts_of(node: Mapping | None) -> dict[str, str]:
    """Return the text of each entry by its key, such as the variables that an `env:` sets."""
    return {} if node is None else {name: value.as_text or "" for name, value in node.entries()}


def scalars_of(node: Node | None) -> Iterator[Scalar]:
    """Yield every scalar below a node, keys aside, in their order."""
    match node:
        case Scalar():
            yield node
        case Sequence():
            for item in node.items:
                yield from scalars_of(item)
        case Mapping():
            for _, value in node.entries():
                yield from scalars_of(value)


def _typed(text: str) -> Value:
    """Return what a plain text means by the YAML 1.2 core schema."""
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if len(text) > 400 or text[0] not in "-+.0123456789":  # noqa: PLR2004 - no number is so long
        return text
    if _INTEGER.fullmatch(text):
        return int(text, 0) if text[:2] in ("0o", "0x") else int(text)
    if _FLOAT.fullmatch(text):
        return float(text)
    return float(text.replace(".", "")) if _NOT_FINITE.fullmatch(text) else text
