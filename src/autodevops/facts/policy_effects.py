"""What the policies of a database come to: rows that are open to everybody, and recursion."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from autodevops.facts._sql.schema import Policy, Qualified, Schema
from autodevops.facts.migrations import Database
from autodevops.guide.model import DatabasePolicy
from autodevops.guide.sections.base import matches_any

_EVERYBODY = frozenset({"anon", "public"})
# Supabase serves files through the policies of its own table.
_SERVED = frozenset({"storage"})
# Nobody writes policies that lead further before they lead back.
_LONGEST_WAY = 50


class Opening(NamedTuple):
    """A policy that is always true for everybody."""

    policy: Policy
    """The policy."""
    roles: tuple[str, ...]
    """Which of its roles are everybody."""
    writes: tuple[str, ...]
    """What it lets them do: `insert`, `update`, `delete`."""
    personal: tuple[str, ...]
    """Personal columns that it lets them read."""


class Recursion(NamedTuple):
    """A policy that selects from its own table."""

    policy: Policy
    """The policy."""
    way: tuple[Qualified, ...]
    """Tables on the way back to its own, which is the last."""
    how: str
    """The same in words."""
    by_function: bool
    """Whether a function does the selecting."""


def openings(database: Database, policy: DatabasePolicy) -> Iterator[Opening]:
    """Yield the policies that let everybody write, or read personal data, without a condition."""
    restrictive = {
        True: _restrictive(database.migrated),
        False: _restrictive(database.combined),
    }
    for held in database.policies:
        schema = database.schema_of(held)
        others = restrictive[schema is database.migrated].get(held.table, ())
        roles = tuple(sorted(_EVERYBODY.intersection(held.roles)))
        if not roles or not held.permissive or held.table.schema not in _served(database):
            continue
        writes = tuple(one for one in _written(held) if not _held_back(others, held, one))
        reads = _reads_all(held) and not _held_back(others, held, "select")
        personal = tuple(_personal(schema, held, policy)) if reads else ()
        if writes or personal:
            yield Opening(held, roles, writes, personal)


def _served(database: Database) -> frozenset[str]:
    return _SERVED.union(database.exposed)


def _written(held: Policy) -> Iterator[str]:
    """Yield the commands that a policy allows on any row."""
    using = held.using is not None and held.using.truth is True
    # Without a check of its own, a new row must fulfil what old ones do.
    checked = held.check if held.check is not None else held.using
    check = checked is not None and checked.truth is True
    if held.command in {"insert", "all"} and check:
        yield "insert"
    if held.command in {"update", "all"} and using and check:
        yield "update"
    if held.command in {"delete", "all"} and using:
        yield "delete"


def _reads_all(held: Policy) -> bool:
    using = held.using is not None and held.using.truth is True
    return held.command in {"select", "all"} and using


def _restrictive(schema: Schema) -> Mapping[Qualified, list[Policy]]:
    """Return the policies that only narrow down, by table."""
    found: dict[Qualified, list[Policy]] = {}
    for held in schema.policies.values():
        if not held.permissive:
            found.setdefault(held.table, []).append(held)
    return found


def _held_back(others: Iterable[Policy], held: Policy, command: str) -> bool:
    """Tell whether one of the table's restrictive policies narrows down what this one opens."""
    for other in others:
        if other.command not in {command, "all"}:
            continue
        conditions = [part for part in (other.using, other.check) if part is not None]
        narrows = any(part.truth is not True for part in conditions)
        if narrows and ("public" in other.roles or set(held.roles) <= set(other.roles)):
            return True
    return False


def _personal(schema: Schema, held: Policy, policy: DatabasePolicy) -> Iterator[str]:
    table = schema.tables.get(held.table)
    for column in sorted(table.columns) if table else ():
        if matches_any(policy.personal_columns, column.lower()):
            yield column


def recursions(database: Database) -> Iterator[Recursion]:
    """Yield the policies that lead back to their own table."""
    for schema in (database.migrated, database.combined):
        reads = _Reads(schema)
        for held in schema.policies.values():
            if database.schema_of(held) is schema:
                yield from reads.recursion(held)


class _Reads:
    """Which tables a query of a table leads on to, by the policies that it has to fulfil."""

    def __init__(self, schema: Schema) -> None:
        self._schema = schema
        self._selecting: dict[Qualified, list[Policy]] = {}
        for held in schema.policies.values():
            if held.command in {"select", "all"}:
                self._selecting.setdefault(held.table, []).append(held)

    def recursion(self, held: Policy) -> Iterator[Recursion]:
        """Yield the shortest way back, if there is one."""
        if held.table in held.reads and self._fails(held.table):
            yield Recursion(held, (held.table,), "itself", by_function=False)
        elif held.command in {"select", "all"}:
            if (function := self._function(held)) is not None:
                how = f"through {function}(), which has its caller's rights"
                yield Recursion(held, (function, held.table), how, by_function=True)
            elif way := self._circle(held):
                others = ", ".join(str(step) for step in way[:-1])
                yield Recursion(held, way, f"through the policies of {others}", by_function=False)

    def _fails(self, table: Qualified) -> bool:
        """Tell whether selecting from a table in its own policy is refused, or finds nothing.

        It works only where the policies for reading exist and need no subquery themselves.
        """
        reading = self._selecting.get(table, [])
        return not reading or any(one.reads for one in reading)

    def _function(self, held: Policy) -> Qualified | None:
        """Return a function with the caller's rights that reads the policy's table."""
        for function in self._schema.functions.values():
            if function.definer or function.name not in held.calls:
                continue
            if held.table in (self._schema.relation(name) for name in function.reads):
                return function.name
        return None

    def _circle(self, held: Policy) -> tuple[Qualified, ...]:
        """Return the shortest way over other tables' policies; nothing when there is none."""
        before: dict[Qualified, Qualified | None] = dict.fromkeys(held.reads)
        steps = dict.fromkeys(held.reads, 1)
        pending = list(steps)
        for table in pending:
            reads = [one for other in self._selecting.get(table, ()) for one in other.reads]
            if held.table in reads:
                return (*_way(before, table), held.table)
            for one in reads:
                if one not in before and steps[table] < _LONGEST_WAY:
                    before[one] = table
                    steps[one] = steps[table] + 1
                    pending.append(one)
        return ()


def _way(before: Mapping[Qualified, Qualified | None], last: Qualified) -> list[Qualified]:
    """Return the tables on the way to one, itself included, by what comes before each."""
    way = [last]
    while (step := before[way[-1]]) is not None:
        way.append(step)
    return way[::-1]
