"""How statements about policies, functions and triggers change a schema."""

import re

from autodevops.facts._sql.nodes import (
    Condition,
    Name,
    Node,
    condition,
    kind_of,
    name_of,
    present,
    relation_name,
    type_name,
    unwrap,
)
from autodevops.facts._sql.schema import Function, Place, Policy, Qualified, Schema
from autodevops.facts._sql.tables import check_columns, required_table
from autodevops.facts._words import words
from autodevops.model.patterns import regex

_READS = regex(
    r"\b(?:from|join)\s+(?:only\s+)?(?:\"?([A-Za-z_]\w{0,62})\"?\s{0,3}\.\s{0,3})?"
    r"\"?([A-Za-z_]\w{0,62})\"?",
    re.IGNORECASE,
)
_COMMENT = regex(r"--[^\n]*")
ENABLES = regex(r"enable\s+row\s+level\s+security", re.IGNORECASE)
"""How SQL text, dynamic or not, switches row level security on."""


def create_policy(schema: Schema, node: Node, place: Place) -> None:
    """Add a policy."""
    name = relation_name(node.table)
    required_table(schema, name, place, "CREATE POLICY")
    table = schema.relation(name)
    policy = Policy(
        name=node.policy_name,
        table=table,
        place=place,
        command=node.cmd_name or "all",
        roles=_roles(node),
        permissive=node.permissive,
        using=condition(present(node, "qual")),
        check=condition(present(node, "with_check")),
    )
    _follow(schema, policy)
    schema.policies[table, policy.name] = policy


def alter_policy(schema: Schema, node: Node, place: Place) -> None:
    """Change what `ALTER POLICY` names."""
    policy = schema.policies.get((schema.relation(relation_name(node.table)), node.policy_name))
    if policy is None:
        return
    policy.place = place
    if node.roles:
        policy.roles = _roles(node)
    policy.using = condition(present(node, "qual")) or policy.using
    policy.check = condition(present(node, "with_check")) or policy.check
    _follow(schema, policy)


def _roles(node: Node) -> tuple[str, ...]:
    from postgast.pg_query_pb2 import ROLESPEC_PUBLIC

    specs = [unwrap(role) for role in node.roles]
    named = ("public" if s.roletype == ROLESPEC_PUBLIC else s.rolename or "current" for s in specs)
    return tuple(dict.fromkeys(named)) or ("public",)


def _follow(schema: Schema, policy: Policy) -> None:
    """Resolve what a policy reads and calls, and note what is missing."""
    parts: list[Condition] = [part for part in (policy.using, policy.check) if part is not None]
    reads = [name for part in parts for name in part.relations]
    for name in reads:
        required_table(schema, name, policy.place, "CREATE POLICY")
    policy.reads = tuple(dict.fromkeys(schema.relation(name) for name in reads))
    calls = [name for part in parts for name in part.functions]
    for name in calls:
        require_function(schema, name, policy.place, "CREATE POLICY")
    policy.calls = tuple(
        dict.fromkeys(found.name for name in calls for found in schema.functions_named(name))
    )
    table = schema.tables.get(policy.table)
    if table is not None:
        columns = [column for part in parts for column in part.columns]
        check_columns(schema, table, columns, policy.place, "CREATE POLICY")


def create_function(schema: Schema, node: Node, place: Place) -> None:
    """Add a function; a replacement keeps nothing of the old one's settings."""
    name = schema.home(name_of(node.funcname))
    parameters = [unwrap(part) for part in node.parameters]
    arguments = tuple(type_name(part.arg_type) for part in parameters if _is_input(part))
    body = ""
    function = Function(name=name, arguments=arguments, place=place, definer=False, pins_path=False)
    for option in map(unwrap, node.options):
        if option.defname == "as" and kind_of(option.arg) == "list":
            body = " ".join(part.string.sval for part in option.arg.list.items)
        else:
            _set_option(function, option)
    plain = _COMMENT.sub("", body)
    function.reads = tuple(Name(schema_, table) for schema_, table in _tables(plain))
    function.switches_row_security = ENABLES.search(plain) is not None
    schema.add_function(function)
    schema.made.setdefault(("function", str(name)), place)


def _tables(body: str) -> list[tuple[str | None, str]]:
    return [(found[1] or None, found[2]) for found in _READS.finditer(body)]


def alter_function(schema: Schema, node: Node, place: Place) -> None:
    """Change a function's rights or settings."""
    arguments = tuple(type_name(unwrap(part)) for part in node.func.objargs)
    for function in schema.functions_named(name_of(node.func.objname)):
        if node.func.args_unspecified or function.arguments == arguments:
            function.place = place
            for option in map(unwrap, node.actions):
                _set_option(function, option)


def _set_option(function: Function, option: Node) -> None:
    from postgast.pg_query_pb2 import VAR_RESET, VAR_RESET_ALL, VAR_SET_DEFAULT

    if option.defname == "security":
        function.definer = bool(option.arg.boolean.boolval)
    elif option.defname == "set":
        setting = option.arg.variable_set_stmt
        if setting.kind == VAR_RESET_ALL:
            function.pins_path = False
        elif setting.name == "search_path":
            function.pins_path = setting.kind not in (VAR_RESET, VAR_SET_DEFAULT)


def _is_input(parameter: Node) -> bool:
    from postgast.pg_query_pb2 import FUNC_PARAM_OUT, FUNC_PARAM_TABLE

    return parameter.mode not in (FUNC_PARAM_OUT, FUNC_PARAM_TABLE)


def create_trigger(schema: Schema, node: Node, place: Place) -> None:
    """Look at the table and the function that a trigger needs."""
    required_table(schema, relation_name(node.relation), place, "CREATE TRIGGER")
    require_function(schema, name_of(node.funcname), place, "CREATE TRIGGER", must_be_ours=True)


def create_event_trigger(schema: Schema, node: Node, place: Place) -> None:
    """Note a trigger that switches row level security on for each new table."""
    if any(found.switches_row_security for found in schema.functions_named(name_of(node.funcname))):
        schema.automatic = place


def require_function(
    schema: Schema, name: Name, place: Place, statement: str, *, must_be_ours: bool = False
) -> None:
    """Note a function that is not there.

    A function that no migration creates may be PostgreSQL's or an extension's, so it only counts
    when a later one does, or when it must be a trigger function of the team.
    """
    schema_name = name.schema or "public"
    if schema_name not in schema.schemas or any(schema.functions_named(name)):
        return
    if name.name in _TRIGGER_FUNCTIONS:
        return
    kind = "function" if must_be_ours else "later function"
    schema.require(kind, str(Qualified(schema_name, name.name)), place, statement)


_TRIGGER_FUNCTIONS = words(
    "moddatetime tsvector_update_trigger tsvector_update_trigger_column autoinc insert_username "
    "suppress_redundant_updates_trigger http_request lo_manage refint check_primary_key "
    "check_foreign_key update_updated_at_column_ext pgrst_watch audit_trigger"
)
