"""Service Boundaries: the database's migrations, and whom its rows are open to."""

from collections.abc import Iterator
from datetime import timedelta

from autodevops.facts.migration_edits import MigrationEdits
from autodevops.facts.migrations import Database, Migrations
from autodevops.model.finding import (
    Confidence,
    Safety,
    Severity,
    Unknown,
    Violation,
    in_commit,
    in_file,
)
from autodevops.model.snapshot import Snapshot
from autodevops.rules._api import rule
from autodevops.rules._wording import counted

_SECTION = "Service Boundaries"
_SLACK = timedelta(days=1)


@rule(
    "DB001",
    "rls-disabled",
    section=_SECTION,
    severity=Severity.CRITICAL,
    fix=Safety.UNSAFE,
)
def rls_disabled(database: Database) -> Iterator[Violation | Unknown]:
    """Every table that the API serves has row level security on.

    Supabase serves each table of an exposed schema to whoever holds the public key. Row level
    security is all that stands before its rows; `FORCE` alone does not switch it on. Parts of a
    partitioned table are served through the whole.

    Remedy: Add a migration with `ALTER TABLE schema.name ENABLE ROW LEVEL SECURITY;` and the
    policies that the table's users need, or move the table to a schema that the API doesn't serve.

    Example:
        CREATE TABLE public.orders (id bigint PRIMARY KEY, customer uuid);
        ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;  -- without it: DB001
    """
    for versions in database.tables:
        bare = [table for table in versions if not table.row_security and not table.is_partition]
        open_ones = [table for table in bare if table.maybe is None]
        if open_ones:
            table = open_ones[0]
            off = table.switched_off
            how = f"switched off at {off.path}:{off.line}" if off else "never switched on"
            forced = " (FORCE alone does not do it)" if table.forced else ""
            yield Violation(
                subject=str(table.name),
                message=f"{table.name} is served by the API, and its row level security is "
                f"{how}{forced}; enable it",
                at=(
                    *((in_file(off.path, off.line),) if off else ()),
                    *(in_file(one.place.path, one.place.line) for one in open_ones),
                ),
                evidence={
                    "created": [f"{one.place.path}:{one.place.line}" for one in open_ones],
                    "row_security": False,
                    "forced": table.forced,
                    "exposed_schemas": list(database.exposed),
                },
            )
        for table in bare:
            if table.maybe is not None:
                yield Unknown(
                    reason=f"{table.maybe.path}:{table.maybe.line} may switch row level security "
                    f"on for {table.name} by dynamic SQL"
                )


@rule("DB002", "rls-without-policy", section=_SECTION, severity=Severity.INFO)
def rls_without_policy(database: Database) -> Iterator[Violation]:
    """Every table with row level security has a policy.

    Without one, nobody but the service role sees a row. That is the safe default and often meant,
    so this is for information.

    Remedy: Add the policies that the table's users need, or leave it if only the service role
    reads the table.

    Example:
        ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
        -- without a policy such as this one: DB002
        CREATE POLICY "own orders" ON public.orders FOR SELECT
        TO authenticated USING ((SELECT auth.uid()) = customer);
    """
    guarded = {policy.table for policy in database.policies}
    guarded |= database.migrated.dynamic_policies | database.combined.dynamic_policies
    for table, *_ in database.tables:
        if table.row_security and not table.is_partition and table.name not in guarded:
            yield Violation(
                subject=str(table.name),
                message=f"{table.name} has row level security and no policy: only the service "
                "role reaches its rows",
                at=in_file(table.place.path, table.place.line),
                evidence={"row_security": True, "policies": 0},
            )


@rule("DB005", "migration-order", section=_SECTION, severity=Severity.MEDIUM)
def migration_order(database: Database) -> Iterator[Violation | Unknown]:
    """Migrations create what they need before they need it.

    A fresh database runs them from the first on: for a preview, a colleague, a recovery. What
    Supabase and extensions bring along is taken for there; statements with `IF EXISTS` and those
    inside `DO` blocks need nothing.

    Remedy: Move the statement behind the one that creates what it needs, or add the migration that
    is missing (`supabase db pull` writes what was made by hand).

    Example:
        CREATE INDEX orders_customer ON public.orders (customer);
        CREATE TABLE public.orders (id bigint PRIMARY KEY, customer uuid);
        becomes
        CREATE TABLE public.orders (id bigint PRIMARY KEY, customer uuid);
        CREATE INDEX orders_customer ON public.orders (customer);
    """
    for need in database.needs:
        later = database.migrated.made.get((need.kind, need.name))
        if need.blocked and later is None:
            yield Unknown(
                reason=f"{need.name}, which {need.place.path}:{need.place.line} needs, may be "
                "made by a statement that could not be read"
            )
            continue
        when = (
            f"created later, at {later.path}:{later.line}" if later else "created by none of them"
        )
        yield Violation(
            subject=need.name,
            message=f"{need.statement} at {need.place.path}:{need.place.line} needs the "
            f"{need.kind} {need.name}, which is {when}",
            at=(
                in_file(need.place.path, need.place.line),
                *((in_file(later.path, later.line),) if later else ()),
            ),
            evidence={
                "kind": need.kind,
                "needed_by": need.statement,
                "created": f"{later.path}:{later.line}" if later else None,
            },
            confidence=Confidence.HIGH if later else Confidence.MEDIUM,
        )


