-- Organisations, who belongs to them, and what their audits said.
--
-- Organisations and their first owners are made in the SQL editor (private.found_organisation);
-- everything else goes through row level security: members see their organisation, writers and
-- owners write, owners also say who belongs to it, everybody else sees nothing.

-- Not among the schemas that the API serves.
create schema if not exists private;
revoke all on schema private from public, anon;
grant usage on schema private to authenticated, service_role;

create table public.organisations (
  id uuid primary key default gen_random_uuid(),
  slug text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
  name text not null check (char_length(name) between 1 and 200),
  created_at timestamptz not null default now()
);

create table public.memberships (
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  user_id uuid not null references auth.users (id) on delete cascade,
  role text not null check (role in ('owner', 'writer', 'member')),
  created_at timestamptz not null default now(),
  primary key (organisation_id, user_id)
);
create index memberships_by_user on public.memberships (user_id, organisation_id, role);

create table public.repositories (
  id uuid primary key default gen_random_uuid(),
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  name text not null check (char_length(name) between 1 and 500),
  url text,
  created_at timestamptz not null default now(),
  unique (organisation_id, name),
  -- What other tables point to, so that no row of theirs can mix two organisations.
  unique (organisation_id, id)
);

create table public.rules (
  organisation_id uuid not null references public.organisations (id) on delete cascade,
  id text not null,
  slug text not null,
  family text not null,
  title text not null,
  guide_section text not null,
  docs_url text,
  primary key (organisation_id, id)
);

create table public.audits (
  organisation_id uuid not null,
  -- Made by whoever audited; two organisations may use the same one without knowing.
  id uuid not null,
  repository_id uuid not null,
  started_at timestamptz not null,
  seconds double precision not null,
  tool_version text not null,
  guide_name text not null,
  guide_version text not null,
  guide_digest text not null,
  commit_id text,
  -- Empty for a detached HEAD.
  branch text not null,
  dirty boolean not null,
  conformance double precision check (conformance between 0 and 1),
  coverage double precision check (coverage between 0 and 1),
  complete boolean not null,
  notes jsonb not null default '[]'::jsonb,
  pushed_by uuid default auth.uid(),
  received_at timestamptz not null default now(),
  primary key (organisation_id, id),
  foreign key (organisation_id, repository_id)
    references public.repositories (organisation_id, id) on delete cascade
);
create index audits_by_repository
  on public.audits (organisation_id, repository_id, branch, started_at desc, id desc);

create table public.verdicts (
  organisation_id uuid not null,
  audit_id uuid not null,
  rule text not null,
  severity text not null check (severity in ('info', 'low', 'medium', 'high', 'critical')),
  status text not null
    check (status in ('pass', 'fail', 'unknown', 'not_applicable', 'disabled', 'error')),
  reason text,
  needs text,
  findings integer not null check (findings >= 0),
  -- Whether the rule saw all of its subject: only then does a missing finding mean a fixed one.
  whole boolean not null,
  primary key (organisation_id, audit_id, rule),
  foreign key (organisation_id, audit_id)
    references public.audits (organisation_id, id) on delete cascade
);

create table public.findings (
  organisation_id uuid not null,
  repository_id uuid not null,
  -- What a branch has open says nothing about the others.
  branch text not null,
  fingerprint text not null,
  rule text not null,
  severity text not null check (severity in ('info', 'low', 'medium', 'high', 'critical')),
  confidence text not null check (confidence in ('low', 'medium', 'high')),
  subject text not null,
  message text not null,
  evidence jsonb not null,
  locations jsonb not null,
  remediation text not null,
  fix jsonb,
  waiver jsonb,
  -- What the last audit that saw it said: a waived finding is seen, too.
  status text not null check (status in ('open', 'waived', 'baselined')),
  -- What became of it over all audits of the branch.
  state text not null default 'open' check (state in ('open', 'fixed', 'reopened')),
  reopened integer not null default 0 check (reopened >= 0),
  first_seen_at timestamptz not null,
  first_audit_id uuid not null,
  -- When it was seen first, or again after it had been fixed.
  opened_at timestamptz not null,
  opened_audit_id uuid not null,
  last_seen_at timestamptz not null,
  last_audit_id uuid not null,
  fixed_at timestamptz,
  fixed_audit_id uuid,
  fixed_commit_id text,
  primary key (organisation_id, repository_id, branch, fingerprint),
  foreign key (organisation_id, repository_id)
    references public.repositories (organisation_id, id) on delete cascade
);
create index findings_by_rule on public.findings (organisation_id, repository_id, branch, rule);

