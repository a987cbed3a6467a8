"""How statements about tables, views and indexes change a schema."""

from collections.abc import Iterable

from autodevops.facts._sql.nodes import (
    Name,
    Node,
    kind_of,
    present,
    relation_name,
    texts,
    unwrap,
    walk,
)
from autodevops.facts._sql.schema import TEMPORARY, Place, Qualified, Schema, Table


def create_table(schema: Schema, node: Node, place: Place) -> None:
    """Add a table; a temporary one is nobody else's."""
    if node.relation.relpersistence == "t":
        schema.views.add(Qualified(TEMPORARY, node.relation.relname))
        return
    name = schema.home(relation_name(node.relation))
    if node.if_not_exists and (name in schema.tables or name in schema.views):
        return
    table = Table(name=name, place=place, is_partition=node.HasField("partbound"))
    for element in node.table_elts:
        _add_element(schema, table, element, place)
    if node.HasField("of_typename"):
        table.columns_known = False
    for parent in node.inh_relations:
        _inherit(schema, table, unwrap(parent), place)
    for constraint in node.constraints:
        _check_reference(schema, unwrap(constraint), table, place)
    add_table(schema, table)


def add_table(schema: Schema, table: Table) -> None:
    """Put a table into the schema, with what is already known about its row level security."""
    if schema.automatic is not None:
        table.maybe = schema.automatic
    if table.name in schema.expected:
        table.row_security = True
    schema.tables[table.name] = table
    schema.made.setdefault(("table", str(table.name)), table.place)


def create_table_as(schema: Schema, node: Node, place: Place) -> None:
    """Add a table or materialised view that is filled by a query."""
    from postgast.pg_query_pb2 import OBJECT_MATVIEW

    _check_query(schema, node.query, place, "CREATE TABLE AS")
    target = node.into.rel
    name = schema.home(relation_name(target))
    if target.relpersistence == "t":
        schema.views.add(Qualified(TEMPORARY, target.relname))
    elif node.objtype == OBJECT_MATVIEW:
        schema.views.add(name)
    elif not (node.if_not_exists and (name in schema.tables or name in schema.views)):
        add_table(schema, Table(name=name, place=place, columns_known=False))


def create_foreign_table(schema: Schema, node: Node, place: Place) -> None:
    """Add what stands for a table elsewhere: row level security is not to be had for it."""
    del place
    schema.views.add(schema.home(relation_name(node.base_stmt.relation)))


def create_view(schema: Schema, node: Node, place: Place) -> None:
    """Add a view."""
    _check_query(schema, node.query, place, "CREATE VIEW")
    schema.views.add(schema.home(relation_name(node.view)))


def create_index(schema: Schema, node: Node, place: Place) -> None:
    """Look at the table and the columns that an index needs."""
    table = required_table(schema, relation_name(node.relation), place, "CREATE INDEX")
    if table is not None:
        columns = (unwrap(part).name for part in node.index_params)
        check_columns(schema, table, filter(None, columns), place, "CREATE INDEX")


def alter_table(schema: Schema, node: Node, place: Place) -> None:
    """Change a table."""
    from postgast.pg_query_pb2 import OBJECT_TABLE

    name = relation_name(node.relation)
    if node.objtype != OBJECT_TABLE:
        return
    table = schema.tables.get(schema.relation(name))
    if table is None and not node.missing_ok:
        table = required_table(schema, name, place, "ALTER TABLE")
    for command in node.cmds:
        _alter(schema, schema.relation(name), table, unwrap(command), place)


def _alter(
    schema: Schema, name: Qualified, table: Table | None, command: Node, place: Place
) -> None:
    from postgast import pg_query_pb2 as grammar

    if table is None:
        if command.subtype == grammar.AT_EnableRowSecurity and schema.lenient:
            schema.expected.add(name)
        return
    _alter_row_security(table, command.subtype, place)
    _alter_columns(schema, table, command, place)
    if command.subtype == grammar.AT_AttachPartition:
        part = schema.tables.get(schema.relation(relation_name(_partition(command))))
        if part is not None:
            part.is_partition = True


