"""How `DROP`, `RENAME` and `SET SCHEMA` change a schema."""

from autodevops.facts._sql.nodes import (
    Condition,
    Name,
    Node,
    kind_of,
    name_of,
    relation_name,
    texts,
    type_name,
    unwrap,
)
from autodevops.facts._sql.schema import TEMPORARY, Function, Place, Qualified, Schema, Table


def drop(schema: Schema, node: Node, place: Place) -> None:
    """Take away what `DROP` names."""
    from postgast import pg_query_pb2 as grammar

    for target in node.objects:
        match node.remove_type:
            case grammar.OBJECT_TABLE:
                name = schema.relation(name_of(target.list.items))
                if not schema.knows(name) and not node.missing_ok:
                    schema.require("table", str(name), place, "DROP TABLE")
                _forget(schema, name)
            case grammar.OBJECT_VIEW | grammar.OBJECT_MATVIEW | grammar.OBJECT_FOREIGN_TABLE:
                schema.views.discard(schema.relation(name_of(target.list.items)))
            case grammar.OBJECT_POLICY:
                parts = texts(target.list.items)
                table = schema.relation(Name(parts[-3] if len(parts) > 2 else None, parts[-2]))  # noqa: PLR2004 - schema, table, policy
                schema.policies.pop((table, parts[-1]), None)
            case grammar.OBJECT_FUNCTION | grammar.OBJECT_PROCEDURE | grammar.OBJECT_ROUTINE:
                _drop_function(schema, unwrap(target))
            case grammar.OBJECT_SCHEMA:
                _drop_schema(schema, texts([target])[0])
            case grammar.OBJECT_EVENT_TRIGGER:
                schema.automatic = None


def _forget(schema: Schema, name: Qualified) -> None:
    schema.tables.pop(name, None)
    if name.schema == TEMPORARY:
        schema.views.discard(name)
    # A policy that reads the table goes with it, or else PostgreSQL lets neither go.
    schema.remove_policies(lambda policy: policy.table == name or name in policy.reads)


def _drop_function(schema: Schema, target: Node) -> None:
    arguments = tuple(type_name(unwrap(part)) for part in target.objargs)
    for function in list(schema.functions_named(name_of(target.objname))):
        if target.args_unspecified or function.arguments == arguments:
            schema.remove_function(function)
            _forget_calls(schema, function.name)


def _forget_calls(schema: Schema, name: Qualified) -> None:
    """Take away the policies that call a function of which no version is left."""
    if not any(schema.functions_named(Name(*name))):
        schema.remove_policies(lambda policy: name in policy.calls)


def _drop_schema(schema: Schema, name: str) -> None:
    for table in [table for table in schema.tables if table.schema == name]:
        _forget(schema, table)
    for function in schema.functions.values():
        if function.name.schema == name:
            schema.remove_function(function)
            _forget_calls(schema, function.name)
    schema.views = {view for view in schema.views if view.schema != name}
    schema.remove_schema(name)


def rename(schema: Schema, node: Node, place: Place) -> None:
    """Give a table, column, policy, function or schema another name."""
    from postgast import pg_query_pb2 as grammar

    match node.rename_type:
        case grammar.OBJECT_TABLE | grammar.OBJECT_VIEW | grammar.OBJECT_MATVIEW:
            old = schema.relation(relation_name(node.relation))
            if not schema.knows(old) and not node.missing_ok:
                schema.require("table", str(old), place, "ALTER TABLE")
            _move(schema, old, Qualified(old.schema, node.newname))
        case grammar.OBJECT_COLUMN:
            table = schema.tables.get(schema.relation(relation_name(node.relation)))
            if table is not None:
                _rename_column(schema, table, node.subname, node.newname)
        case grammar.OBJECT_POLICY:
            name = schema.relation(relation_name(node.relation))
            policy = schema.policies.pop((name, node.subname), None)
            if policy is not None:
                policy.name = node.newname
                schema.policies[name, policy.name] = policy
        case grammar.OBJECT_FUNCTION | grammar.OBJECT_PROCEDURE | grammar.OBJECT_ROUTINE:
            _move_function(schema, unwrap(node.object), name=node.newname)
        case grammar.OBJECT_SCHEMA:
            _rename_schema(schema, node.subname, node.newname)


def _rename_column(schema: Schema, table: Table, old: str, new: str) -> None:
    table.columns.discard(old)
    table.columns.add(new)
    for policy in schema.policies.values():
        if policy.table == table.name:
            policy.using = _with_column(policy.using, old, new)
            policy.check = _with_column(policy.check, old, new)


def _with_column(condition: Condition | None, old: str, new: str) -> Condition | None:
    """Return a condition in which a column has another name."""
    if condition is None:
        return None
    columns = (new if column == old else column for column in condition.columns)
    return condition._replace(columns=tuple(columns))


def alter_schema(schema: Schema, node: Node, place: Place) -> None:
    """Move a table or function to another schema."""
    del place
    if node.HasField("relation"):
        old = schema.relation(relation_name(node.relation))
        _move(schema, old, Qualified(node.newschema, old.name))
    elif kind_of(node.object) == "object_with_args":
        _move_function(schema, unwrap(node.object), schema_name=node.newschema)


def _move(schema: Schema, old: Qualified, new: Qualified) -> None:
    if old in schema.views:
        schema.views.discard(old)
        schema.views.add(new)
    table = schema.tables.pop(old, None)
    if table is None:
        return
    table.name = new
    schema.tables[new] = table
    for key in [key for key in schema.policies if key[0] == old]:
        policy = schema.policies.pop(key)
        policy.table = new
        schema.policies[new, policy.name] = policy
    for policy in schema.policies.values():
        policy.reads = tuple(new if name == old else name for name in policy.reads)


def _move_function(
    schema: Schema, target: Node, *, name: str | None = None, schema_name: str | None = None
) -> None:
    arguments = tuple(type_name(unwrap(part)) for part in target.objargs)
    for function in list(schema.functions_named(name_of(target.objname))):
        if target.args_unspecified or function.arguments == arguments:
            old = function.name
            _give_name(schema, function, Qualified(schema_name or old.schema, name or old.name))


def _give_name(schema: Schema, function: Function, new: Qualified) -> None:
    """Give a function another name, also where policies call it."""
    schema.remove_function(function)
    old, function.name = function.name, new
    schema.add_function(function)
    for policy in schema.policies.values():
        policy.calls = tuple(new if name == old else name for name in policy.calls)


def _rename_schema(schema: Schema, old: str, new: str) -> None:
    for name in [name for name in schema.tables if name.schema == old]:
        _move(schema, name, Qualified(new, name.name))
    for name in [name for name in schema.views if name.schema == old]:
        _move(schema, name, Qualified(new, name.name))
    for function in schema.functions.values():
        if function.name.schema == old:
            _give_name(schema, function, Qualified(new, function.name.name))
    schema.remove_schema(old)
    schema.add_schema(new)
