-- What a dashboard asks for. Each view runs with the rights of whoever reads it.

create view public.open_findings with (security_invoker = true) as
select
  o.slug as organisation, r.name as repository, f.branch, f.rule, k.slug as rule_slug,
  k.title as rule_title, f.severity, f.confidence, f.subject, f.message, f.locations,
  f.remediation, k.docs_url, f.state, f.reopened,
  f.first_seen_at, f.opened_at, f.last_seen_at, f.fingerprint, f.organisation_id, f.repository_id
from public.findings as f
join public.repositories as r
  on r.organisation_id = f.organisation_id and r.id = f.repository_id
join public.organisations as o on o.id = f.organisation_id
left join public.rules as k on k.organisation_id = f.organisation_id and k.id = f.rule
where f.state <> 'fixed' and f.status = 'open';

-- The last audit of each week stands for it; weeks begin on Monday, UTC.
create view public.conformance_by_week with (security_invoker = true) as
select distinct on (
  a.organisation_id, a.repository_id, a.branch, date_trunc('week', a.started_at, 'UTC')
)
  o.slug as organisation, r.name as repository, a.branch,
  (date_trunc('week', a.started_at, 'UTC') at time zone 'UTC')::date as week,
  a.conformance, a.coverage, a.complete, a.started_at, a.id as audit_id, a.organisation_id,
  a.repository_id
from public.audits as a
join public.repositories as r
  on r.organisation_id = a.organisation_id and r.id = a.repository_id
join public.organisations as o on o.id = a.organisation_id
order by
  a.organisation_id, a.repository_id, a.branch, date_trunc('week', a.started_at, 'UTC'),
  a.started_at desc, a.id desc;

-- From the audit that saw it (again) to the one that missed it.
create view public.time_to_fix with (security_invoker = true) as
select
  o.slug as organisation, r.name as repository, f.branch, f.rule, f.severity, count(*) as fixed,
  avg(f.fixed_at - f.opened_at) as mean,
  percentile_cont(0.5) within group (order by f.fixed_at - f.opened_at) as median,
  max(f.fixed_at - f.opened_at) as longest, f.organisation_id, f.repository_id
from public.findings as f
join public.repositories as r
  on r.organisation_id = f.organisation_id and r.id = f.repository_id
join public.organisations as o on o.id = f.organisation_id
where f.state = 'fixed'
group by o.slug, r.name, f.branch, f.rule, f.severity, f.organisation_id, f.repository_id;

create view public.rules_most_broken with (security_invoker = true) as
select
  o.slug as organisation, f.branch, f.rule, k.slug as rule_slug, k.title as rule_title,
  count(*) as findings, count(distinct f.repository_id) as repositories,
  min(f.opened_at) as oldest, f.organisation_id
from public.findings as f
join public.organisations as o on o.id = f.organisation_id
left join public.rules as k on k.organisation_id = f.organisation_id and k.id = f.rule
where f.state <> 'fixed' and f.status = 'open'
group by o.slug, f.branch, f.rule, k.slug, k.title, f.organisation_id;

revoke all on table
  public.open_findings, public.conformance_by_week, public.time_to_fix, public.rules_most_broken
  from public, anon, authenticated;
grant select on table
  public.open_findings, public.conformance_by_week, public.time_to_fix, public.rules_most_broken
  to authenticated, service_role;

-- What open findings are looked up by.
create index findings_open
  on public.findings (organisation_id, severity, rule)
  where state <> 'fixed' and status = 'open';

create or replace function public.autodevops_schema() returns integer
language sql immutable security invoker set search_path = '' as $$
  select 3
$$;
