"""The migrations by name, and the database that they build up."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from posixpath import dirname
from typing import NamedTuple

from msgspec import Struct

from autodevops.facts import _toml
from autodevops.facts._api import fact
from autodevops.facts._path_kinds import is_fixture, is_test
from autodevops.facts._sql.changes import apply
from autodevops.facts._sql.schema import Function, Need, Place, Policy, Qualified, Schema, Table
from autodevops.facts._words import words
from autodevops.guide.model import DatabasePolicy
from autodevops.model.finding import NotApplicable
from autodevops.model.paths import basename
from autodevops.model.patterns import regex
from autodevops.model.snapshot import CONFIG_LIMIT, EntryKind, Snapshot

__all__ = ["Database", "Function", "Migration", "Migrations", "Place", "Policy", "Qualified"]

_APPLIED = regex(r"([0-9]+)_.*\.sql")
_NAMED = regex(r"([0-9]{14})_[A-Za-z0-9][A-Za-z0-9_.-]*\.sql")
# Data, tests and what takes a schema down again say nothing about what is exposed.
_NO_SCHEMA = words(
    "seed seeds test tests down rollback rollbacks undo teardown uninstall revert drop"
)
_WORDS = regex(r"[a-z]+")


class Migration(NamedTuple):
    """One file of the folder of migrations."""

    path: str
    """The file."""
    version: str | None
    """The digits that its name begins with; None when Supabase does not run it."""
    moment: datetime | None
    """What they mean as a time; None when the name is not `YYYYMMDDHHMMSS_name.sql`."""


class Migrations(Struct, frozen=True, kw_only=True):
    """All SQL that makes the database."""

    folder: str
    """Folder of the migrations, without a trailing slash."""
    files: tuple[Migration, ...]
    """Files of the folder, in the order in which they run."""
    combined: tuple[str, ...]
    """Files beside them that a team keeps as the whole schema."""


class Database(Struct, frozen=True, kw_only=True):
    """The schema at the end of the migrations, and that of the combined files."""

    exposed: tuple[str, ...]
    """Schemas that the API serves."""
    migrated: Schema
    """What the migrations make, one after the other."""
    combined: Schema
    """What the combined files make, whatever their order."""
    needs: tuple[Need, ...]
    """What a migration takes for granted and nothing before it made; each once."""

    @property
    def tables(self) -> Iterator[tuple[Table, ...]]:
        """Return the exposed tables, by name: as migrated, as combined, or both."""
        names = {**dict.fromkeys(self.migrated.tables), **dict.fromkeys(self.combined.tables)}
        for name in names:
            if name.schema in self.exposed:
                found = (schema.tables.get(name) for schema in (self.migrated, self.combined))
                yield tuple(table for table in found if table is not None)

    @property
    def policies(self) -> tuple[Policy, ...]:
        """Return all policies; one that both make counts as migrated."""
        return tuple({**self.combined.policies, **self.migrated.policies}.values())

    @property
    def functions(self) -> tuple[Function, ...]:
        """Return all functions; one that both make counts as migrated."""
        return tuple({**self.combined.functions, **self.migrated.functions}.values())

    def schema_of(self, policy: Policy) -> Schema:
        """Return the schema that a policy belongs to."""
        key = (policy.table, policy.name)
        return self.migrated if key in self.migrated.policies else self.combined


@fact
def migrations(snapshot: Snapshot, policy: DatabasePolicy) -> Migrations | NotApplicable:
    """Return the SQL files in and beside the folder of migrations."""
    folder = policy.migrations.rstrip("/")
    beside = dirname(folder)
    files, combined = [], []
    for entry in snapshot.entries:
        path = entry.path
        if entry.kind is not EntryKind.FILE or not path.endswith(".sql"):
            continue
        if dirname(path) == folder:
            files.append(_migration(path))
        elif beside and dirname(path) in {beside, f"{beside}/schemas"} and _is_schema(path):
            combined.append(path)
    if not files and not combined:
        return NotApplicable(reason=f"there are no migrations in {policy.migrations}")
    skipped = (file.path for file in files if file.version is None and _is_schema(file.path))
    return Migrations(folder=folder, files=tuple(files), combined=(*skipped, *combined))


def _migration(path: str) -> Migration:
    applied = _APPLIED.fullmatch(basename(path))
    named = _NAMED.fullmatch(basename(path))
    moment = None
    if named is not None:
        try:
            moment = datetime.strptime(named[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
        except ValueError:
            moment = None
    return Migration(path, applied[1] if applied else None, moment)


def _is_schema(path: str) -> bool:
    """Tell whether a file beside the migrations may hold the schema."""
    named = set(_WORDS.findall(basename(path).lower()))
    return named.isdisjoint(_NO_SCHEMA) and not is_test(path) and not is_fixture(path)


@fact
def database(snapshot: Snapshot, found: Migrations, policy: DatabasePolicy) -> Database:
    """Run all migrations in order in one model of the schema, the combined files in another."""
    migrated, combined = Schema(), Schema(lenient=True)
    _apply(snapshot, migrated, (file.path for file in found.files if file.version is not None))
    _apply(snapshot, combined, found.combined)
    return Database(
        exposed=_exposed(snapshot, policy),
        migrated=migrated,
        combined=combined,
        needs=tuple(_unmet(migrated)),
    )


def _apply(snapshot: Snapshot, schema: Schema, paths: Iterable[str]) -> None:
    for path in paths:
        text = snapshot.text(path)
        if text is None:
            schema.blind = True
            continue
        for line, reason in apply(schema, path, text):
            snapshot.note_gap(path, f"{path}:{line} could not be read as PostgreSQL: {reason}")


def _unmet(schema: Schema) -> Iterator[Need]:
    """Yield what was missing, each once; functions that may be somebody else's left out."""
    seen: set[tuple[str, str]] = set()
    for need in schema.needs:
        kind = need.kind.removeprefix("later ")
        later = ("function", need.name) in schema.made
        if (kind, need.name) in seen or (need.kind == "later function" and not later):
            continue
        seen.add((kind, need.name))
        yield need._replace(kind=kind)


def _exposed(snapshot: Snapshot, policy: DatabasePolicy) -> tuple[str, ...]:
    """Return the schemas of the policy and those of Supabase's configuration."""
    named: object = ()
    text = snapshot.text(policy.config, CONFIG_LIMIT)
    if text is not None:
        try:
            api = _toml.load(text).get("api")
            named = api.get("schemas", ()) if isinstance(api, dict) else ()
        except _toml.TomlError:
            snapshot.note_gap(policy.config, f"{policy.config} is not TOML")
    listed = named if isinstance(named, list) else ()
    schemas = (*policy.exposed_schemas, *(name for name in listed if isinstance(name, str)))
    # Not the team's: Supabase serves its GraphQL interface and files from schemas of its own.
    return tuple(dict.fromkeys(name for name in schemas if name != "graphql_public"))