-- Which audit saw which finding.
create table public.sightings (
  organisation_id uuid not null,
  audit_id uuid not null,
  fingerprint text not null,
  primary key (organisation_id, audit_id, fingerprint),
  foreign key (organisation_id, audit_id)
    references public.audits (organisation_id, id) on delete cascade
);

-- The three circles that the policies speak of. They read memberships as their owner, so that a
-- policy on memberships need not read the table that it guards; the caller is asked about only.
create function private.organisations_seen() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select organisation_id from public.memberships where user_id = (select auth.uid())
$$;

create function private.organisations_written() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select organisation_id from public.memberships
  where user_id = (select auth.uid()) and role in ('owner', 'writer')
$$;

create function private.organisations_owned() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select organisation_id from public.memberships
  where user_id = (select auth.uid()) and role = 'owner'
$$;

revoke execute on function
  private.organisations_seen(), private.organisations_written(), private.organisations_owned()
  from public, anon;
grant execute on function
  private.organisations_seen(), private.organisations_written(), private.organisations_owned()
  to authenticated, service_role;

alter table public.organisations enable row level security;
alter table public.organisations force row level security;
-- Not forced: the functions above read it as its owner.
alter table public.memberships enable row level security;
alter table public.repositories enable row level security;
alter table public.repositories force row level security;
alter table public.rules enable row level security;
alter table public.rules force row level security;
alter table public.audits enable row level security;
alter table public.audits force row level security;
alter table public.verdicts enable row level security;
alter table public.verdicts force row level security;
alter table public.findings enable row level security;
alter table public.findings force row level security;
alter table public.sightings enable row level security;
alter table public.sightings force row level security;

create policy "members see their organisations" on public.organisations
  for select to authenticated
  using (id in (select private.organisations_seen()));
create policy "owners rename their organisations" on public.organisations
  for update to authenticated
  using (id in (select private.organisations_owned()))
  with check (id in (select private.organisations_owned()));

create policy "members see who belongs" on public.memberships
  for select to authenticated
  using (organisation_id in (select private.organisations_seen()));
create policy "owners let others in" on public.memberships
  for insert to authenticated
  with check (organisation_id in (select private.organisations_owned()));
-- Nobody changes a role of their own: the last owner stays one.
create policy "owners change the roles of others" on public.memberships
  for update to authenticated
  using (
    organisation_id in (select private.organisations_owned())
    and user_id <> (select auth.uid())
  )
  with check (
    organisation_id in (select private.organisations_owned())
    and user_id <> (select auth.uid())
  );
create policy "owners put others out, others may leave" on public.memberships
  for delete to authenticated
  using (
    case
      when user_id = (select auth.uid()) then role <> 'owner'
      else organisation_id in (select private.organisations_owned())
    end
  );

create policy "members see repositories" on public.repositories
  for select to authenticated
  using (organisation_id in (select private.organisations_seen()));
create policy "writers add repositories" on public.repositories
  for insert to authenticated
  with check (organisation_id in (select private.organisations_written()));
create policy "writers change repositories" on public.repositories
  for update to authenticated
  using (organisation_id in (select private.organisations_written()))
  with check (organisation_id in (select private.organisations_written()));
create policy "owners remove repositories" on public.repositories
  for delete to authenticated
  using (organisation_id in (select private.organisations_owned()));

create policy "members see rules" on public.rules
  for select to authenticated
  using (organisation_id in (select private.organisations_seen()));
create policy "writers add rules" on public.rules
  for insert to authenticated
  with check (organisation_id in (select private.organisations_written()));
