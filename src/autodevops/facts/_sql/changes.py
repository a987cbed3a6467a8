"""Applies the statements of one SQL file to a schema, in their order."""

import re
from collections.abc import Callable, Iterator, Mapping

from autodevops.facts._sql import rights, tables
from autodevops.facts._sql.nodes import Name, Node, kind_of, name_of, texts, unwrap, walk
from autodevops.facts._sql.parse import Parsed, parse, parse_statement, written_relation
from autodevops.facts._sql.renames import alter_schema, drop, rename
from autodevops.facts._sql.schema import DEFAULT_PATH, Place, Qualified, Schema
from autodevops.facts._sql.split import Statement, split
from autodevops.model.patterns import regex

Change = Callable[[Schema, Node, Place], None]
"""Applies one kind of statement."""

_CHANGES: Mapping[str, Change] = {
    "alter_function_stmt": rights.alter_function,
    "alter_object_schema_stmt": alter_schema,
    "alter_policy_stmt": rights.alter_policy,
    "alter_table_stmt": tables.alter_table,
    "create_event_trig_stmt": rights.create_event_trigger,
    "create_foreign_table_stmt": tables.create_foreign_table,
    "create_function_stmt": rights.create_function,
    "create_policy_stmt": rights.create_policy,
    "create_stmt": tables.create_table,
    "create_table_as_stmt": tables.create_table_as,
    "create_trig_stmt": rights.create_trigger,
    "drop_stmt": drop,
    "index_stmt": tables.create_index,
    "rename_stmt": rename,
    "view_stmt": tables.create_view,
}
_STARTS = regex(
    r"(?:^|\b(?:begin|then|else|loop)\b)\s*((?:create|alter|drop|execute)\b)", re.IGNORECASE
)
_EXECUTED = regex(
    r"execute\s+('(?:[^']|'')*'|\$(\w{0,60})\$(.*?)\$\2\$)\s*$", re.IGNORECASE | re.DOTALL
)
_MAKES = regex(r"create\s+(?:table|policy|function|view)", re.IGNORECASE)
_LITERAL = regex(r"'([A-Za-z_][\w.]{0,100})'")


def apply(schema: Schema, path: str, text: str) -> Iterator[tuple[int, str]]:
    """Apply a file's statements; yield line and reason of each that could not be read.

    Supabase resets the search path before every file.
    """
    schema.path = DEFAULT_PATH
    for parsed in parse(text):
        if parsed.problem is not None:
            schema.blind = True
            yield parsed.line, parsed.problem
        else:
            _apply(schema, parsed, Place(path, parsed.line))


def _apply(schema: Schema, parsed: Parsed, place: Place) -> None:
    change = _CHANGES.get(parsed.kind)
    if change is not None:
        change(schema, parsed.node, place)
        return
    match parsed.kind:
        case "write":
            _write(schema, parsed.text, place)
        case "select":
            _call(schema, parsed.text, place)
        case "select_stmt":
            _configure(schema, parsed.node)
        case "variable_set_stmt":
            if parsed.node.name == "search_path":
                _set_path(schema, parsed.node.args)
        case "create_schema_stmt":
            _create_schema(schema, parsed, place)
        case "do_stmt":
            _run_block(schema, parsed.node, place)


def _create_schema(schema: Schema, parsed: Parsed, place: Place) -> None:
    """Add a schema and what is made along with it, which goes into it."""
    node = parsed.node
    name = node.schemaname or node.authrole.rolename
    schema.add_schema(name)
    before, schema.path = schema.path, (name, *schema.path)
    for element in node.schema_elts:
        _apply(schema, Parsed(parsed.line, kind_of(element), unwrap(element), ""), place)
    schema.path = before


def _write(schema: Schema, text: str, place: Place) -> None:
    """Look at the table that a statement writes to."""
    written = written_relation(text)
    if written is not None:
        parts = [part.strip() for part in written.split(".")]
        clean = [part[1:-1] if part.startswith('"') else part.lower() for part in parts]
        name = Name(clean[0] if len(clean) > 1 else None, clean[-1])
        tables.required_table(schema, name, place, text.split(None, 1)[0].upper())


def _call(schema: Schema, text: str, place: Place) -> None:
    """Note the tables of a call to a function that switches row level security on."""
    if any(name in text for name in schema.switching_functions()):
        _maybe(schema, text, place)


def _configure(schema: Schema, node: Node) -> None:
    """Follow `SELECT set_config('search_path', ...)`."""
    for kind, call in walk(node):
        if kind == "FuncCall" and name_of(call.funcname).name == "set_config":
            constants = [part.a_const.sval.sval for part in call.args if kind_of(part) == "a_const"]
            if constants[:1] == ["search_path"]:
                listed = constants[1] if len(constants) > 1 else ""
                parts = (part.strip().strip('"') for part in listed.split(","))
                schema.path = tuple(part for part in parts if part and part != "$user")


def _set_path(schema: Schema, arguments: list[Node]) -> None:
    constants = [part.a_const.sval.sval for part in arguments if kind_of(part) == "a_const"]
    schema.path = tuple(part for part in constants if part and part != "$user")


def _run_block(schema: Schema, node: Node, place: Place) -> None:
    """Apply the statements that a `DO` block holds, taking its conditions for met.

    Dynamic SQL whose text is not constant is only noted: what it did can't be told.
    """
    options = [unwrap(option) for option in node.args]
    body = next((texts([option.arg])[0] for option in options if option.defname == "as"), "")
    before = len(schema.needs)
    for piece in split(body):
        start = _STARTS.search(piece.text)
        if start is None:
            continue
        text = piece.text[start.start(1) :]
        line = place.line + piece.line - 1 + piece.text.count("\n", 0, start.start(1))
        if start[1].lower() == "execute":
            _execute(schema, text, body, Place(place.path, line))
        else:
            _apply_text(schema, text, Place(place.path, line))
    # Conditions such as "if the table exists" guard what a block needs.
    del schema.needs[before:]


def _execute(schema: Schema, text: str, body: str, place: Place) -> None:
    constant = _EXECUTED.match(text)
    if constant is not None:
        quoted = constant[3] if constant[3] is not None else constant[1][1:-1].replace("''", "'")
        _apply_text(schema, quoted, place)
        return
    if rights.ENABLES.search(text) is not None:
        _maybe(schema, body, place)
    if _MAKES.search(text) is not None:
        schema.blind = True
        if "policy" in text.lower():
            schema.dynamic_policies.update(schema.tables)


def _apply_text(schema: Schema, text: str, place: Place) -> None:
    for parsed in parse_statement(Statement(text, place.line, len(text))):
        if parsed.problem is not None:
            schema.blind = True
        elif parsed.kind != "do_stmt":
            _apply(schema, parsed, place)


def _maybe(schema: Schema, text: str, place: Place) -> None:
    """Note that dynamic SQL may have switched row level security on for the tables it names.

    Text that names no known table goes through a catalogue: then it may be any table so far.
    """
    literals = {found[1] for found in _LITERAL.finditer(text)}
    named = [
        t for t in schema.tables.values() if t.name.name in literals or str(t.name) in literals
    ]
    for table in named or schema.tables.values():
        table.maybe = place
    if schema.lenient:
        schema.expected.update(Qualified("public", name) for name in literals)
