"""Service Boundaries: what the policies of row level security let through."""

from collections.abc import Iterator

from autodevops.facts.migrations import Database
from autodevops.facts.policy_effects import openings, recursions
from autodevops.guide.model import DatabasePolicy
from autodevops.model.finding import Confidence, Severity, Violation, in_file
from autodevops.rules._api import rule
from autodevops.rules._wording import listed

_SECTION = "Service Boundaries"


@rule("DB003", "permissive-policy", section=_SECTION, severity=Severity.HIGH)
def permissive_policy(database: Database, policy: DatabasePolicy) -> Iterator[Violation]:
    """No policy lets everybody write, or read personal data, without a condition.

    A policy that is always true for `anon` or `public` (which is everybody when `TO` is left out)
    gives the holder of the public key every row of the table. Policies for the service role, and
    restrictive ones, are fine.

    Remedy: Say who may do it: `TO authenticated USING ((SELECT auth.uid()) = user_id)`; or
    `TO service_role` for what only the server does.

    Example:
        CREATE POLICY "own rows" ON public.profiles FOR UPDATE
        TO authenticated USING ((SELECT auth.uid()) = id);  -- not: USING (true)
    """
    for opening in openings(database, policy):
        held = opening.policy
        what = f"{listed(list(opening.writes))} any row"
        if opening.personal:
            what = f"read everybody's {listed(list(opening.personal))}"
            if opening.writes:
                what = f"{listed(list(opening.writes))} any row and {what}"
        yield Violation(
            subject=f"{held.table}#{held.name}",
            message=f'policy "{held.name}" lets {listed(list(opening.roles))} {what} of '
            f"{held.table}: its condition is always true",
            at=in_file(held.place.path, held.place.line),
            evidence={
                "command": held.command,
                "roles": list(held.roles),
                "using": held.using.truth if held.using else None,
                "with_check": held.check.truth if held.check else None,
                "personal_columns": list(opening.personal),
            },
        )


@rule("DB004", "recursive-policy", section=_SECTION, severity=Severity.HIGH)
def recursive_policy(database: Database) -> Iterator[Violation]:
    """No policy of a table selects from that table.

    PostgreSQL would have to apply the policy to find out whether to apply it: every query of the
    table ends with "infinite recursion detected in policy". The same goes for a circle over other
    tables' policies, and for a function without `SECURITY DEFINER` that does the selecting.

    Remedy: Ask through a `SECURITY DEFINER` function with a pinned `search_path`, which reads the
    table with its owner's rights.

    Example:
        CREATE POLICY "team" ON public.members FOR SELECT USING (
          team IN (SELECT m.team FROM public.members m WHERE m.person = auth.uid()));
        becomes
        CREATE FUNCTION public.my_teams() RETURNS SETOF uuid
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = ''
        AS $$ SELECT m.team FROM public.members m WHERE m.person = auth.uid() $$;
        CREATE POLICY "team" ON public.members FOR SELECT USING (
          team IN (SELECT public.my_teams()));
    """
    for recursion in recursions(database):
        held = recursion.policy
        way = " -> ".join(str(step) for step in (held.table, *recursion.way))
        yield Violation(
            subject=f"{held.table}#{held.name}",
            message=f'policy "{held.name}" of {held.table} selects from {held.table} '
            f"{recursion.how}; ask through a security definer function",
            at=in_file(held.place.path, held.place.line),
            evidence={"command": held.command, "reads": way},
            confidence=Confidence.MEDIUM if recursion.by_function else Confidence.HIGH,
        )