create policy "writers change rules" on public.rules
  for update to authenticated
  using (organisation_id in (select private.organisations_written()))
  with check (organisation_id in (select private.organisations_written()));

create policy "members see audits" on public.audits
  for select to authenticated
  using (organisation_id in (select private.organisations_seen()));
create policy "writers add audits" on public.audits
  for insert to authenticated
  with check (organisation_id in (select private.organisations_written()));

create policy "members see verdicts" on public.verdicts
  for select to authenticated
  using (organisation_id in (select private.organisations_seen()));
create policy "writers add verdicts" on public.verdicts
  for insert to authenticated
  with check (organisation_id in (select private.organisations_written()));

create policy "members see findings" on public.findings
  for select to authenticated
  using (organisation_id in (select private.organisations_seen()));
create policy "writers add findings" on public.findings
  for insert to authenticated
  with check (organisation_id in (select private.organisations_written()));
create policy "writers change findings" on public.findings
  for update to authenticated
  using (organisation_id in (select private.organisations_written()))
  with check (organisation_id in (select private.organisations_written()));

create policy "members see sightings" on public.sightings
  for select to authenticated
  using (organisation_id in (select private.organisations_seen()));
create policy "writers add sightings" on public.sightings
  for insert to authenticated
  with check (organisation_id in (select private.organisations_written()));

-- Supabase grants everything on new tables to everybody: take it back, then say what is meant.
revoke all on table
  public.organisations, public.memberships, public.repositories, public.rules, public.audits,
  public.verdicts, public.findings, public.sightings
  from public, anon, authenticated;
grant select on table
  public.organisations, public.memberships, public.repositories, public.rules, public.audits,
  public.verdicts, public.findings, public.sightings
  to authenticated;
grant update (name) on table public.organisations to authenticated;
grant insert (organisation_id, user_id, role), update (role), delete
  on table public.memberships to authenticated;
grant insert (organisation_id, name, url), update (url), delete
  on table public.repositories to authenticated;
grant insert, update on table public.rules to authenticated;
-- Who pushed and when is not for the pusher to say.
grant insert (
  organisation_id, id, repository_id, started_at, seconds, tool_version, guide_name, guide_version,
  guide_digest, commit_id, branch, dirty, conformance, coverage, complete, notes
) on table public.audits to authenticated;
grant insert on table public.verdicts, public.sightings to authenticated;
grant insert, update on table public.findings to authenticated;
grant select, insert, update, delete on table
  public.organisations, public.memberships, public.repositories, public.rules, public.audits,
  public.verdicts, public.findings, public.sightings
  to service_role;

-- For the SQL editor, not for the API.
create function private.found_organisation(slug text, name text, owner_email text) returns uuid
language plpgsql security invoker set search_path = '' as $$
declare
  founded uuid;
begin
  insert into public.organisations (slug, name)
  values (found_organisation.slug, found_organisation.name)
  returning id into founded;
  perform private.add_member(found_organisation.slug, owner_email, 'owner');
  return founded;
end
$$;

create function private.add_member(slug text, email text, role text) returns void
language plpgsql security invoker set search_path = '' as $$
begin
  insert into public.memberships as known (organisation_id, user_id, role)
  select o.id, u.id, add_member.role
  from public.organisations as o
  cross join auth.users as u
  where o.slug = add_member.slug and lower(u.email) = lower(add_member.email)
  on conflict on constraint memberships_pkey do update set role = excluded.role;
  if not found then
    raise exception 'no organisation % or no user %', add_member.slug, add_member.email
      using hint = 'users are made under Authentication, Users';
  end if;
end
$$;

revoke execute on function
  private.found_organisation(text, text, text), private.add_member(text, text, text)
  from public, anon, authenticated, service_role;

-- What `autodevops doctor` compares with its own.
create function public.autodevops_schema() returns integer
language sql immutable security invoker set search_path = '' as $$
  select 1
$$;
revoke execute on function public.autodevops_schema() from public, anon;
grant execute on function public.autodevops_schema() to authenticated, service_role;
