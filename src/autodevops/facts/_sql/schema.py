"""A database schema while migrations build it up: tables, policies, functions, search path."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from autodevops.facts._sql.nodes import Condition, Name
from autodevops.facts._words import words

DEFAULT_PATH = ("public", "extensions")
"""Where Supabase looks for a name without a schema."""

TEMPORARY = "pg_temp"
"""The schema of what only the session sees that makes it; found before all others."""
SYSTEM_SCHEMAS = words(
    """
    auth storage realtime extensions vault graphql graphql_public pgsodium pgsodium_masks net cron
    supabase_functions supabase_migrations pgmq pgmq_public pgbouncer pg_catalog information_schema
    _realtime _analytics tiger tiger_data topology pgtle dbdev
    """
)
"""Schemas that Supabase, PostgreSQL or an extension fills."""


class Place(NamedTuple):
    """Where a statement stands."""

    path: str
    """The file."""
    line: int
    """1-based line."""


class Qualified(NamedTuple):
    """A name with its schema."""

    schema: str
    """Name of the schema."""
    name: str
    """The name itself."""

    def __str__(self) -> str:
        """Return the name as SQL writes it."""
        return f"{self.schema}.{self.name}"


@dataclass(slots=True, kw_only=True)
class Table:
    """One table."""

    name: Qualified
    """Its name."""
    place: Place
    """The statement that creates it."""
    columns: set[str] = field(default_factory=set)
    """Names of its columns."""
    columns_known: bool = True
    """Whether these are all."""
    row_security: bool = False
    """Whether row level security is on."""
    forced: bool = False
    """Whether it holds for the owner too, which alone does not switch it on."""
    is_partition: bool = False
    """Whether it is a part of another table, which is what clients are served."""
    maybe: Place | None = None
    """Dynamic SQL that may have switched row level security on."""
    switched_off: Place | None = None
    """The statement that switched row level security off."""


@dataclass(slots=True, kw_only=True)
class Policy:
    """One policy."""

    name: str
    """Its name."""
    table: Qualified
    """The table that it guards."""
    place: Place
    """The statement that creates it, or the last that alters it."""
    command: str
    """`all`, `select`, `insert`, `update` or `delete`."""
    roles: tuple[str, ...]
    """Whom it concerns; `public` for everybody."""
    permissive: bool
    """Whether it lets rows through; a restrictive one only holds back."""
    using: Condition | None
    """Which rows are seen."""
    check: Condition | None
    """Which rows may be written."""
    reads: tuple[Qualified, ...] = ()
    """Tables that its subqueries read."""
    calls: tuple[Qualified, ...] = ()
    """Functions of this schema that it calls."""

    @property
    def columns(self) -> frozenset[str]:
        """Return the columns of its own table that its conditions name."""
        parts = (part for part in (self.using, self.check) if part is not None)
        return frozenset(column for part in parts for column in part.columns)


@dataclass(slots=True, kw_only=True)
class Function:
    """One function or procedure."""

    name: Qualified
    """Its name."""
    arguments: tuple[str, ...]
    """Types of its arguments."""
    place: Place
    """The statement that creates it, or the last that alters it."""
    definer: bool
    """Whether it runs with its owner's rights."""
    pins_path: bool
    """Whether it sets its own search path."""
    reads: tuple[Name, ...] = ()
    """Tables that its body names."""
    switches_row_security: bool = False
    """Whether its body enables row level security by dynamic SQL."""


class Need(NamedTuple):
    """Something that a statement takes for granted although nothing before created it."""

    kind: str
    """`table`, `column` or `function`."""
    name: str
    """What is missing."""
    place: Place
    """The statement that needs it."""
    statement: str
    """What that statement does."""
    blocked: bool
    """Whether an earlier statement could not be read, which may have created it."""