def _alter_row_security(table: Table, subtype: int, place: Place) -> None:
    from postgast import pg_query_pb2 as grammar

    match subtype:
        case grammar.AT_EnableRowSecurity:
            table.row_security, table.switched_off = True, None
        case grammar.AT_DisableRowSecurity:
            table.row_security, table.switched_off, table.maybe = False, place, None
        case grammar.AT_ForceRowSecurity | grammar.AT_NoForceRowSecurity:
            table.forced = subtype == grammar.AT_ForceRowSecurity


def _alter_columns(schema: Schema, table: Table, command: Node, place: Place) -> None:
    from postgast import pg_query_pb2 as grammar

    match command.subtype:
        case grammar.AT_AddColumn:
            _add_element(schema, table, getattr(command, "def"), place)
        case grammar.AT_AddConstraint:
            _check_reference(schema, unwrap(getattr(command, "def")), table, place)
        case grammar.AT_DropColumn:
            if not command.missing_ok:
                check_columns(schema, table, [command.name], place, "ALTER TABLE")
            table.columns.discard(command.name)
            # They go with it, or else PostgreSQL lets neither go.
            schema.remove_policies(
                lambda policy: policy.table == table.name and command.name in policy.columns
            )
        case grammar.AT_ColumnDefault | grammar.AT_SetNotNull | grammar.AT_AlterColumnType:
            check_columns(schema, table, [command.name], place, "ALTER TABLE")
        case grammar.AT_AddInherit:
            table.columns_known = False


def _partition(command: Node) -> Node:
    return unwrap(getattr(command, "def")).name


def _add_element(schema: Schema, table: Table, element: Node, place: Place) -> None:
    """Add a column, or look at a constraint."""
    inner = unwrap(element)
    match kind_of(element):
        case "column_def":
            table.columns.add(inner.colname)
            for constraint in inner.constraints:
                _check_reference(schema, unwrap(constraint), table, place)
        case "constraint":
            _check_reference(schema, inner, table, place)
        case "table_like_clause":
            _inherit(schema, table, inner.relation, place)


def _inherit(schema: Schema, table: Table, parent: Node, place: Place) -> None:
    source = required_table(schema, relation_name(parent), place, "CREATE TABLE")
    if source is None:
        table.columns_known = False
    else:
        table.columns |= source.columns
        table.columns_known = table.columns_known and source.columns_known


def _check_reference(schema: Schema, constraint: Node, table: Table, place: Place) -> None:
    """Look at the table and columns that a foreign key needs; a table may refer to itself."""
    target = present(constraint, "pktable")
    if target is None or schema.home(relation_name(target)) == table.name:
        return
    found = required_table(schema, relation_name(target), place, "REFERENCES")
    if found is not None:
        check_columns(schema, found, texts(constraint.pk_attrs), place, "REFERENCES")


def _check_query(schema: Schema, query: Node, place: Place, statement: str) -> None:
    """Look at the tables that a query reads."""
    found = list(walk(query))
    common = {part.ctename for kind, part in found if kind == "CommonTableExpr"}
    for kind, part in found:
        if kind == "RangeVar" and (part.schemaname or part.relname not in common):
            required_table(schema, relation_name(part), place, statement)


def required_table(schema: Schema, name: Name, place: Place, statement: str) -> Table | None:
    """Return a table that a statement needs; note it when nothing of that name is there."""
    qualified = schema.relation(name)
    table = schema.tables.get(qualified)
    if table is None and not schema.knows(qualified):
        schema.require("table", str(qualified), place, statement)
    return table


def check_columns(
    schema: Schema, table: Table, columns: Iterable[str], place: Place, statement: str
) -> None:
    """Note the columns that a statement needs and a table does not have."""
    if not table.columns_known:
        return
    for column in columns:
        if column not in table.columns and column not in _SYSTEM_COLUMNS:
            schema.require("column", f"{table.name}.{column}", place, statement)


_SYSTEM_COLUMNS = frozenset({"ctid", "xmin", "xmax", "tableoid", "cmin", "cmax"})
