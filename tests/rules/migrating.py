"""Repositories of a platform with migrations."""

from autodevops.model.finding import Unknown
from autodevops.model.snapshot import Snapshot
from autodevops.rules import database as rules
from autodevops.rules._api import Rule
from autodevops.rules.database_policies import permissive_policy, recursive_policy
from tests.support.asking import outcomes
from tests.support.memory import snapshot_of

TREE = [
    rules.rls_disabled,
    rules.rls_without_policy,
    permissive_policy,
    recursive_policy,
    rules.migration_order,
    rules.migration_name,
    rules.definer_search_path,
]
GOOD = """
-- what a careful team writes
CREATE TABLE public.orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    customer uuid NOT NULL REFERENCES auth.users (id),
    email text
);
ALTER TABLE public.orders ENABLE ROW LEVEL SECURITY;
CREATE INDEX orders_customer ON public.orders (customer);
CREATE POLICY "own orders" ON public.orders FOR SELECT TO authenticated
    USING ((SELECT auth.uid()) = customer);
CREATE FUNCTION public.count_orders() RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = ''
AS $$ SELECT count(*) FROM public.orders; $$;
"""


def migrated(*texts: str, **files: str) -> Snapshot:
    """Return a snapshot with these migrations, in order, and further files below `supabase/`."""
    paths = {
        f"supabase/migrations/2026010{number}000000_step.sql": text
        for number, text in enumerate(texts, start=1)
    }
    return snapshot_of(paths | {f"supabase/{name}": text for name, text in files.items()})


def reasons(rule: Rule, snapshot: Snapshot) -> list[str]:
    return [said.reason for said in outcomes(rule, snapshot) if isinstance(said, Unknown)]