@rule("DB006", "migration-name", section=_SECTION, severity=Severity.LOW)
def migration_name(migrations: Migrations, snapshot: Snapshot) -> Iterator[Violation]:
    """Migrations are named `YYYYMMDDHHMMSS_name.sql`, each with a time of its own.

    Supabase runs them in the order of their names and remembers each by its number: another shape
    runs at the wrong moment or not at all, and of two with one number only one is remembered.

    Remedy: Create migrations with `supabase migration new NAME`; rename one only before it has run
    anywhere.

    Example:
        before: supabase/migrations/add_orders.sql
        after:  supabase/migrations/20260301093000_add_orders.sql
    """
    first: dict[str, str] = {}
    for path, version, moment in migrations.files:
        twin = first.setdefault(version, path) if version else path
        if moment is None:
            problem = "is not named YYYYMMDDHHMMSS_name.sql"
            if version is None:
                problem += ", so Supabase does not run it"
        elif twin != path:
            problem = f"has the same number as {twin}"
        elif moment > snapshot.now + _SLACK:
            problem = "carries a time in the future, so what is written next runs before it"
        else:
            continue
        yield Violation(
            subject=path,
            message=f"{path} {problem}",
            at=in_file(path),
            evidence={"version": version, "expected": "YYYYMMDDHHMMSS_name.sql"},
        )


@rule(
    "DB007",
    "definer-search-path",
    section=_SECTION,
    severity=Severity.MEDIUM,
    fix=Safety.UNSAFE,
)
def definer_search_path(database: Database) -> Iterator[Violation]:
    """`SECURITY DEFINER` functions pin their `search_path`.

    Such a function runs with its owner's rights. Whoever may set the search path decides which
    tables and functions its unqualified names mean, and so runs code of their own with these
    rights.

    Remedy: Add `SET search_path = ''` to the function and qualify every name in it, or
    `ALTER FUNCTION name(types) SET search_path = '';`.

    Example:
        CREATE FUNCTION public.is_admin() RETURNS boolean
        LANGUAGE sql SECURITY DEFINER SET search_path = ''
        AS $$ SELECT EXISTS (SELECT 1 FROM public.admins WHERE id = auth.uid()) $$;
    """
    for function in database.functions:
        if function.definer and not function.pins_path:
            signature = f"{function.name}({', '.join(function.arguments)})"
            yield Violation(
                subject=signature,
                message=f"{signature} is SECURITY DEFINER and leaves search_path to its caller; "
                "pin it",
                at=in_file(function.place.path, function.place.line),
                evidence={"security_definer": True, "search_path": None},
            )


@rule("DB008", "migration-rewritten", section=_SECTION, severity=Severity.MEDIUM, tier="H")
def migration_rewritten(edits: MigrationEdits) -> Iterator[Violation]:
    """A migration on the default branch is not edited any more.

    Databases that have run it don't run it again, so they and fresh ones part ways. Drafts inside
    a branch are no rewrite, and neither are changes of comments and blanks.

    Remedy: Put the file back as it was (`git show FIRST_COMMIT:PATH`) and write the change as a
    new migration.

    Example:
        -- 20260301093000_orders.sql is on main and is edited there
        CREATE TABLE public.orders (id bigint PRIMARY KEY, paid boolean);
        becomes
        -- 20260301093000_orders.sql, as it was
        CREATE TABLE public.orders (id bigint PRIMARY KEY);
        -- 20260305110000_orders_paid.sql
        ALTER TABLE public.orders ADD COLUMN paid boolean;
    """
    for edit in edits.found:
        yield Violation(
            subject=edit.path,
            message=f"{edit.path} came to {edits.branch} in {edit.added[:10]} and was edited there "
            f"by {counted(len(edit.commits), 'commit')}; write a new migration instead",
            at=(in_file(edit.path), *(in_commit(commit, edit.path) for commit in edit.commits)),
            evidence={"added": edit.added, "edited": list(edit.commits)},
        )
