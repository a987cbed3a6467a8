"""What PostgreSQL's syntax tree says: names, what an expression reads, if it is always true."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

Node: TypeAlias = Any
"""A message of the parser; its types are generated and not worth naming here."""


class Name(NamedTuple):
    """A name with the schema that is written before it."""

    schema: str | None
    """None when it is left to the search path."""
    name: str
    """The name itself."""


class Condition(NamedTuple):
    """The expression of a policy."""

    truth: bool | None
    """Its value, when that is the same for every row."""
    relations: tuple[Name, ...]
    """Tables that its subqueries read."""
    functions: tuple[Name, ...]
    """Functions that it calls."""
    columns: tuple[str, ...]
    """Columns of the table itself, named without it and outside subqueries."""


def present(node: Node, field: str) -> Node | None:
    """Return an optional part of a node; None when it is not there."""
    return getattr(node, field) if node.HasField(field) else None


def unwrap(node: Node) -> Node:
    """Return what a generic node holds."""
    kind = node.WhichOneof("node")
    return getattr(node, kind) if kind else None


def kind_of(node: Node) -> str:
    """Return which node a generic node holds."""
    return node.WhichOneof("node") or ""


def texts(nodes: Iterable[Node]) -> list[str]:
    """Return the texts of string nodes."""
    return [node.string.sval for node in nodes if kind_of(node) == "string"]


def name_of(nodes: Iterable[Node]) -> Name:
    """Return the name that a list of string nodes spells."""
    parts = texts(nodes)
    return Name(parts[-2] if len(parts) > 1 else None, parts[-1] if parts else "")


def relation_name(node: Node) -> Name:
    """Return the name of a `RangeVar`."""
    return Name(node.schemaname or None, node.relname)


def type_name(node: Node) -> str:
    """Return the last part of a type's name, `[]` behind it for an array."""
    return name_of(node.names).name + "[]" * bool(node.array_bounds)


def walk(node: Node, *, into_subqueries: bool = True) -> Iterator[tuple[str, Node]]:
    """Yield every message below a node with its type's name."""
    pending = [node]
    while pending:
        current = pending.pop()
        name = current.DESCRIPTOR.name
        if name == "SubLink" and not into_subqueries:
            continue
        yield name, current
        for field, value in current.ListFields():
            if field.message_type is None:
                continue
            if hasattr(value, "ListFields"):
                pending.append(value)
            else:
                pending.extend(value)


def condition(node: Node | None) -> Condition | None:
    """Return what a policy's expression reads and whether it depends on anything."""
    if node is None:
        return None
    found = list(walk(node))
    common = {part.ctename for name, part in found if name == "CommonTableExpr"}
    relations = [relation_name(part) for name, part in found if name == "RangeVar"]
    functions = [name_of(part.funcname) for name, part in found if name == "FuncCall"]
    columns = [
        part.fields[0].string.sval
        for name, part in walk(node, into_subqueries=False)
        if name == "ColumnRef" and len(part.fields) == 1 and kind_of(part.fields[0]) == "string"
    ]
    return Condition(
        truth=truth(node),
        relations=tuple(
            dict.fromkeys(r for r in relations if r.schema is not None or r.name not in common)
        ),
        functions=tuple(dict.fromkeys(functions)),
        columns=tuple(dict.fromkeys(columns)),
    )


def truth(node: Node) -> bool | None:
    """Return the value of a condition that no row can change; None for any other."""
    inner = unwrap(node)
    match kind_of(node):
        case "a_const":
            return bool(inner.boolval.boolval) if inner.HasField("boolval") else None
        case "type_cast":
            return _cast(inner)
        case "bool_expr":
            return _combined(inner.boolop, [truth(part) for part in inner.args])
        case "a_expr":
            return _compared(inner)
        case "sub_link":
            return _selected(inner)
    return None


def _cast(inner: Node) -> bool | None:
    constant = inner.arg.a_const if kind_of(inner.arg) == "a_const" else None
    if constant is not None and constant.HasField("sval"):
        return {"t": True, "true": True, "f": False, "false": False}.get(constant.sval.sval.lower())
    return truth(inner.arg)


def _combined(operator: int, values: list[bool | None]) -> bool | None:
    from postgast.pg_query_pb2 import AND_EXPR, NOT_EXPR

    if operator == NOT_EXPR:
        return None if values[0] is None else not values[0]
    deciding = bool(operator != AND_EXPR)
    if deciding in values:
        return deciding
    return None if None in values else not deciding


def _compared(inner: Node) -> bool | None:
    """Judge `1 = 1` and the like."""
    operator = texts(inner.name)
    if operator not in (["="], ["<>"]) or {kind_of(inner.lexpr), kind_of(inner.rexpr)} != {
        "a_const"
    }:
        return None
    left, right = inner.lexpr.a_const, inner.rexpr.a_const
    kind = left.WhichOneof("val")
    if left.isnull or right.isnull or kind != right.WhichOneof("val"):
        return None
    return bool(getattr(left, kind) == getattr(right, kind)) is (operator == ["="])


def _selected(inner: Node) -> bool | None:
    """Judge `(SELECT true)`."""
    query = unwrap(inner.subselect)
    targets = getattr(query, "target_list", [])
    if len(targets) != 1 or query.from_clause or query.HasField("where_clause"):
        return None
    return truth(targets[0].res_target.val)