@dataclass(slots=True)
class Schema:
    """Everything that the statements so far have made."""

    lenient: bool = False
    """Whether statements may stand in any order, as in files that nobody runs one by one."""
    tables: dict[Qualified, Table] = field(default_factory=dict)
    """Tables by name."""
    views: set[Qualified] = field(default_factory=set)
    """Views and whatever else can be read from."""
    policies: dict[tuple[Qualified, str], Policy] = field(default_factory=dict)
    """Policies by table and name."""
    _functions: dict[str, dict[tuple[Qualified, tuple[str, ...]], Function]] = field(
        default_factory=dict
    )
    """Functions by bare name, which is what a call gives, then by whole name and arguments."""
    _switching: dict[tuple[Qualified, tuple[str, ...]], None] = field(default_factory=dict)
    """Those of them that switch row level security on."""
    schemas: set[str] = field(default_factory=lambda: {"public"})
    """Schemas that the migrations know of, but the system's."""
    gone: set[str] = field(default_factory=set)
    """Schemas that the migrations took away again."""
    path: tuple[str, ...] = DEFAULT_PATH
    """The search path in force."""
    needs: list[Need] = field(default_factory=list)
    """What was missing."""
    made: dict[tuple[str, str], Place] = field(default_factory=dict)
    """First creation of each table and function, by kind and name, however it ended."""
    blind: bool = False
    """Whether a statement so far could not be read or makes things dynamically."""
    automatic: Place | None = None
    """An event trigger that switches row level security on for new tables."""
    expected: set[Qualified] = field(default_factory=set)
    """Tables whose row level security was switched on before they were seen, if lenient."""
    dynamic_policies: set[Qualified] = field(default_factory=set)
    """Tables that may have policies made by dynamic SQL."""

    def home(self, name: Name) -> Qualified:
        """Return where something new of that name is made."""
        return Qualified(name.schema or self.first_schema, name.name)

    @property
    def first_schema(self) -> str:
        """Return the schema in which names without one are made: the first that is not gone."""
        return next((schema for schema in self.path if schema not in self.gone), "public")

    def add_schema(self, name: str) -> None:
        """Note that a schema is there."""
        self.schemas.add(name)
        self.gone.discard(name)

    def remove_schema(self, name: str) -> None:
        """Note that a schema is gone; of `public`, Supabase's, nobody should think so."""
        if name != "public":
            self.schemas.discard(name)
            self.gone.add(name)

    def relation(self, name: Name) -> Qualified:
        """Return which table or view a name means; where it would be made when there is none."""
        if name.schema is None:
            for schema in (TEMPORARY, *self.path):
                found = Qualified(schema, name.name)
                if found in self.tables or found in self.views:
                    return found
        return self.home(name)

    def knows(self, name: Qualified) -> bool:
        """Tell whether a table or view exists, or may exist without these migrations."""
        return (
            name in self.tables
            or name in self.views
            or name.schema not in self.schemas
            or name.schema in SYSTEM_SCHEMAS
            or name.name.startswith("pg_")
            or name.name in _EXTENSION_TABLES
        )

    def functions_named(self, name: Name) -> Iterator[Function]:
        """Yield the functions that a call may mean; where it finds none, those of `public`."""
        schemas = (name.schema,) if name.schema else (*self.path, "public")
        named = self._functions.get(name.name, {})
        found: dict[tuple[str, ...], Function] = {}
        for schema in schemas:
            if schema == "public" and schema not in self.path and found:
                break
            for (qualified, arguments), function in named.items():
                if qualified.schema == schema:
                    found.setdefault(arguments, function)
        yield from found.values()

    @property
    def functions(self) -> dict[tuple[Qualified, tuple[str, ...]], Function]:
        """Return all functions by name and types of arguments."""
        return {key: one for named in self._functions.values() for key, one in named.items()}

    def add_function(self, function: Function) -> None:
        """Put a function into the schema, or another in its place."""
        key = (function.name, function.arguments)
        self._functions.setdefault(function.name.name, {})[key] = function
        self._switching.pop(key, None)
        if function.switches_row_security:
            self._switching[key] = None

    def remove_function(self, function: Function) -> None:
        """Take a function away."""
        key = (function.name, function.arguments)
        del self._functions[function.name.name][key]
        self._switching.pop(key, None)

    def remove_policies(self, are_meant: Callable[[Policy], bool]) -> None:
        """Take away the policies that are meant."""
        for key in [key for key, policy in self.policies.items() if are_meant(policy)]:
            del self.policies[key]

    def switching_functions(self) -> Iterator[str]:
        """Yield the bare names of functions that switch row level security on."""
        for name, _ in self._switching:
            yield name.name

    def require(self, kind: str, name: str, place: Place, statement: str) -> None:
        """Note that a statement needs what is not there."""
        if not self.lenient:
            self.needs.append(Need(kind, name, place, statement, self.blind))


_EXTENSION_TABLES = words(
    "spatial_ref_sys geometry_columns geography_columns raster_columns raster_overviews job "
    "job_run_details http_request_queue dual"
)
