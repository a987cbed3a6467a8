"""HCL text as blocks and attributes with lines, read with tree-sitter's grammar."""

from collections.abc import Iterator
from functools import cache
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from tree_sitter import Language, Node

MAX_SECONDS = 0.4
"""Longest time that one file may take."""
_CHUNK = 1 << 16
_MAX_DEPTH = 60
_MAX_ATTRIBUTES = 20_000


class Attribute(NamedTuple):
    """One `name = value`, in a block or an object."""

    name: str
    """Its name; in a nested object, the keys with dots between."""
    literal: str | None
    """The value, when it is one plain string without templates."""
    line: int
    """1-based line of the value."""
    end_line: int
    """1-based last line of the value."""


class Block(Struct, frozen=True, kw_only=True):
    """One block."""

    kind: str
    """Its type: `resource`, `variable`, `module` and the like."""
    labels: tuple[str, ...]
    """Its labels."""
    attributes: tuple[Attribute, ...]
    """What it sets, objects flattened."""
    blocks: tuple["Block", ...]
    """Blocks inside it."""
    line: int
    """1-based line."""

    def get(self, name: str) -> Attribute | None:
        """Return the attribute of that name."""
        return next((one for one in self.attributes if one.name == name), None)

    def inner(self, kind: str) -> tuple["Block", ...]:
        """Return the blocks of a type inside it."""
        return tuple(block for block in self.blocks if block.kind == kind)

    def everything(self) -> Iterator[Attribute]:
        """Yield its attributes and those of all blocks inside."""
        yield from self.attributes
        for block in self.blocks:
            yield from block.everything()


class HclFile(Struct, frozen=True, kw_only=True):
    """What an HCL text says."""

    blocks: tuple[Block, ...]
    """Its blocks."""
    attributes: tuple[Attribute, ...]
    """Its own attributes, as in `.tfvars`."""
    problem_line: int | None
    """1-based line of the first text that is not HCL."""


def read_hcl(text: str) -> HclFile | None:
    """Return what a text says; None when it would take too long."""
    if text.count("=") > _MAX_ATTRIBUTES:
        return None
    root = _root(text.encode("utf-8", "replace"))
    if root is None:
        return None
    body = next((child for child in root.children if child.type == "body"), None)
    blocks, attributes = ((), ()) if body is None else _body(body, 0)
    problem = _first_error(root) if root.has_error else None
    return HclFile(blocks=blocks, attributes=attributes, problem_line=problem)


def _root(data: bytes) -> "Node | None":
    import tree_sitter

    deadline = monotonic() + MAX_SECONDS
    try:
        tree = tree_sitter.Parser(_language()).parse(
            lambda offset, _point: data[offset : offset + _CHUNK],
            progress_callback=lambda _offset, _error: monotonic() > deadline,
        )
    except ValueError:
        return None
    return tree.root_node


@cache
def _language() -> "Language":
    import warnings

    import tree_sitter
    import tree_sitter_hcl

    with warnings.catch_warnings():
        # The grammar's wheel hands its language over as a number, which still works.
        warnings.simplefilter("ignore", DeprecationWarning)
        return tree_sitter.Language(tree_sitter_hcl.language())


def _first_error(root: "Node") -> int:
    """Return the 1-based line of the first node that is an error."""
    node = root
    while not node.is_error and not node.is_missing:
        below = next((one for one in node.children if one.has_error or one.is_missing), None)
        if below is None:
            break
        node = below
    return node.start_point[0] + 1


def _text(node: "Node") -> str:
    return (node.text or b"").decode("utf-8", "replace")


def _body(body: "Node", depth: int) -> tuple[tuple[Block, ...], tuple[Attribute, ...]]:
    blocks: list[Block] = []
    attributes: list[Attribute] = []
    for child in body.children:
        if child.type == "block" and depth < _MAX_DEPTH:
            blocks.append(_block(child, depth))
        elif child.type == "attribute":
            name = _text(child.children[0])
            value = next((one for one in child.children if one.type == "expression"), None)
            if value is not None:
                attributes.extend(_attributes(name, value, depth))
    return tuple(blocks), tuple(attributes)


def _block(node: "Node", depth: int) -> Block:
    kind, *rest = node.children
    labels = tuple(
        _text(one).strip('"') for one in rest if one.type in {"string_lit", "identifier"}
    )
    body = next((one for one in rest if one.type == "body"), None)
    blocks, attributes = ((), ()) if body is None else _body(body, depth + 1)
    return Block(
        kind=_text(kind),
        labels=labels,
        attributes=attributes,
        blocks=blocks,
        line=node.start_point[0] + 1,
    )


def _attributes(name: str, value: "Node", depth: int) -> Iterator[Attribute]:
    """Yield an attribute, and those of the object that it holds."""
    yield Attribute(
        name=name,
        literal=_literal(value),
        line=value.start_point[0] + 1,
        end_line=value.end_point[0] + 1,
    )
    inner = _only(value)
    if inner is None or inner.type != "object" or depth > _MAX_DEPTH:
        return
    for element in inner.children:
        if element.type != "object_elem":
            continue
        parts = [one for one in element.children if one.type == "expression"]
        if len(parts) == 2:  # noqa: PLR2004 - key and value
            key = _text(parts[0]).strip('"')
            yield from _attributes(f"{name}.{key}", parts[1], depth + 1)


def _only(node: "Node") -> "Node | None":
    """Return the innermost node that an expression consists of alone."""
    while node.type in {"expression", "collection_value", "literal_value", "template_expr"}:
        if len(node.children) != 1:
            return None
        node = node.children[0]
    return node


def _literal(value: "Node") -> str | None:
    inner = _only(value)
    if inner is None or inner.type != "string_lit":
        return None
    return "".join(_text(one) for one in inner.children if one.type == "template_literal")
